/**
 * Returns the long key id (16 digits) at the end of a fingerprint, its `!` included, as sops gives it to gpg's
 * `--trusted-key`; anything shorter stays as it is.
 */
export function longKeyId(fingerprint: string): string {
  const length = fingerprint.endsWith('!') ? 17 : 16;
  return fingerprint.slice(-length);
}

/** Whether gpg takes this as a key to trust: a long key id or a whole fingerprint, perhaps with `0x` and `!`. */
export function isFingerprint(text: string): boolean {
  return /^(?:0x)?[0-9A-Fa-f]{16,64}!?$/.test(text);
}

/** Returns the bare upper-case digits of a fingerprint or key id. */
export function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/^0x/i, '').replace(/!$/, '').toUpperCase();
}

/** Whether a fingerprint is the one that was asked for, by all of its digits or by its long key id. */
export function isSameKey(asked: string, fingerprint: string): boolean {
  const digits = digitsOf(asked);
  return digits.length >= 16 && fingerprint.toUpperCase().endsWith(digits);
}
