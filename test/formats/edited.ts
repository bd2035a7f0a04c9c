import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Document, Edit, Format } from '../../src/formats/format.ts';
import type { Path } from '../../src/tree/path.ts';
import type { Entry, Leaf, Mapping, Value } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

/** Parses a byte text. */
export function read(format: Format, text: string): Document {
  return format.parse(Buffer.from(text, 'latin1'));
}

/** The byte text after edits. */
export function edited(document: Document, ...edits: Edit[]): string {
  return Buffer.from(document.edit(edits)).toString('latin1');
}

export function put(path: Path, value: Value): Edit {
  return { kind: 'put', branch: 0, path, value };
}

export function remove(...path: Path): Edit {
  return { kind: 'remove', branch: 0, path };
}

export function text(value: string): Value {
  return { kind: 'string', value };
}

export function map(members: Record<string, Value>): Mapping {
  return {
    kind: 'mapping',
    entries: Object.entries(members).map(([key, value]): Entry => ({ kind: 'entry', key, value })),
  };
}

/** Seals every leaf with a ciphertext that names its number: `ENC[0]`. */
export function sealAll(document: Document): Edit[] {
  return leaves(document).map((leaf, index): Edit => ({ kind: 'seal', leaf, ciphertext: `ENC[${index}]` }));
}

export function leaves(document: Document): Leaf[] {
  const found: Leaf[] = [];
  for (const branch of document.data) walk(branch, ({ leaf }) => found.push(leaf));
  return found;
}

/** The code of the error that `run` throws. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SopskitError) return error.code;
    throw error;
  }
  return 'no error';
}
