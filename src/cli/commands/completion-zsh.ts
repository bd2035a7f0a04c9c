import type { Command } from '../command.ts';
import { readNothing } from '../completion/read-nothing.ts';

export const command: Command<null> = {
  name: 'completion zsh',
  group: 'shell',
  summary: 'print the completion script for zsh',
  usage: '',
  examples: [{ line: 'source <(sopskit completion zsh)', says: 'load it into this shell' }],
  flags: [],
  completes: 'none',
  parse: readNothing,
  async run(_, { terminal }) {
    const { completionTable } = await import('../completion/words.ts');
    const { zshScript } = await import('../completion/zsh.ts');
    terminal.write(zshScript(await completionTable()));
    return 0;
  },
};
