import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';

/** The error for words that lead to no Secret; `why`: what was passed over, in sentences. */
export function nothingIn(words: readonly string[], why: readonly string[]): SopskitError {
  const where = words.length === 0 ? 'the current folder' : words.map(printablePath).join(', ');
  const [first] = why;
  return new SopskitError('manifest.invalid', `there is no Secret to compare in ${where}`, {
    hint:
      first === undefined
        ? 'Name files or folders with manifests of Secrets. Without any, in a Flux repository, all that its Kustomizations build are compared.'
        : `${printablePath(first)}.`,
  });
}

/** The error for a namespace that nothing is in. */
export function nothingInNamespace(namespace: string, cluster: string): SopskitError {
  return new SopskitError(
    'manifest.invalid',
    `there is no Secret to compare in namespace ${namespace}: the Kustomizations of ${cluster} build none there`,
    { hint: 'Leave -n out to compare all, or name another.' },
  );
}
