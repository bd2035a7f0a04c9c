/** What the bytes of a file hint at: found without parsing, and never missing where the thing itself is there. */
export interface Signs {
  /** A `sops` block, section or prefix. */
  readonly metadata: boolean;
  readonly ciphertext: boolean;
  /** A Secret, a List of them. */
  readonly secret: boolean;
  readonly generator: boolean;
  readonly kubeconfig: boolean;
  readonly conflict: boolean;
  /** What private keys begin with, in plain or in base64. */
  readonly privateKey: boolean;
}

const metadataSign = /(?:^|[\s{,"'])sops["']?[ \t]*:|^sops_[a-z]+[ \t]*=|^\s*\[sops\]/m;
const secretSign = /kind["']?\s*:\s*(?:[&!]\S*\s+)?["']?Secret(?:List)?(?![A-Za-z])/;
const kubeconfigSign = /kind["']?\s*:\s*["']?Config(?![A-Za-z])/;
const conflictStart = /^<{7} /m;
const conflictEnd = /^>{7} /m;
const keySign = /AGE-(?:SECRET-KEY|PLUGIN)-|PRIVATE KEY|LS0tLS1CRUdJTi|QUdFLVNFQ1JFVC1LRVkt/;

/** Looks for signs in a text; one byte may be one character. */
export function signsOf(text: string): Signs {
  const has = (word: string) => text.includes(word);
  return {
    metadata: has('sops') && metadataSign.test(text),
    ciphertext: has('ENC[AES256_GCM,'),
    secret: has('Secret') && secretSign.test(text),
    generator: has('secretGenerator'),
    kubeconfig: has('users') && kubeconfigSign.test(text),
    conflict: has('<<<<<<<') && conflictStart.test(text) && conflictEnd.test(text),
    privateKey: keySign.test(text),
  };
}

/** Whether a structured file must be readable: what it may hold is not to be missed. */
export function isSuspicious(signs: Signs): boolean {
  return signs.metadata || signs.ciphertext || signs.secret || signs.generator || signs.kubeconfig;
}
