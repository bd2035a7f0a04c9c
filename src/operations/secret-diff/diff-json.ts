import { type SecretComparison, verdictOf } from './compared.ts';
import { valueJson } from './value-text.ts';

/** The comparison as docs/secrets.md describes it. Values are in it only with `showValues`. */
export function comparisonJson(comparison: SecretComparison, showValues: boolean): object {
  const { context, server, cluster, secrets, unlooked, passedOver } = comparison;
  return {
    ...{ context, server, cluster },
    result: verdictOf(comparison),
    secrets: secrets.map(({ ref, kustomization, file, state, liveName, differences, notes }) => ({
      namespace: ref.namespace,
      name: ref.name,
      ...{ kustomization, file, state, liveName },
      differences: differences.map(({ field, key, change, repository, cluster: live }) => ({
        ...{ field, key, change },
        ...(showValues ? { repository: valueJson(repository), cluster: valueJson(live) } : {}),
      })),
      notes,
    })),
    unlooked: unlooked.map(({ what, why, fix }) => ({ what, why, fix })),
    notes: passedOver,
  };
}
