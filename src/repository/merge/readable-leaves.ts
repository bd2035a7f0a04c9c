import { isEmptyLeaf, plaintextOf } from '../../cipher/plaintext.ts';
import type { Format } from '../../formats/format.ts';
import type { Metadata } from '../../sops/metadata.ts';
import { rulesOf } from '../../sops/sealed-file.ts';
import { walk } from '../../tree/walk.ts';

/** A plaintext, and what of it is encrypted: `null` for a file that is not. */
export interface Shown {
  readonly text: Uint8Array;
  readonly metadata: Pick<Metadata, 'selector' | 'macOnlyEncrypted'> | null;
}

/** The leaves of a file by keys, and by keys and value. They hold values: compare them, never print them. */
interface Leaves {
  readonly readable: ReadonlySet<string>;
  readonly readablePaths: readonly (readonly [path: string, id: string])[];
  readonly sealedPaths: ReadonlySet<string>;
}

/** Whether a merged file would show a value that is encrypted on a side, and shown on none. */
export async function revealsMore(format: Format, merged: Shown, sides: readonly Shown[]): Promise<boolean> {
  const there = await Promise.all(sides.map((side) => leavesOf(format, side)));
  const { readablePaths } = await leavesOf(format, merged);
  return readablePaths.some(
    ([path, id]) =>
      there.some(({ sealedPaths }) => sealedPaths.has(path)) &&
      !there.some(({ readable }) => readable.has(id)),
  );
}

async function leavesOf(format: Format, { text, metadata }: Shown): Promise<Leaves> {
  const selector = metadata === null ? null : (await rulesOf(metadata)).selector;
  const readablePaths: [string, string][] = [];
  const sealedPaths = new Set<string>();
  for (const branch of format.parse(text).branches) {
    walk(branch, ({ leaf, keys, comments }) => {
      if (leaf.kind === 'comment' || isEmptyLeaf(leaf)) return;
      const path = JSON.stringify(keys);
      if (selector?.selects(keys, comments, false) === true) sealedPaths.add(path);
      else readablePaths.push([path, path + Buffer.from(plaintextOf(leaf)).toString('latin1')]);
    });
  }
  return { readable: new Set(readablePaths.map(([, id]) => id)), readablePaths, sealedPaths };
}
