import { SopskitError } from '../errors/sopskit-error.ts';
import { textOf } from '../manifests/secret-manifest.ts';
import {
  bytesOf,
  type SecretEntry,
  type SecretObject,
  secretEntries,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import type { OpenFile } from '../sops/open-file.ts';
import type { SealedFile } from '../sops/sealed-file.ts';
import { sealedLength } from '../sops/sealed-length.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { SecretShowRequest } from './commands/secret-show.ts';
import { Workbench } from './operations/workbench.ts';
import type { Source } from './operations.ts';
import { secretsOf } from './secret-choice.ts';
import { inClear, revealSecret } from './secret-reveal.ts';
import { type ShownFile, type ShownKey, type ShownSecret, showText } from './secret-show-text.ts';
import { readPipe } from './secret-values.ts';
import { absolute, readSource } from './streams.ts';

/** Shows what is in a Secret without its values; with `reveal` prints one value, as it is, or all. */
export async function showSecret(request: SecretShowRequest, context: CommandContext): Promise<number> {
  const { system, terminal } = context;
  const source = readShown(request, context);
  const bench = new Workbench(system);
  const sealed = await sealedOrNull(bench, request, source);
  const branches = sealed?.document.data ?? (await plainBranches(request, source));
  if (request.reveal !== null) {
    const open = sealed === null ? null : () => bench.open(request, source);
    return revealSecret({ ...request, reveal: request.reveal }, open, branches, context);
  }
  const secrets = secretsOf(branches, request, request.file);
  const opened = sealed === null ? null : await tryOpen(bench, request, source);
  const shown: ShownFile = {
    file: request.file,
    encrypted: sealed !== null,
    opened: sealed === null || opened?.open != null,
    problem: opened?.problem ?? null,
    recipients: sealed === null ? [] : recipientsOf(sealed),
    threshold: sealed === null ? null : thresholdOf(sealed),
    secrets: secrets.map((secret) => shownSecret(secret, opened?.open ?? null, sealed !== null)),
  };
  opened?.open?.dataKey.wipe();
  terminal.write(request.json ? `${JSON.stringify(shown, null, 2)}\n` : showText(shown));
  return 0;
}

/** `-` is standard input: YAML, or JSON where it begins with a brace. */
function readShown(request: SecretShowRequest, context: CommandContext): Source {
  const { system } = context;
  if (request.file !== '-')
    return readSource(system, { file: request.file, filenameOverride: null }, 'file.missing');
  const bytes = readPipe(context);
  const isJson = /^\s*\{/.test(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
  return { bytes, path: null, name: absolute(system, isJson ? 'stdin.json' : 'stdin.yaml') };
}

/** `null` for a file that is not encrypted. */
async function sealedOrNull(
  bench: Workbench,
  request: SecretShowRequest,
  source: Source,
): Promise<SealedFile | null> {
  try {
    return await bench.readSealed(request, source);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'sops.not-encrypted') return null;
    throw error;
  }
}

async function plainBranches(request: SecretShowRequest, source: Source): Promise<readonly Mapping[]> {
  const { sealedFormat } = await import('./operations/file-format.ts');
  const { placed } = await import('./operations/workbench.ts');
  const format = await sealedFormat(request.inputType, source.name, source.bytes);
  return placed(source, () => format.parse(source.bytes).data);
}

/** Without a key the names are still there to be shown; every other failure is one. */
async function tryOpen(
  bench: Workbench,
  request: SecretShowRequest,
  source: Source,
): Promise<{ readonly open: OpenFile | null; readonly problem: string | null }> {
  try {
    return { open: await bench.open(request, source), problem: null };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    return { open: null, problem: error.message.split('\n', 1)[0] ?? '' };
  }
}

function recipientsOf({ metadata }: SealedFile): ShownFile['recipients'] {
  return metadata.keyGroups.flatMap((group, index) =>
    group.map(({ source, id }) => ({ kind: source, id, group: index + 1 })),
  );
}

/** sops takes a threshold of 0 for all groups. */
function thresholdOf({ metadata: { keyGroups, shamirThreshold } }: SealedFile): number | null {
  return keyGroups.length < 2 ? null : shamirThreshold || keyGroups.length;
}

function shownSecret(secret: SecretObject, open: OpenFile | null, encrypted: boolean): ShownSecret {
  const plain = open === null ? null : inClear(secret, open);
  const clear = new Map(plain === null ? [] : secretEntries(plain).map((entry) => [pathId(entry), entry]));
  return {
    document: secret.branch + 1,
    title: titleOf(secret),
    name: secret.name,
    namespace: secret.namespace,
    type: secret.type ?? 'Opaque',
    keys: secretEntries(secret).map((entry) => shownKey(entry, clear.get(pathId(entry)) ?? null, encrypted)),
  };
}

function pathId({ field, key }: SecretEntry): string {
  return `${field}/${key}`;
}

function shownKey(entry: SecretEntry, clear: SecretEntry | null, encrypted: boolean): ShownKey {
  const { key, field, value } = entry;
  const length = value.kind === 'string' ? sealedLength(value.value) : null;
  const known = clear ?? (length === null ? entry : null);
  const bytes = known === null ? null : bytesOf(known);
  if (bytes === null) {
    const most =
      length === null || known !== null ? null : field === 'data' ? Math.floor((length * 3) / 4) : length;
    return {
      key,
      field,
      encrypted: length !== null,
      bytes: null,
      atMost: most,
      content: known === null ? 'unknown' : 'invalid',
      lines: null,
    };
  }
  const text = textOf(bytes);
  const isOpen = encrypted ? length === null && bytes.length > 0 : true;
  return {
    ...{ key, field, encrypted: !isOpen, bytes: bytes.length, atMost: bytes.length },
    content: text === null ? 'binary' : bytes.length === 0 ? 'empty' : 'text',
    lines: text === null ? null : text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
  };
}
