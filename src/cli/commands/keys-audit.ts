import { SopskitError } from '../../errors/sopskit-error.ts';
import { withoutIdentities } from '../../errors/without-identities.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { refusePrivate } from '../private-argument.ts';
import { absolute, writeBack } from '../streams.ts';

export interface KeysAuditRequest {
  readonly paths: readonly string[];
  readonly config: string | null;
  /** The range of history; `null` for none. */
  readonly history: string | null;
  readonly open: boolean;
  readonly format: 'text' | 'json' | 'html';
  /** Where to write; `null` is standard output. */
  readonly output: string | null;
  readonly strict: boolean;
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
    { line: 'sopskit keys audit --html audit.html', says: 'a page to look at, and to print' },
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
    {
      ...{ name: 'html', kind: 'text', value: 'FILE' },
      help: 'write one self-contained HTML page; - is standard output',
    },
    { ...flags.output, help: 'write the text or JSON to FILE instead of standard output' },
    { name: 'strict', kind: 'bool', help: 'fail where there is something to mend' },
    flags.config,
  ],
  beyond: true,
  parse({ args, values }) {
    const [json, html] = [values.bool('json'), values.text('html')];
    refusePrivate([...args, values.text('output'), html, values.text('config')]);
    if (html !== null) requirePageFile(html, json || values.text('output') !== null);
    const range = values.text('range');
    const history = values.bool('history') || range !== null;
    return {
      paths: args,
      config: values.text('config'),
      history: history ? (range ?? 'HEAD') : null,
      open: !values.bool('no-open'),
      format: json ? 'json' : html === null ? 'text' : 'html',
      output: html === null ? values.text('output') : html === '-' ? null : html,
      strict: values.bool('strict'),
    };
  },
  async run(request, context) {
    const { auditRepository } = await import('../../repository/audit/audit-repository.ts');
    const { hasToMend } = await import('../../repository/audit/to-mend.ts');
    const { printAudit } = await import('../../repository/audit/print-audit.ts');
    const { refuseToOverwrite } = await import('../../repository/audit/report-file.ts');
    const { system } = context;
    if (request.output !== null) await refuseToOverwrite(system, absolute(system, request.output));
    const audit = await auditRepository(system, request);
    const printed = withoutIdentities(await printAudit(audit, request.format, system.files.cwd));
    if (request.output === null) context.terminal.write(printed);
    else writeBack(context, request.output, Buffer.from(printed));
    return audit.unreadable.length > 0 || (request.strict && hasToMend(audit)) ? 1 : 0;
  },
};

function requirePageFile(file: string, hasOther: boolean): void {
  if (hasOther)
    throw new SopskitError('usage.conflict', '--html excludes --json and --output', {
      hint: 'Run the command once for each; --html takes the file to write.',
    });
  if (file === '' || (file.startsWith('-') && file !== '-'))
    throw new SopskitError('usage.invalid', '--html takes the name of the file to write', {
      hint: 'For example: --html audit.html; --html - prints the page.',
    });
}
