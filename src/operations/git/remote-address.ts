/** An address fit for a message: without user and password. */
export function shownRemote(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}
