import { isDeepStrictEqual } from 'node:util';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { FormatName } from '../../../src/formats/format.ts';
import { formatNamed } from '../../../src/formats/registry.ts';
import type { Mapping, Node, Value } from '../../../src/tree/value.ts';
import { plainTrees } from '../../formats/plain-tree.ts';

/** What a call gave, or the error it ended with; anything but a SopskitError is a crash and goes on. */
export async function attempt<T>(run: () => Promise<T>): Promise<T | SopskitError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

/** The data of a plaintext, without comments; `null` where it cannot be read. */
export async function readData(format: FormatName, bytes: Uint8Array): Promise<readonly Mapping[] | null> {
  const reader = await formatNamed(format);
  const document = await attempt(async () => reader.parse(bytes).branches);
  return document instanceof SopskitError ? null : document;
}

export function sameTrees(one: readonly Mapping[] | null, other: readonly Mapping[] | null): boolean {
  if (one === null || other === null) return one === other;
  return isDeepStrictEqual(plainTrees(one), plainTrees(other));
}

/**
 * A tree without what sops' own text cannot carry: a float without a fraction comes back as an int, and an empty
 * comment in a list as an empty string.
 */
export function asSopsKeeps(branches: readonly Mapping[] | null): readonly Mapping[] | null {
  return branches?.map((branch) => kept(branch) as Mapping) ?? null;
}

function kept(node: Node): Node {
  if (node.kind === 'mapping') {
    const entries = node.entries.map((member) =>
      member.kind === 'entry' ? { ...member, value: kept(member.value) as Value } : member,
    );
    return { kind: 'mapping', entries };
  }
  if (node.kind === 'sequence') {
    const items = node.items.filter((item) => item.kind !== 'string' || item.value !== '');
    return { kind: 'sequence', items: items.map(kept) };
  }
  if (node.kind !== 'float' || !Number.isInteger(node.value) || Math.abs(node.value) >= 1e21) return node;
  return { kind: 'int', value: BigInt(node.value) };
}
