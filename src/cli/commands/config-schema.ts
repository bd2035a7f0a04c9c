import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';

export const command: Command<null> = {
  name: 'config schema',
  group: 'repository',
  summary: 'print the JSON Schema of .sops.yaml',
  usage: '',
  about: [
    'Editors take it to complete and check .sops.yaml. With the YAML language server, put a line at the top of .sops.yaml: # yaml-language-server: $schema=./sops.schema.json',
  ],
  examples: [{ line: 'sopskit config schema > sops.schema.json', says: 'for your editor' }],
  flags: [],
  completes: 'none',
  beyond: true,
  parse({ args }) {
    if (args.length > 0) throw new SopskitError('usage.invalid', 'config schema takes no arguments');
    return null;
  },
  async run(_request, { terminal }) {
    const { schemaText } = await import('../../config/schema/schema.ts');
    terminal.write(schemaText());
    return 0;
  },
};
