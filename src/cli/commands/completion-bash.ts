import type { Command } from '../command.ts';
import { readNothing } from '../completion/read-nothing.ts';

export const command: Command<null> = {
  name: 'completion bash',
  group: 'shell',
  summary: 'print the completion script for bash',
  usage: '',
  examples: [{ line: 'source <(sopskit completion bash)', says: 'load it into this shell' }],
  flags: [],
  completes: 'none',
  parse: readNothing,
  async run(_, { terminal }) {
    const { completionTable } = await import('../completion/words.ts');
    const { bashScript } = await import('../completion/bash.ts');
    terminal.write(bashScript(await completionTable()));
    return 0;
  },
};
