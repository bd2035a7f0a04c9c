import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';

export interface ConfigExplainRequest {
  readonly file: string;
  readonly config: string | null;
  /** Whether the content comes from standard input. */
  readonly stdin: boolean;
  readonly json: boolean;
}

export const command: Command<ConfigExplainRequest> = {
  name: 'config explain',
  group: 'repository',
  summary: 'say which rule a file goes by, and what it does',
  usage: 'FILE',
  about: [
    'FILE need not exist. Shows which .sops.yaml counts and why, what becomes of each rule, which values would be encrypted and which stay readable (their paths, never the values), and who can open the file. For an encrypted file also how it differs from its rule.',
    'Ends with 1 where no rule matches.',
  ],
  examples: [
    { line: 'sopskit config explain apps/db/secret.yaml', says: 'which rule, which values, for whom' },
    {
      line: 'sopskit config explain --stdin apps/db/secret.yaml < new.yaml',
      says: 'content that is not there yet',
    },
  ],
  flags: [
    { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
    { name: 'stdin', kind: 'bool', help: 'take the content from standard input', beyond: true },
    flags.beyond(flags.config),
  ],
  beyond: true,
  parse({ args, values }) {
    const [file, ...more] = args;
    if (file === undefined || file === '' || more.length > 0)
      throw new SopskitError('usage.invalid', 'config explain takes one file', {
        hint: 'The file need not exist: sopskit config explain apps/new-secret.yaml',
      });
    return { file, config: values.text('config'), stdin: values.bool('stdin'), json: values.bool('json') };
  },
  async run({ file, config, stdin, json }, { system, terminal }) {
    const { explainFile } = await import('../../repository/explain/explain-file.ts');
    const content = stdin ? system.files.readStdin() : null;
    const explanation = await explainFile(system, { file, config, content });
    if (json) terminal.write(`${JSON.stringify(explanation, null, 2)}\n`);
    else {
      const { explanationText } = await import('../config-explain-text.ts');
      terminal.write(explanationText(explanation, terminal.colours.output));
    }
    return explanation.rule === null ? 1 : 0;
  },
};
