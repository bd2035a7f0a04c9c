import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { refusePrivate } from '../private-argument.ts';
import { writeBack } from '../streams.ts';

export interface KeysAuditRequest {
  readonly paths: readonly string[];
  readonly config: string | null;
  /** The range of history; `null` for none. */
  readonly history: string | null;
  readonly open: boolean;
  readonly format: 'text' | 'json' | 'html';
  /** Where to write; `null` is standard output. */
  readonly output: string | null;
}

export const command: Command<KeysAuditRequest> = {
  name: 'keys audit',
  group: 'keys',
  summary: 'show who can decrypt what, from the files themselves',
  usage: '[PATH…]',
  about: [
    'Reads every encrypted file of the repository, or of the given files, folders and globs: its recipients, the files that one lost key would close, recipients that no rule names, data keys and values that several files share, and how old data keys are. Names come from comments in .sops.yaml.',
    'With --history it also finds recipients that were removed and can still read: by a data key that was not changed, or from old commits; and the values that are still the same, which have to be changed where they are used.',
    'Files are opened with the age and SSH keys that are here, in memory, to compare data keys and values. Nobody is asked and no command is run.',
  ],
  examples: [
    { line: 'sopskit keys audit', says: 'the whole repository' },
    { line: 'sopskit keys audit --history', says: 'and former recipients' },
    { line: 'sopskit keys audit --html --output audit.html', says: 'a page to look at, and to print' },
  ],
  flags: [
    { name: 'history', kind: 'bool', help: 'look for former recipients in the history of git' },
    {
      name: 'range',
      kind: 'text',
      value: 'RANGE',
      help: 'with --history: the commits to look at, such as v1..HEAD or --all (default: HEAD and all before it)',
    },
    { name: 'no-open', kind: 'bool', help: 'open nothing, even where the key is here' },
    { name: 'json', kind: 'bool', help: 'print JSON (docs/keys.md says its shape)' },
    { name: 'html', kind: 'bool', help: 'print one self-contained HTML page' },
    { ...flags.output, help: 'write to FILE instead of standard output' },
    flags.config,
  ],
  beyond: true,
  parse({ args, values }) {
    refusePrivate([...args, values.text('output')]);
    const [json, html] = [values.bool('json'), values.bool('html')];
    if (json && html) throw new SopskitError('usage.conflict', 'only one of --json and --html can be given');
    const range = values.text('range');
    const history = values.bool('history') || range !== null;
    return {
      paths: args,
      config: values.text('config'),
      history: history ? (range ?? 'HEAD') : null,
      open: !values.bool('no-open'),
      format: json ? 'json' : html ? 'html' : 'text',
      output: values.text('output'),
    };
  },
  async run(request, context) {
    const { auditRepository } = await import('../../repository/audit/audit-repository.ts');
    const { printAudit } = await import('../../repository/audit/print-audit.ts');
    const audit = await auditRepository(context.system, request);
    const printed = await printAudit(audit, request.format);
    if (request.output === null) context.terminal.write(printed);
    else writeBack(context, request.output, Buffer.from(printed));
    return audit.unreadable.length > 0 ? 1 : 0;
  },
};
