import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { BuiltObject, ClusterObjects } from './build.ts';
import { readKubernetesObject } from './kubernetes-yaml.ts';
import { textOf } from './kustomization-file.ts';

/**
 * Adds to a cluster the scopes that CustomResourceDefinitions among these documents give: they are applied before the
 * objects beside them.
 */
export function withDefinedScopes(cluster: ClusterObjects, documents: readonly string[]): ClusterObjects {
  const defined: DefinedScopes = new Map();
  for (const document of documents) {
    if (!/^kind: CustomResourceDefinition$/m.test(document)) continue;
    const object = readKubernetesObject(document);
    if (object !== null) define(defined, object);
  }
  if (defined.size === 0) return cluster;
  return {
    lenient: cluster.lenient === true,
    find: (kind, namespace, name) => cluster.find(kind, namespace, name),
    scope: (group, kind) => defined.get(`${group} ${kind}`) ?? cluster.scope?.(group, kind) ?? null,
  };
}

type Scope = 'Namespaced' | 'Cluster';
type DefinedScopes = Map<string, Scope>;

/** The scopes that CustomResourceDefinitions among objects give; `scope` as `ClusterObjects` has it. */
export class Definitions {
  readonly #defined: DefinedScopes = new Map();

  add({ identity: { group, kind }, manifest }: BuiltObject): void {
    if (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io')
      define(this.#defined, manifest);
  }

  scope(group: string, kind: string): Scope | null {
    return this.#defined.get(`${group} ${kind}`) ?? null;
  }
}

/** Of two definitions of one kind, the first counts. */
function define(defined: DefinedScopes, definition: Mapping): void {
  const spec = valueAt(definition, 'spec');
  if (spec?.kind !== 'mapping') return;
  const names = valueAt(spec, 'names');
  const [group, scope] = [textOf(spec, 'group'), textOf(spec, 'scope')];
  const key = `${group} ${names?.kind === 'mapping' ? textOf(names, 'kind') : null}`;
  if ((scope === 'Namespaced' || scope === 'Cluster') && !defined.has(key)) defined.set(key, scope);
}
