import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Document, Format, FormatName } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import type { Entry, Mapping } from '../../tree/value.ts';
import type { FileKind } from './file-kind.ts';
import { looseJson } from './loose-json.ts';
import { type LooseDocument, readLoosely } from './loose-yaml.ts';
import { isMetadata } from './metadata-block.ts';

/** One document of a file. */
export interface Part {
  /** Without the metadata. */
  readonly data: Mapping;
  readonly metadata: Mapping | null;
  /** Top-level keys that stand behind the metadata, which sops writes last. */
  readonly behind: ReadonlySet<string>;
  /** What to add to the lines of its nodes. */
  readonly lineOffset: number;
}

/** What a file turned out to hold. */
export type Content =
  | {
      readonly kind: 'tree';
      readonly format: FormatName;
      readonly parts: readonly Part[];
      /** Set where the file could be read by being less strict than sops only. */
      readonly problem: SopskitError | null;
    }
  /** No structure that anybody here knows. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'broken'; readonly problem: SopskitError };

/** Reads a file; `sealed` says that it has the looks of an encrypted one. */
export async function readContent(
  bytes: Uint8Array,
  { format: name, template }: FileKind,
  sealed: boolean,
): Promise<Content> {
  if (name === 'binary' && !sealed) return { kind: 'opaque' };
  const format = await formatNamed(name);
  try {
    const document = format.parseSealed(bytes);
    const parts =
      name === 'yaml' || name === 'json' || name === 'binary'
        ? document.branches.map((branch) => partOf(branch))
        : [
            {
              data: document.data[0] ?? empty,
              metadata: metadataOf(document),
              behind: new Set<string>(),
              lineOffset: 0,
            },
          ];
    return { kind: 'tree', format: name, parts, problem: null };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const loose = await looseDocuments(format, bytes, template);
    if (loose === null)
      return isNoFile(name, bytes) ? { kind: 'opaque' } : { kind: 'broken', problem: error };
    const parts = loose.map(({ branch, lineOffset }) => partOf(branch, lineOffset));
    return { kind: 'tree', format: name, parts, problem: error };
  }
}

/** The flat or sectioned metadata of a document, where it is such: versions of tools are written as `sops_version`, too. */
function metadataOf({ metadata }: Document): Mapping | null {
  return metadata !== null && isMetadata(metadata) ? metadata : null;
}

/** YAML behind the name of JSON is read, too: other programs look at what is in a file. */
async function looseDocuments(
  format: Format,
  bytes: Uint8Array,
  template: boolean,
): Promise<readonly LooseDocument[] | null> {
  if (format.name === 'yaml') return readLoosely(bytes, template);
  return format.name === 'json'
    ? (jsonDocuments(format, bytes) ?? (await readLoosely(bytes, template)))
    : null;
}

/** Reads JSON that sops refuses: a list as the items of a List, several documents; `null` for what is none. */
function jsonDocuments(format: Format, bytes: Uint8Array): readonly LooseDocument[] | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const values = looseJson(text);
  try {
    const found = values.flatMap(({ text: value, lineOffset }) => {
      const wrapped = value.startsWith('[') ? `{"kind":"List","items":${value}}` : value;
      return format.parse(Buffer.from(wrapped)).branches.map((branch) => ({ branch, lineOffset }));
    });
    return found.length === 0 ? null : found;
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

/** An encrypted file of any format is JSON with ciphertext; what only mentions one (documentation) does not begin so. */
function isNoFile(name: FormatName, bytes: Uint8Array): boolean {
  if (name !== 'binary') return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return !/^\s*\{\s*"/.test(text.toString('latin1', 0, 100)) || !text.includes('ENC[AES256_GCM,');
}

const empty: Mapping = { kind: 'mapping', entries: [] };

function partOf(branch: Mapping, lineOffset = 0): Part {
  const at = branch.entries.findIndex((member) => member.kind === 'entry' && isBlock(member));
  const block = branch.entries[at];
  if (block?.kind !== 'entry' || block.value.kind !== 'mapping')
    return { data: branch, metadata: null, behind: new Set(), lineOffset };
  const after = branch.entries.slice(at + 1);
  return {
    data: { ...branch, entries: branch.entries.filter((member) => member !== block) },
    metadata: block.value,
    behind: new Set(after.flatMap((member) => (member.kind === 'entry' ? [String(member.key)] : []))),
    lineOffset,
  };
}

function isBlock({ key, value }: Entry): boolean {
  return key === 'sops' && value.kind === 'mapping' && isMetadata(value);
}
