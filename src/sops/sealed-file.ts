import type { Selector } from '../config/selector.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Document, Format } from '../formats/format.ts';
import type { KeySource } from '../keys/key-source.ts';
import { decodeMetadata } from './decode-metadata.ts';
import type { Metadata } from './metadata.ts';
import type { SealRules } from './sealing.ts';
import { type CompiledSelector, compileSelector } from './selector.ts';

/** A file as it lies encrypted: its text, and what its `sops` block says. */
export interface SealedFile {
  readonly document: Document;
  readonly metadata: Metadata;
  readonly rules: SealRules;
  /** Set where the selector's expression is invalid: the file can be read as sops reads it, but not be written. */
  readonly selectorProblem: SopskitError | null;
}

/**
 * Reads an encrypted file. Throws `document.*` where its text is damaged, `sops.not-encrypted` where it has no `sops`
 * block, `sops.metadata` where that block is damaged.
 */
export async function readSealedFile(
  format: Format,
  bytes: Uint8Array,
  sources: readonly KeySource[],
): Promise<SealedFile> {
  const document = format.parseSealed(bytes);
  const block = document.metadata;
  if (block === null) throw noMetadata(bytes);
  const metadata = decodeMetadata(block, sources);
  try {
    return { document, metadata, rules: await rulesOf(metadata), selectorProblem: null };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'config.selector') throw error;
    return {
      document,
      metadata,
      rules: { ...metadata, selector: matchingNothing(metadata.selector) },
      selectorProblem: error,
    };
  }
}

function noMetadata(bytes: Uint8Array): SopskitError {
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('ENC[AES256_GCM,')) {
    return new SopskitError(
      'sops.not-encrypted',
      'the file holds encrypted values, but its sops metadata is gone',
      {
        hint: 'The file was cut off, or its sops block was removed. Restore it from git; without the block nobody can open it.',
      },
    );
  }
  return new SopskitError('sops.not-encrypted', 'the file is not encrypted: it has no sops metadata', {
    hint: 'Encrypt it with `sopskit encrypt`, or name its format with --input-type if it is not what the file name says.',
  });
}

/** Refuses to seal values of a file whose selector cannot be applied. Throws `config.selector`. */
export function requireSelector({ selectorProblem }: SealedFile): void {
  if (selectorProblem !== null) throw selectorProblem;
}

/** What sops does with an invalid expression: it matches nothing, and nobody is told. */
function matchingNothing(selector: Selector | null): CompiledSelector {
  const selected = selector?.kind.startsWith('unencrypted') ?? true;
  return { selector, selects: () => selected, matchesCiphertext: () => false };
}

export async function rulesOf(metadata: Pick<Metadata, 'selector' | 'macOnlyEncrypted'>): Promise<SealRules> {
  return { selector: await compileSelector(metadata.selector), macOnlyEncrypted: metadata.macOnlyEncrypted };
}
