import { SopskitError } from '../errors/sopskit-error.ts';
import { encodeBase64, textOf } from '../manifests/secret-manifest.ts';
import {
  bytesOf,
  entryFor,
  type SecretEntry,
  type SecretObject,
  secretEntries,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import { checkKey, checkSize } from '../manifests/secret-manifest-rules.ts';
import type { OpenFile } from '../sops/open-file.ts';
import { setValue, unsetValue } from '../sops/set.ts';
import { printablePath } from '../system/path-text.ts';
import { valueAt } from '../tree/mapping.ts';
import { nodeAt } from '../tree/node-at.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { SecretSetRequest, SetSource } from './commands/secret-set.ts';
import { placed, Workbench } from './operations/workbench.ts';
import { oneSecret } from './secret-choice.ts';
import { unasked } from './secret-flags.ts';
import { askValue } from './secret-prompt.ts';
import { checkNotLast } from './secret-remove.ts';
import { noSuchFile, readPipe, readStdinValue, withoutLineBreak } from './secret-values.ts';
import { absolute, readPath, readSource, rewrite } from './streams.ts';

/**
 * Sets or removes one value of an encrypted Secret: text or bytes go in, base64 is written where the value is one of
 * `data`. The line of the value, the MAC and its time change, and nothing else.
 */
export async function setSecretValue(request: SecretSetRequest, context: CommandContext): Promise<number> {
  const { system, terminal } = context;
  checkKey(request.key);
  const source = readSource(system, { file: request.file, filenameOverride: null }, 'file.missing');
  system.files.checkReplaceable(source.name);
  const bench = new Workbench(system);
  const sealed = await bench.readSealed(request, source);
  const secret = oneSecret(sealed.document.data, request, request.file);
  if (isImmutable(secret))
    system.warn(
      `${titleOf(secret)} is immutable: the cluster will refuse the change; give a new value a Secret of a new name`,
    );
  const before = entryFor(secret, request.key);
  if (request.source.kind === 'remove') {
    if (before === null) return nothingToRemove(request, secret, context);
    checkNotLast(sealed.document.data, secret, request);
  }
  const bytes =
    request.source.kind === 'remove' ? null : await readValue(request.source, request.key, context);
  const open = await bench.open(request, source);
  try {
    const options = { system, keyring: bench.keyring(request.access), branch: secret.branch };
    const changed = await placed(source, () =>
      bytes === null
        ? removed(open, secret, request.key, options)
        : written(open, secret, request.key, bytes, options),
    );
    if (changed === null)
      terminal.tell(
        `${printablePath(request.file)}: ${request.key} has that value already; nothing was written`,
      );
    else {
      rewrite(context, request.file, source, changed);
      terminal.tell(
        `${printablePath(request.file)}: ${doneText(before, bytes)} ${request.key} of ${titleOf(secret)}`,
      );
    }
    return 0;
  } finally {
    open.dataKey.wipe();
    bytes?.fill(0);
  }
}

function isImmutable({ manifest }: SecretObject): boolean {
  const value = valueAt(manifest, 'immutable');
  return value?.kind === 'bool' && value.value;
}

function doneText(before: SecretEntry | null, bytes: Uint8Array | null): string {
  if (bytes === null) return 'removed';
  return before === null ? 'added' : 'set';
}

function nothingToRemove(
  request: SecretSetRequest,
  secret: SecretObject,
  { terminal }: CommandContext,
): number {
  terminal.tell(
    `${printablePath(request.file)}: ${titleOf(secret)} has no ${request.key}; nothing was written`,
  );
  return 0;
}

async function readValue(source: SetSource, key: string, context: CommandContext): Promise<Uint8Array> {
  const { system, terminal } = context;
  if (source.kind === 'file') {
    if (system.files.status(absolute(system, source.file)) === null) throw noSuchFile('--from-file');
    return readPath(system, source.file, 'file.missing');
  }
  const asks = source.kind === 'auto' && terminal.inputIsTerminal === true;
  if (source.kind === 'prompt' || source.kind === 'remove' || asks)
    return askValue(`New value of ${key}`, system, unasked.set);
  const bytes = source.trim ? withoutLineBreak(readPipe(context)) : readStdinValue(context);
  if (bytes.length > 0 || source.allowEmpty) return bytes;
  throw new SopskitError('manifest.invalid', 'standard input is empty; nothing was written', {
    hint: 'Pipe the value in. If it is to be empty: --allow-empty. To remove the key: --remove.',
  });
}

type Options = Parameters<typeof setValue>[3];

/** Returns the new file, or `null` where the value is the same. Throws `manifest.invalid`, `sops.readable-secret`. */
function written(
  open: OpenFile,
  secret: SecretObject,
  key: string,
  bytes: Uint8Array,
  options: Options,
): Uint8Array | null {
  const now = plainSecret(open, secret);
  const before = entryFor(now, key);
  const old = before === null ? null : bytesOf(before);
  if (old !== null && Buffer.compare(old, bytes) === 0) return null;
  const others = secretEntries(now).filter((entry) => entry.key !== key);
  checkSize(others.reduce((sum, entry) => sum + (bytesOf(entry)?.length ?? 0), bytes.length));
  const path = before?.path ?? [...secret.path, 'data', key];
  const value = before?.field === 'stringData' ? asText(bytes, key) : encodeBase64(bytes);
  const outcome = setValue(open, path, { kind: 'string', value }, options);
  if (bytes.length > 0) checkSealed(open, outcome.bytes, secret.branch, path);
  return outcome.bytes;
}

/** A key that is in both fields is taken out of both. */
function removed(open: OpenFile, secret: SecretObject, key: string, options: Options): Uint8Array {
  const [entry, twin] = secretEntries(plainSecret(open, secret)).filter((candidate) => candidate.key === key);
  if (entry === undefined) throw new SopskitError('document.path-not-found', `there is no ${key}`);
  if (twin !== undefined) {
    throw new SopskitError('manifest.invalid', `${key} is in data and in stringData`, {
      hint: 'Remove one with `sopskit edit`, then try again.',
    });
  }
  return unsetValue(open, entry.path, options);
}

function plainSecret(open: OpenFile, secret: SecretObject): SecretObject {
  const manifest = nodeAt(open.branches[secret.branch], secret.path);
  return { ...secret, manifest: manifest as Mapping };
}

function asText(bytes: Uint8Array, key: string): string {
  const text = textOf(bytes);
  if (text !== null) return text;
  throw new SopskitError(
    'manifest.invalid',
    `${key} is in stringData, which takes text only, and the value is binary`,
    {
      hint: 'Remove the key (--remove) and set it again: it then goes into data.',
    },
  );
}

/** A selector that does not reach the value would leave it readable. */
function checkSealed(open: OpenFile, bytes: Uint8Array, branch: number, path: Path): void {
  const again = open.sealed.document.format.parseSealed(bytes);
  const leaf = nodeAt(again.data[branch], path);
  if (leaf?.kind === 'string' && leaf.value.startsWith('ENC[')) return;
  throw new SopskitError('sops.readable-secret', 'the selector of the file would leave the value readable', {
    place: { path },
    hint: 'Encrypt the file anew with encrypted_regex ^(data|stringData)$ in its rule.',
  });
}
