import { SopskitError } from '../errors/sopskit-error.ts';
import { printPath } from '../tree/path.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { objectsOf } from './kubernetes-object.ts';
import { secretLeaves } from './secret-values.ts';

/**
 * Refuses a Kubernetes Secret, in a List too, of which `data` or `stringData` would stay readable. Throws
 * `sops.readable-secret`.
 */
export function reviewSecrets(branches: readonly Mapping[], readable: ReadonlySet<Leaf>): void {
  if (readable.size === 0) return;
  for (const object of branches.flatMap(objectsOf)) {
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') continue;
    for (const { leaf, path: below } of secretLeaves(object.manifest)) {
      if (!readable.has(leaf)) continue;
      const path = [...object.path, ...below];
      throw new SopskitError(
        'sops.readable-secret',
        `the file holds a Secret, and its ${printPath(path)} would stay readable`,
        {
          place: { path, ...(leaf.line === undefined ? {} : { line: leaf.line }) },
          hint: `Use encrypted_regex '^(data|stringData)$', or allow plaintext (--allow-plaintext) if the value is no secret.`,
        },
      );
    }
  }
}
