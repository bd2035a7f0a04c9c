/** Whether a file is one that a write of ours is about to rename: it must not be listed, checked or encrypted. */
export function isTemporaryName(name: string): boolean {
  return /^\.sopskit-.+\.tmp$/.test(name);
}
