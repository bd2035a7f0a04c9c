/** What the bytes of a file hint at: found without parsing, and never missing where the thing itself is there. */
export interface Signs {
  /** A `sops` block, section or prefix. */
  readonly metadata: boolean;
  readonly ciphertext: boolean;
  /** A Secret, a List of them; whether it is one shows when the file is read. */
  readonly secret: boolean;
  /** A Secret that is written as it mostly is: a file that cannot be read must not have it. */
  readonly plainSecret: boolean;
  readonly generator: boolean;
  readonly kubeconfig: boolean;
  readonly conflict: boolean;
}

const metadataSign = /(?:^|[\s{,"'])sops["']?[ \t]*:|^sops_[a-z]+[ \t]*=|^\s*\[sops\]/m;
const plainSecretSign = /kind["']?\s*:\s*(?:[&!]\S*\s+)?["']?Secret(?:List)?(?![A-Za-z])/;
/** The words that a Secret has in it, whole, however YAML and JSON may fold and quote them. */
const secretWord = /(?:^|[^A-Za-z]|\\[a-z])Secret(?:List)?(?![A-Za-z])/;
const fieldWord = /(?:^|[^A-Za-z]|\\[a-z])(?:data|stringData)(?![A-Za-z])/;
/** What may hide the words: escapes, a line that is continued, base64. */
const escapeSign = /\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r?\n)/;
/** `apiVersion` and `kind` at the beginning of a text in base64. */
const packedSign = /YXBpVmVyc2lvb|a2luZDog|LS0tCmFwaVZ|LS0tCmtpbm|eyJhcGlWZXJza|eyJraW5kI/;
const binaryTag = /binary|^%TAG|!\S{0,99}%/m;
const kubeconfigSign = /kind["']?\s*:\s*["']?Config(?![A-Za-z])/;
const conflictStart = /^<{7} /m;
const conflictEnd = /^>{7} /m;

/** Looks for signs in a text; one byte may be one character. */
export function signsOf(text: string): Signs {
  const has = (word: string) => text.includes(word);
  return {
    metadata: has('sops') && metadataSign.test(text),
    ciphertext: has('ENC[AES256_GCM,'),
    secret: mayHaveSecret(text),
    plainSecret: has('Secret') && plainSecretSign.test(text),
    generator: has('secretGenerator'),
    kubeconfig: has('users') && kubeconfigSign.test(text),
    conflict: has('<<<<<<<') && conflictStart.test(text) && conflictEnd.test(text),
  };
}

function mayHaveSecret(text: string): boolean {
  const word = text.includes('Secret') && secretWord.test(text);
  if (word && fieldWord.test(text)) return true;
  if (text.includes('\\') && escapeSign.test(text)) return true;
  if (packedSign.test(text)) return true;
  return text.includes('!') && binaryTag.test(text) && fieldWord.test(text);
}

/** Whether a structured file must be readable: what it may hold is not to be missed. */
export function isSuspicious(signs: Signs): boolean {
  return signs.metadata || signs.ciphertext || signs.plainSecret || signs.generator || signs.kubeconfig;
}
