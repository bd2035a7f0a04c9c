import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Explanation } from '../../repository/explain/explanation.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';

export interface ConfigExplainRequest {
  readonly files: readonly string[];
  readonly config: string | null;
  /** Whether the content comes from standard input. */
  readonly stdin: boolean;
  readonly json: boolean;
}

export const command: Command<ConfigExplainRequest> = {
  name: 'config explain',
  group: 'repository',
  summary: 'say which rule a file goes by, and what it does',
  usage: 'FILE…',
  about: [
    'FILE need not exist. Shows which .sops.yaml counts and why, what becomes of each rule, which values would be encrypted and which stay readable (their paths, never the values), and who can open the file. For an encrypted file also how it differs from its rule.',
    'Ends with 1 where no rule matches, or a file cannot be read.',
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
    const stdin = values.bool('stdin');
    if (args.length === 0 || args.includes(''))
      throw new SopskitError('usage.invalid', 'config explain takes one file or more', {
        hint: 'A file need not exist: sopskit config explain apps/new-secret.yaml',
      });
    if (stdin && args.length > 1)
      throw new SopskitError('usage.invalid', '--stdin is the content of one file', { hint: 'Name one.' });
    return { files: args, config: values.text('config'), stdin, json: values.bool('json') };
  },
  async run({ files, config, stdin, json }, { system, terminal }) {
    const { explainFile } = await import('../../repository/explain/explain-file.ts');
    const content = stdin ? system.files.readStdin() : null;
    const explanations: Explanation[] = [];
    for (const file of files) explanations.push(await explainFile(system, { file, config, content }));
    if (json) {
      const document = explanations.length === 1 ? explanations[0] : explanations;
      terminal.write(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      const { explanationText } = await import('../config-explain-text.ts');
      const texts = explanations.map((one) => explanationText(one, terminal.colours.output));
      terminal.write(texts.join('\n'));
    }
    return explanations.some(({ rule, state }) => rule === null || state === 'unreadable') ? 1 : 0;
  },
};
