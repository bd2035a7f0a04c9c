/**
 * Whether two ids of `readerOf` are one key: a PGP key may be named by its fingerprint or by the long key id at the end
 * of it. (That a fingerprint is of a subkey, only gpg could tell.)
 */
export function isSameReader(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return isKeyId(short) && isKeyId(long) && long.endsWith(short);
}

/** Whether an id is among others, in whatever spelling. */
export function isAmong(id: string, ids: ReadonlySet<string>): boolean {
  return ids.has(id) || (isKeyId(id) && [...ids].some((each) => isSameReader(id, each)));
}

function isKeyId(id: string): boolean {
  return /^[0-9A-F]{16,64}$/.test(id);
}
