import { SopskitError } from '../../errors/sopskit-error.ts';
import type { BytesScalar, Leaf, Mapping, Scalar, StringScalar } from '../../tree/value.ts';
import { fromByteText, scalarOf, toByteText } from '../byte-text.ts';
import type { Document, Edit, EmitStyle, Format, Site } from '../format.ts';
import { JsonDocument } from '../json/json-document.ts';
import { metadataKey } from '../metadata-place.ts';
import { scalarText } from '../scalar-text.ts';

/** The one key under which sops keeps a binary file. */
export const dataKey = 'data';

/**
 * Any bytes. They have no place for ciphertext or metadata, so that an edit which seals them or adds metadata returns
 * the sealed form: a JSON object, as sops prints it.
 */
export class PlainBinary implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly branches: readonly Mapping[];
  readonly metadata = null;
  readonly #leaf: StringScalar | BytesScalar;

  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#leaf = scalarOf(toByteText(bytes), { line: 1, column: 1 });
    this.branches = [
      { kind: 'mapping', entries: [{ kind: 'entry', key: dataKey, value: this.#leaf }], line: 1, column: 1 },
    ];
  }

  get data(): readonly Mapping[] {
    return this.branches;
  }

  edit(edits: readonly Edit[], style: EmitStyle = {}): Uint8Array {
    const metadata = edits.findLast((edit) => edit.kind === 'metadata')?.value ?? null;
    const { value, sealed } = lastValue(this.#leaf, edits);
    if (metadata === null && !sealed) return fromByteText(scalarText(value));
    const entries: Mapping['entries'] = [{ kind: 'entry', key: dataKey, value }];
    const place: Mapping['entries'] =
      metadata === null ? [] : [{ kind: 'entry', key: metadataKey, value: metadata }];
    return this.format.emitSealed([{ kind: 'mapping', entries: [...entries, ...place] }], style);
  }

  /** No byte is lost in sealing, so that there is nothing to record. */
  sites(_leaves: ReadonlySet<Leaf>): readonly Site[] {
    return [];
  }
}

/** What `data` holds after the edits of a plain file. Throws `document.path-not-found` for a change to anything else. */
function lastValue(
  leaf: Scalar,
  edits: readonly Edit[],
): { readonly value: Scalar; readonly sealed: boolean } {
  let [value, sealed] = [leaf, false];
  for (const edit of edits) {
    if (edit.kind === 'seal') [value, sealed] = [{ kind: 'string', value: edit.ciphertext }, true];
    else if (edit.kind === 'put') value = putValue(edit);
    else if (edit.kind === 'remove') throw wrongPath();
  }
  return { value, sealed };
}

function putValue({ path, value }: Extract<Edit, { kind: 'put' }>): Scalar {
  const plain = value.kind === 'string' || value.kind === 'bytes';
  if (path.length === 1 && path[0] === dataKey && plain) return value;
  throw wrongPath();
}

/** A sealed binary file: JSON, whose edits become the raw bytes when the metadata is taken out. */
export class SealedBinary implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly #json: JsonDocument;

  /** Throws `document.syntax` and `document.too-deep`. */
  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#json = new JsonDocument(format, bytes);
  }

  get branches(): readonly Mapping[] {
    return this.#json.branches;
  }

  get data(): readonly Mapping[] {
    return this.#json.data;
  }

  get metadata(): Mapping | null {
    return this.#json.metadata;
  }

  edit(edits: readonly Edit[], style: EmitStyle = {}): Uint8Array {
    const plain = edits.some((edit) => edit.kind === 'metadata' && edit.value === null);
    if (!plain) return this.#json.edit(edits, style);
    const opened = new Map<Leaf, Leaf>(
      edits.flatMap((edit) => (edit.kind === 'open' ? [[edit.leaf, edit.value]] : [])),
    );
    const entries = (this.data[0]?.entries ?? []).map((member) =>
      member.kind === 'entry' && member.value.kind === 'string'
        ? { ...member, value: (opened.get(member.value) ?? member.value) as Scalar }
        : member,
    );
    return this.format.emit([{ kind: 'mapping', entries }], style);
  }

  sites(leaves: ReadonlySet<Leaf>): readonly Site[] {
    return this.#json.sites(leaves);
  }
}

function wrongPath(): SopskitError {
  return new SopskitError(
    'document.path-not-found',
    'A binary file is one value: only ["data"] can be set, to text',
  );
}
