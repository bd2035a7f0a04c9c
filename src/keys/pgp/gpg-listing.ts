/** One key of gpg's keyring. */
export interface ListedKey {
  readonly fingerprint: string;
  /** Long key ids of the primary key and its subkeys, upper case. */
  readonly keyIds: readonly string[];
  /** gpg's validity letter of the primary key: `e` expired, `r` revoked, `d` disabled, `i` invalid, others are usable. */
  readonly validity: string;
  /** Whether the key as a whole can encrypt now. */
  readonly encrypts: boolean;
}

/** Reads `gpg --with-colons` output (doc/DETAILS of GnuPG): the same in every language and version. */
export function readListing(output: string): readonly ListedKey[] {
  const keys: { fingerprint: string; keyIds: string[]; validity: string; encrypts: boolean }[] = [];
  for (const line of output.split('\n')) {
    const fields = line.split(':');
    const type = fields[0];
    const current = keys.at(-1);
    const keyId = fields[4] ?? '';
    if (type === 'pub' || type === 'sec')
      keys.push({
        fingerprint: '',
        keyIds: [keyId],
        validity: fields[1] ?? '',
        encrypts: (fields[11] ?? '').includes('E'),
      });
    else if (current !== undefined && (type === 'sub' || type === 'ssb')) current.keyIds.push(keyId);
    else if (current?.fingerprint === '' && type === 'fpr') current.fingerprint = fields[9] ?? '';
  }
  return keys;
}
