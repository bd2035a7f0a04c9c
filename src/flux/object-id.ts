import { SopskitError } from '../errors/sopskit-error.ts';

/** What names an object in a cluster, whatever the version of its API. Empty `namespace`: cluster-scoped; empty `group`: core. */
export interface ObjectId {
  readonly namespace: string;
  readonly name: string;
  readonly group: string;
  readonly kind: string;
}

/**
 * Prints an id as a Kustomization's `status.inventory.entries[].id` has it: `<namespace>_<name>_<group>_<kind>`, colons
 * of a name as `__` (fluxcd/cli-utils, objmetadata.go). Two objects are one where these texts are equal.
 */
export function printId({ namespace, name, group, kind }: ObjectId): string {
  return `${namespace}_${name.replaceAll(':', '__')}_${group}_${kind}`;
}

/** Reads an inventory's id. Throws `flux.inventory-id` for a text that is none. */
export function parseId(text: string): ObjectId {
  const first = text.indexOf('_');
  const last = text.lastIndexOf('_');
  const beforeLast = text.lastIndexOf('_', last - 1);
  if (first < 0 || beforeLast <= first)
    throw new SopskitError('flux.inventory-id', `${JSON.stringify(text)} is no id of an inventory`);
  return {
    namespace: text.slice(0, first),
    name: text.slice(first + 1, beforeLast).replaceAll('__', ':'),
    group: text.slice(beforeLast + 1, last),
    kind: text.slice(last + 1),
  };
}

/** Shows an object to people: `HelmRelease kube-system/cilium`, `Namespace apps`. */
export function showObject({ namespace, name, kind }: ObjectId): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
