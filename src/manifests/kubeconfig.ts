import { valueAt } from '../tree/mapping.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { leavesBelow, type PlacedScalar } from './leaves-below.ts';
import { isPlaceholder } from './placeholder.ts';

const credentials = new Set(['client-key-data', 'token', 'password']);

/** Lists the credentials in a kubeconfig: the client keys, tokens and passwords of its users. None in another object. */
export function kubeconfigCredentials({ manifest, path, kind }: KubernetesObject): readonly PlacedScalar[] {
  const users = valueAt(manifest, 'users');
  if (kind !== 'Config' || users === undefined) return [];
  return leavesBelow(users, [...path, 'users']).filter(
    (found) =>
      credentials.has(String(found.path.at(-1))) &&
      !(found.leaf.kind === 'string' && isPlaceholder(found.leaf.value)),
  );
}
