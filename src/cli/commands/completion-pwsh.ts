import type { Command } from '../command.ts';
import { readNothing } from '../completion/read-nothing.ts';

export const command: Command<null> = {
  name: 'completion pwsh',
  group: 'shell',
  summary: 'print the completion script for PowerShell',
  usage: '',
  examples: [
    { line: 'sopskit completion pwsh | Out-String | Invoke-Expression', says: 'load it into this shell' },
  ],
  flags: [],
  completes: 'none',
  beyond: true,
  parse: readNothing,
  async run(_, { terminal }) {
    const { completionTable } = await import('../completion/words.ts');
    const { pwshScript } = await import('../completion/pwsh.ts');
    terminal.write(pwshScript(await completionTable()));
    return 0;
  },
};
