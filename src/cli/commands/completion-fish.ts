import type { Command } from '../command.ts';
import { readNothing } from '../completion/read-nothing.ts';

export const command: Command<null> = {
  name: 'completion fish',
  group: 'shell',
  summary: 'print the completion script for fish',
  usage: '',
  examples: [{ line: 'sopskit completion fish | source', says: 'load it into this shell' }],
  flags: [],
  completes: 'none',
  beyond: true,
  parse: readNothing,
  async run(_, { terminal }) {
    const { completionTable } = await import('../completion/words.ts');
    const { fishScript } = await import('../completion/fish.ts');
    terminal.write(fishScript(await completionTable()));
    return 0;
  },
};
