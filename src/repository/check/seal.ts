import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Metadata } from '../../sops/metadata.ts';
import type { CompiledSelector } from '../../sops/selector.ts';
import type { Mapping } from '../../tree/value.ts';

/** What the `sops` block of a file says, or why it says nothing. */
export type Seal =
  | { readonly kind: 'good'; readonly metadata: Metadata; readonly selector: CompiledSelector }
  | { readonly kind: 'bad'; readonly problem: SopskitError };

/** Reads a `sops` block. A selector that RE2 refuses makes it bad: sops would encrypt nothing, and not say so. */
export async function readSeal(block: Mapping): Promise<Seal> {
  const { decodeMetadata } = await import('../../sops/decode-metadata.ts');
  const { compileSelector } = await import('../../sops/selector.ts');
  const { keySources } = await import('../../keys/registry.ts');
  try {
    const metadata = decodeMetadata(block, keySources);
    return { kind: 'good', metadata, selector: await compileSelector(metadata.selector) };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return { kind: 'bad', problem: error };
  }
}
