import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document, Edit, Format } from '../formats/format.ts';
import { encodeBase64, textOf } from '../manifests/secret-manifest.ts';
import {
  bytesOf,
  type SecretEntry,
  secretEntries,
  secretObjects,
} from '../manifests/secret-manifest-read.ts';
import { checkKey } from '../manifests/secret-manifest-rules.ts';
import type { Leaf, Mapping, Scalar, Value } from '../tree/value.ts';

/** A manifest whose values of `data` are shown as what they stand for. */
export interface SecretView {
  readonly text: Uint8Array;
  /**
   * Returns the manifest for what the user made of the text: values of `data` in base64 again, those that did not change
   * as they were written. Throws `document.*`, `manifest.invalid`.
   */
  restore(edited: Uint8Array): Promise<Uint8Array>;
}

/** One value of `data` before it was shown. */
interface Shown {
  /** `null`: it is no base64, and is shown as it stands. */
  readonly bytes: Uint8Array | null;
  readonly text: string;
  /** Its place in the text; `null` where it has none of its own. */
  readonly spelling: string | null;
}

/**
 * Shows the values of every Secret in clear: text as text, bytes that are none as `!!binary` (YAML), or in base64 as they
 * were (JSON, which has nothing for them).
 */
export async function viewSecrets(format: Format, plain: Uint8Array): Promise<SecretView> {
  const document = format.parse(plain);
  const before = new Map<string, Shown>();
  const edits: Edit[] = [];
  const spellings = spellingsOf(document);
  for (const { entry, branch, id } of dataEntries(document.data)) {
    if (entry.value.kind !== 'string') continue;
    const bytes = bytesOf(entry);
    before.set(id, { bytes, text: entry.value.value, spelling: spellings.get(entry.value) ?? null });
    const value = bytes === null ? null : viewOf(bytes, format);
    if (value !== null) edits.push({ kind: 'put', branch, path: entry.path, value });
  }
  const text = edits.length === 0 ? plain : document.edit(edits);
  const nulls = new Set(
    dataEntries(document.data).flatMap(({ entry, id }) => (entry.value.kind === 'null' ? [id] : [])),
  );
  return { text, restore: (edited) => restored(format, before, nulls, edited) };
}

/** Returns how bytes are shown; `null`: as they stand. */
function viewOf(bytes: Uint8Array, format: Format): Value | null {
  const text = Buffer.from(bytes).toString('utf8');
  const isText = Buffer.compare(Buffer.from(text, 'utf8'), bytes) === 0;
  if (format.name === 'yaml')
    return isText ? { kind: 'string', value: text } : { kind: 'bytes', value: bytes };
  return isText && textOf(bytes) !== null ? { kind: 'string', value: text } : null;
}

async function restored(
  format: Format,
  before: ReadonlyMap<string, Shown>,
  nulls: ReadonlySet<string>,
  edited: Uint8Array,
): Promise<Uint8Array> {
  const document = format.parse(edited);
  const spelled = await spelledAs(format, edited);
  const edits: Edit[] = [];
  const wanted = new Map<string, string | null>();
  const asTheyStood = new Set(
    [...before.values()]
      .filter(({ bytes }) => bytes === null || viewOf(bytes, format) === null)
      .map(({ text }) => text),
  );
  for (const { entry, branch, id } of dataEntries(document.data)) {
    checkKey(entry.key);
    if (entry.value.kind === 'null' && nulls.has(id)) {
      wanted.set(id, null);
      continue;
    }
    const old = before.get(id);
    const text = textToWrite(entry, old, asTheyStood, format, (scalar) => spelled(scalar, branch, entry));
    wanted.set(id, text);
    if (entry.value.kind === 'string' && entry.value.value === text) continue;
    edits.push({ kind: 'put', branch, path: entry.path, value: { kind: 'string', value: text } });
  }
  const bytes = inOldSpelling(
    format.parse(edits.length === 0 ? edited : document.edit(edits)),
    before,
    wanted,
  );
  checkRestored(format, bytes, wanted);
  return bytes;
}

/** Writes values that did not change as they were written before, with the same quotes, or as a block. */
function inOldSpelling(document: Document, before: ReadonlyMap<string, Shown>, wanted: Wanted): Uint8Array {
  const spellings = spellingsOf(document);
  const changes = dataEntries(document.data).flatMap(({ entry: { value }, id }) => {
    const spelling = before.get(id)?.spelling ?? null;
    const now = value.kind === 'string' ? spellings.get(value) : undefined;
    const isSame = value.kind === 'string' && before.get(id)?.text === value.value;
    if (!isSame || spelling === null || now === undefined || now === spelling) return [];
    // the text of a block takes its line break with it
    return [{ node: value, spelling: spelling.replace(/\n$/, '') + (now.endsWith('\n') ? '\n' : '') }];
  });
  for (const some of [changes, changes.filter(({ spelling }) => !spelling.includes('\n'))]) {
    const bytes = document.edit(some.map((change): Edit => ({ kind: 'respell', ...change })));
    if (isRestored(document.format, bytes, wanted)) return bytes;
  }
  return document.bytes;
}

function textToWrite(
  entry: SecretEntry,
  old: Shown | undefined,
  unchanged: ReadonlySet<string>,
  format: Format,
  spelled: (scalar: Scalar) => string,
): string {
  const { value, path } = entry;
  if (value.kind === 'mapping' || value.kind === 'sequence') {
    throw new SopskitError(
      'manifest.invalid',
      'a value of data is a map or a list; Kubernetes takes text only',
      {
        place: { path, ...(value.line === undefined ? {} : { line: value.line }) },
        hint: 'Write a text over several lines as a block: KEY: |',
      },
    );
  }
  if (value.kind === 'string' && unchanged.has(value.value)) return value.value;
  const bytes =
    value.kind === 'bytes'
      ? value.value
      : Buffer.from(value.kind === 'string' ? value.value : spelled(value));
  if (old === undefined) return encodeBase64(bytes);
  if (old.bytes !== null && viewOf(old.bytes, format) === null) throw changedBinary(entry);
  return old.bytes !== null && Buffer.compare(old.bytes, bytes) === 0 ? old.text : encodeBase64(bytes);
}

function changedBinary({ path, key }: SecretEntry): SopskitError {
  return new SopskitError('manifest.invalid', `${key} is binary, and JSON can only show it as it was`, {
    place: { path },
    hint: `Put it back, and set it from a file: sopskit secret set FILE ${key} --from-file PATH`,
  });
}

/** The values of `data` of every Secret, with an id that lasts as long as the Secret keeps its place. */
function dataEntries(
  branches: readonly Mapping[],
): { readonly entry: SecretEntry; readonly branch: number; readonly id: string }[] {
  return secretObjects(branches).flatMap((secret) =>
    secretEntries(secret)
      .filter(({ field }) => field === 'data')
      .map((entry) => ({ entry, branch: secret.branch, id: JSON.stringify([secret.branch, entry.path]) })),
  );
}

function spellingsOf(document: Document): Map<Leaf, string> {
  const leaves = new Set(
    dataEntries(document.data).flatMap(({ entry: { value } }): Leaf[] =>
      value.kind === 'string' ? [value] : [],
    ),
  );
  return new Map(
    document
      .sites(leaves)
      .filter(({ node }) => node.kind === 'string')
      .map(({ node, spelling }) => [node as Leaf, spelling]),
  );
}

type Spelled = (scalar: Scalar, branch: number, entry: SecretEntry) => string;

/** `port: 0x50` in an editor means the text `0x50`, not the number. */
async function spelledAs(format: Format, edited: Uint8Array): Promise<Spelled> {
  if (format.name !== 'yaml') return (scalar) => ('value' in scalar ? String(scalar.value) : '');
  const { readYaml } = await import('../formats/yaml/read.ts');
  const { nodeAt } = await import('../tree/node-at.ts');
  const source = readYaml(edited);
  return (_, branch, entry) => {
    const leaf = nodeAt(source.branches[branch], entry.path);
    const origin = leaf === null ? undefined : source.origins.get(leaf);
    return origin?.kind === 'node' ? (origin.node.target ?? origin.node).value : '';
  };
}

/** What each value is to be in the end, by id; `null` is a null. */
type Wanted = ReadonlyMap<string, string | null>;

/** The text must say what was meant, whatever its layout. */
function checkRestored(format: Format, bytes: Uint8Array, wanted: Wanted): void {
  if (isRestored(format, bytes, wanted)) return;
  throw new SopskitError('sops.layout', 'the values cannot be written back into this layout', {
    hint: 'Use `sopskit edit`, which shows them in base64.',
  });
}

function isRestored(format: Format, bytes: Uint8Array, wanted: Wanted): boolean {
  const entries = entriesIn(format, bytes);
  return (
    entries.length === wanted.size &&
    entries.every(({ entry: { value }, id }) =>
      value.kind === 'null'
        ? wanted.get(id) === null
        : value.kind === 'string' && value.value === wanted.get(id),
    )
  );
}

function entriesIn(format: Format, bytes: Uint8Array): ReturnType<typeof dataEntries> {
  try {
    return dataEntries(format.parse(bytes).data);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}
