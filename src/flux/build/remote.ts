/**
 * Whether kustomize would fetch what a `resources`, `bases` or `components` item names instead of reading it here
 * (kustomize, git.NewRepoSpecFromURL and loader.New): an address with a scheme, `user@host:path`, `github.com/…`.
 * Wider than kustomize's own test: what is doubtful is remote.
 */
export function isRemoteBase(text: string): boolean {
  const bare = text.replace(/^git::/i, '');
  if (bare !== text) return true;
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|gh:|(?:[^/@]+@)?(?:www\.)?github\.com[:/]|[^/@\s]+@[^/:\s]+[:/])/i.test(
    bare,
  );
}

/** Whether kustomize would fetch what any other field names as a file. */
export function isRemoteFile(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** An address without what may be secret in it: its user and password, and its query. */
export function printableAddress(text: string): string {
  return text.replace(/(:\/\/)[^/@]*@/, '$1').replace(/\?.*$/s, '');
}
