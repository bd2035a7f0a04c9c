import { basename } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { formatNamed, formatNameForPath, formatNames } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { readSealedFile, type SealedFile } from '../../sops/sealed-file.ts';
import { sealedFormat } from '../../sops/sealed-format.ts';
import type { FileVerdict } from './diagnosis.ts';

/** Why the text of a file cannot be opened, whatever the keys. */
export interface ContentProblem {
  readonly verdict: FileVerdict;
  readonly reason: string;
  readonly next: readonly string[];
}

/** Reads an encrypted file, or says what it is instead. `typed` is the file as one types it in a shell. */
export async function readForDiagnosis(
  path: string,
  typed: string,
  bytes: Uint8Array,
): Promise<SealedFile | ContentProblem> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const known = telltale(text, typed);
  if (known !== null) return known;
  try {
    return await readSealedFile(await sealedFormat(null, path, bytes), bytes, keySources);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return (await otherFormat(path, typed, bytes)) ?? asProblem(error, path, typed, text);
  }
}

export function isProblem(read: SealedFile | ContentProblem): read is ContentProblem {
  return 'verdict' in read;
}

/** What can be told without parsing: text that is no SOPS file, and never was. */
function telltale(text: string, typed: string): ContentProblem | null {
  if (/^<{7} /m.test(text) && /^>{7} /m.test(text))
    return {
      verdict: 'conflict',
      reason: 'there are conflict markers of git in it: a merge was not finished',
      next: [],
    };
  if (/^(-----BEGIN AGE ENCRYPTED FILE|age-encryption\.org\/v1\n)/.test(text))
    return {
      verdict: 'not-encrypted',
      reason: 'it was encrypted with age itself, not with sops',
      next: [`age --decrypt -i KEYFILE ${typed}`],
    };
  if (/^-----BEGIN PGP MESSAGE/.test(text))
    return {
      verdict: 'not-encrypted',
      reason: 'it was encrypted with gpg itself, not with sops',
      next: [`gpg --decrypt ${typed}`],
    };
  if (/^AGE-(SECRET-KEY|PLUGIN)-/m.test(text) && !text.includes('ENC[AES256_GCM,'))
    return {
      verdict: 'key-file',
      reason: 'it is a file of private keys, not an encrypted file',
      next: [`To use it: export SOPS_AGE_KEY_FILE=${typed}`],
    };
  return null;
}

/** A name that promises another format than the file has. */
async function otherFormat(path: string, typed: string, bytes: Uint8Array): Promise<ContentProblem | null> {
  const named = formatNameForPath(path);
  for (const name of formatNames.filter((each) => each !== named)) {
    try {
      await readSealedFile(await formatNamed(name), bytes, keySources);
    } catch {
      continue;
    }
    return {
      verdict: 'damaged',
      reason: `its name says ${named}, and what is in it is ${name}`,
      next: [`sopskit decrypt --input-type ${name} ${typed}`],
    };
  }
  return null;
}

function asProblem(error: SopskitError, path: string, typed: string, text: string): ContentProblem {
  const line = error.place?.line === undefined ? '' : `line ${error.place.line}: `;
  const next = error.hint === undefined ? [] : [error.hint];
  if (error.code === 'sops.not-encrypted') return notEncrypted(error, path, typed, text);
  const restore = `To see when it was whole: git log -p -- ${typed}`;
  return { verdict: 'damaged', reason: `${line}${error.message}`, next: [...next, restore] };
}

function notEncrypted({ message }: SopskitError, path: string, typed: string, text: string): ContentProblem {
  const verdict = 'not-encrypted';
  if (text.trim() === '') return { verdict, reason: 'it is empty', next: [] };
  if (/^\.sops(?:kit)?\.ya?ml$/.test(basename(path)))
    return {
      verdict,
      reason: 'it is a configuration, which stays readable',
      next: ['To check it: sopskit config lint'],
    };
  return {
    verdict,
    reason: message,
    next: [
      `To encrypt it: sopskit encrypt -i ${typed}`,
      `If it is encrypted, and its name does not tell its format: sopskit decrypt --input-type TYPE ${typed}`,
    ],
  };
}
