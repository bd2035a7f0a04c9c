/**
 * How well a context's name fits a cluster's (`clusters/staging`): the length of the part that is in it as a word of its
 * own, as in `kind-staging`, `admin@staging`, `staging`; 0: not.
 */
export function contextFits(context: string, name: string): number {
  const last = name.split('/').at(-1)?.toLowerCase() ?? '';
  if (last === '' || last === '.') return 0;
  const text = context.toLowerCase();
  for (let at = text.indexOf(last); at >= 0; at = text.indexOf(last, at + 1)) {
    const around = `${text[at - 1] ?? ''}${text[at + last.length] ?? ''}`;
    if (!/[a-z0-9]/.test(around)) return last.length;
  }
  return 0;
}
