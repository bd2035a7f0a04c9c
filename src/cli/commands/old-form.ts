import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command, CommandContext, Flag, Input } from '../command.ts';
import { encryptionFlags } from '../encryption.ts';
import * as flags from '../flags.ts';
import { keyChangeFlags } from '../key-flags.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { commentSelectorFlags, macOnlyEncrypted } from '../selector-flags.ts';
import type { Settings } from '../settings.ts';
import { absolute, missingFile } from '../streams.ts';
import { nearest } from '../suggestion.ts';
import { readTreePath } from '../tree-path.ts';
import { type DecryptRequest, command as decrypt, readDecrypt } from './decrypt.ts';
import { type EditRequest, command as edit } from './edit.ts';
import { type EncryptRequest, command as encrypt, readEncrypt } from './encrypt.ts';
import { keysOfMissingFile, type RotateRequest, readRotate, command as rotate } from './rotate.ts';
import { type SetRequest, command as set } from './set.ts';

const oldFormSelectors: readonly Flag[] = [...commentSelectorFlags, macOnlyEncrypted];

/** What the old form does: one of the commands, chosen by a flag; none is `edit`. */
export type Work =
  | { readonly mode: 'decrypt'; readonly request: DecryptRequest }
  | { readonly mode: 'encrypt'; readonly request: EncryptRequest }
  | { readonly mode: 'rotate'; readonly request: RotateRequest }
  | { readonly mode: 'set'; readonly request: SetRequest }
  | { readonly mode: 'edit'; readonly request: EditRequest };

export type OldFormRequest = Work & {
  readonly file: string;
  /** Whether a `--add-*` or `--rm-*` flag is given: fails for a missing file, whatever the mode. */
  readonly changesKeys: boolean;
};

/** The old form of sops: `-d FILE`, `-e FILE`, `-r FILE`, `--set … FILE`, and `FILE` alone to edit. */
export const command: Command<OldFormRequest> = {
  name: '',
  group: 'files',
  summary: 'edit a file; with -d, -e, -r or --set, decrypt, encrypt, rotate or set',
  usage: 'FILE',
  examples: [],
  flags: [
    modeFlag('decrypt', 'd', 'like the command decrypt'),
    modeFlag('encrypt', 'e', 'like the command encrypt'),
    modeFlag('rotate', 'r', 'like the command rotate'),
    { name: 'set', kind: 'text', value: 'PATH VALUE', help: `like the command set: --set '["key"] "value"'` },
    ...encryptionFlags.map(asInSops),
    flags.inPlace,
    flags.output,
    flags.extract,
    flags.inputType,
    flags.outputType,
    flags.filenameOverride,
    flags.showMasterKeys,
    ...keyChangeFlags,
    flags.ignoreMac,
    flags.decryptionOrder,
    flags.config,
    flags.indent,
    flags.verbose,
    ...flags.keyserviceFlags,
    { name: 'help', aliases: ['h'], kind: 'bool', help: 'show this help' },
    { name: 'version', aliases: ['v'], kind: 'bool', help: 'print the version' },
    {
      name: 'disable-version-check',
      kind: 'bool',
      env: 'SOPS_DISABLE_VERSION_CHECK',
      help: 'accepted: sopskit never looks for new versions',
    },
    { name: 'check-for-updates', kind: 'bool', help: 'accepted: sopskit never looks for new versions' },
  ],
  statusesFor(work) {
    if (work.mode === 'encrypt') return {};
    return work.mode === 'rotate' ? { of: { ...sealedStatuses.of, 'key.none': 1 } } : sealedStatuses;
  },
  parse(input) {
    const [file] = input.args;
    if (file === undefined) {
      throw new SopskitError('usage.no-file', 'no file given', { hint: 'see sopskit --help' });
    }
    const changesKeys = keyChangeFlags.some((flag) => input.values.text(flag.name) !== null);
    return { ...readWork(input), file, changesKeys };
  },
  async run(work, context) {
    await check(work, context);
    switch (work.mode) {
      case 'decrypt':
        return decrypt.run(work.request, context);
      case 'encrypt':
        return encrypt.run(work.request, context);
      case 'rotate':
        return rotate.run(work.request, context);
      case 'set':
        return set.run(work.request, context);
      case 'edit':
        return edit.run(work.request, context);
    }
  },
};

function modeFlag(name: string, short: string, help: string): Flag {
  return { name, aliases: [short], kind: 'bool', help };
}

/** The old form of sops has these selectors, its command `encrypt` has not. */
function asInSops(flag: Flag): Flag {
  return oldFormSelectors.find(({ name }) => name === flag.name) ?? flag;
}

function readWork(input: Input): Work {
  const { values } = input;
  const modes = (['decrypt', 'encrypt', 'rotate'] as const).filter((mode) => values.bool(mode));
  const setText = values.text('set');
  if (modes.length + (setText === null ? 0 : 1) > 1) {
    throw new SopskitError(
      'usage.conflict',
      'only one of --encrypt, --decrypt, --rotate and --set can be given',
    );
  }
  if (setText !== null) return { mode: 'set', request: readSet(input, setText) };
  if (modes[0] === 'decrypt') return { mode: 'decrypt', request: readDecrypt(input) };
  if (modes[0] === 'encrypt') return { mode: 'encrypt', request: readEncrypt(input) };
  if (modes[0] === 'rotate') return { mode: 'rotate', request: readRotate(input) };
  return { mode: 'edit', request: edit.parse(input) };
}

/** `--set` holds the path and the JSON value, parted by the first `] `. */
function readSet(input: Input, text: string): SetRequest {
  const { showMasterKeys: _, ...common } = edit.parse(input);
  const end = text.indexOf('] ');
  if (end < 0) {
    throw new SopskitError('usage.set-value', '--set takes a path, a space and a JSON value', {
      hint: `write it as --set '["key"] "value"'`,
    });
  }
  return {
    file: common.file,
    config: common.config,
    indent: common.indent,
    verbose: common.verbose,
    filenameOverride: common.filenameOverride,
    path: readTreePath(text.slice(0, end + 1), 'usage.set-value'),
    value: { kind: 'text', text: text.slice(end + 2) },
    inputType: common.inputType,
    outputType: common.outputType,
    idempotent: false,
    ignoreMac: common.ignoreMac,
    access: common.access,
  };
}

/** What sops checks before the old form only: the file is there, and the configuration has a rule for it. */
async function check(work: OldFormRequest, context: CommandContext): Promise<void> {
  const { mode, request, file } = work;
  if (context.system.files.status(absolute(context.system, file)) === null) {
    if (work.changesKeys) throw keysOfMissingFile(file);
    if (mode !== 'edit' && mode !== 'set') throw missingFile(file, 'usage.no-file');
    if (mode === 'edit') await refuseCommandLike(file);
  }
  if (mode === 'edit' || mode === 'rotate' || mode === 'set') {
    const settings: Settings = request;
    const name = absolute(context.system, request.filenameOverride ?? file);
    await (await context.operations()).checkRule(settings, name);
  }
}

/** Commands of later releases: their names are not taken for new files. */
const laterCommands = ['bootstrap'];

/** `sopskit decrpyt FILE` would otherwise make a file `decrpyt`. */
async function refuseCommandLike(file: string): Promise<void> {
  if (!/^[a-z-]+$/u.test(file)) return;
  if (laterCommands.includes(file)) {
    throw new SopskitError('usage.invalid', `${file} is not in this release of sopskit`, {
      hint: `To make a file of that name: sopskit edit ./${file}`,
    });
  }
  const { registry } = await import('../registry.ts');
  const { firstWords } = await import('../command-names.ts');
  const near = nearest(file, [...firstWords(registry.keys()), 'help']);
  if (near === null) return;
  throw new SopskitError('usage.invalid', `there is no file and no command ${JSON.stringify(file)}`, {
    hint: `did you mean ${near}? To make a file of that name: sopskit edit ./${file}`,
  });
}
