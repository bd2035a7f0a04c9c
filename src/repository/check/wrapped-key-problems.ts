import { SopskitError } from '../../errors/sopskit-error.ts';
import { decodeArmor } from '../../keys/age/file/armor.ts';
import { parseHeader } from '../../keys/age/file/header.ts';
import { dearmorMessage } from '../../keys/pgp/armor.ts';
import type { Metadata } from '../../sops/metadata.ts';

/** A wrapped data key that no identity can open. */
export interface WrappedKeyProblem {
  /** Whose it is: `age`, `pgp`. */
  readonly source: string;
  readonly problem: string;
}

/** Lists wrapped data keys that were cut or changed, as far as shows without an identity: those of age and PGP. */
export function wrappedKeyProblems({ keyGroups }: Metadata): readonly WrappedKeyProblem[] {
  return keyGroups.flat().flatMap(({ source, enc }) => {
    const problem =
      enc === null ? null : source === 'age' ? ageProblem(enc) : source === 'pgp' ? pgpProblem(enc) : null;
    return problem === null ? [] : [{ source, problem }];
  });
}

function ageProblem(enc: string): string | null {
  try {
    const { stanzas } = parseHeader(decodeArmor(enc));
    return stanzas.length === 0 ? 'it is for nobody' : null;
  } catch (error) {
    if (error instanceof SopskitError) return error.message;
    throw error;
  }
}

function pgpProblem(enc: string): string | null {
  const bytes = dearmorMessage(enc);
  if (bytes === null) return 'it is no PGP message';
  // every packet begins with this bit
  return ((bytes[0] ?? 0) & 0x80) === 0 ? 'it does not begin as a PGP message does' : null;
}
