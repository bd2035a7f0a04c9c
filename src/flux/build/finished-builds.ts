import type { FluxKustomization } from '../kustomization.ts';
import type { Build, ClusterObjects } from './build.ts';
import { loadVariables } from './variables.ts';

interface Kept {
  readonly build: Promise<Build>;
  /** What the cluster was asked of scopes, and said. */
  readonly scopes: Map<string, { group: string; kind: string; scope: 'Namespaced' | 'Cluster' | null }>;
}

/** Finished builds, by all they were made from: what kustomize built, the Kustomization, variables, scopes of kinds. */
export class FinishedBuilds {
  readonly #kept = new Map<string, Kept>();

  /** `key`: of what kustomize built. */
  get(
    key: string,
    kustomization: FluxKustomization,
    cluster: ClusterObjects,
    finish: (cluster: ClusterObjects) => Promise<Build>,
  ): Promise<Build> {
    const { values, missing, lenient } = loadVariables(kustomization, cluster);
    const whole = `${key} ${printed([kustomization.namespace, kustomization.name, kustomization.spec, values, missing, lenient])}`;
    const known = this.#kept.get(whole);
    if (known !== undefined && saysTheSame(cluster, known)) return known.build;
    const scopes: Kept['scopes'] = new Map();
    const build = finish({
      lenient,
      find: (kind, namespace, name) => cluster.find(kind, namespace, name),
      scope(group, kind) {
        const scope = cluster.scope?.(group, kind) ?? null;
        scopes.set(`${group} ${kind}`, { group, kind, scope });
        return scope;
      },
    });
    this.#kept.set(whole, { build, scopes });
    return build;
  }

  clear(): void {
    this.#kept.clear();
  }
}

function saysTheSame(cluster: ClusterObjects, { scopes }: Kept): boolean {
  return [...scopes.values()].every(
    ({ group, kind, scope }) => (cluster.scope?.(group, kind) ?? null) === scope,
  );
}

function printed(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return [...part];
    return typeof part === 'bigint' ? `${part}n` : part;
  });
}
