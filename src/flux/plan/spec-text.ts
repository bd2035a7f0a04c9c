import type { FluxKustomization, KustomizationSpec } from '../kustomization.ts';

/** Fields that say when and for how long, and nothing about what is applied or deleted. */
const ofTiming = [
  'interval',
  'retryInterval',
  'timeout',
  'wait',
  'healthChecks',
  'healthCheckExprs',
] as const;

/** Fields that say what is done with a build, and not what is built. */
const ofActing = ['prune', 'deletionPolicy', 'suspend', 'force', 'dependsOn', 'serviceAccountName'] as const;

/** Equal where two specs do the same: build, apply, delete. */
export function effectText(spec: KustomizationSpec): string {
  return textWithout(spec, ofTiming);
}

/** Equal where two specs build the same from the same tree. */
export function buildText(spec: KustomizationSpec): string {
  return textWithout(spec, [...ofTiming, ...ofActing, 'remoteCluster']);
}

function textWithout(spec: KustomizationSpec, without: readonly string[]): string {
  return JSON.stringify(
    Object.entries(spec)
      .filter(([name]) => !without.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    plainly,
  );
}

/** Maps as their entries, in order; places of values left out. */
function plainly(key: string, value: unknown): unknown {
  if (key === 'line' || key === 'column') return undefined;
  if (value instanceof Map) return [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'bigint' ? `${value}` : value;
}

/** Names the cluster that a Kustomization applies to: empty for its own. */
export function realmOf({ spec, manifest }: FluxKustomization): string {
  if (!spec.remoteCluster) return '';
  const below = manifest.entries.find((member) => member.kind === 'entry' && member.key === 'spec');
  const value = below?.kind === 'entry' && below.value.kind === 'mapping' ? below.value.entries : [];
  const config = value.find((member) => member.kind === 'entry' && member.key === 'kubeConfig');
  return `remote ${JSON.stringify(config ?? null, plainly)}`;
}
