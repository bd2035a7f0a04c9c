import { yamlFormat } from '../../../src/formats/yaml/yaml-format.ts';
import { keyOfLive } from '../../../src/operations/restructure/live-object.ts';
import type { LiveView } from '../../../src/operations/restructure/live-view.ts';
import type { Mapping } from '../../../src/tree/value.ts';

/** A live object from YAML. */
export function live(yaml: string): Mapping {
  const [branch] = yamlFormat.parse(Buffer.from(yaml)).branches;
  if (branch === undefined) throw new Error('no object');
  return branch;
}

export interface Status {
  readonly spec?: string;
  readonly generation?: number;
  readonly observed?: number;
  readonly applied?: string;
  readonly attempted?: string;
  readonly ready?: readonly [status: string, reason: string, message?: string];
  readonly reconciling?: string;
  readonly stalled?: boolean;
  readonly handled?: string;
  readonly inventory?: readonly string[];
  readonly metadata?: string;
}

export const pushed = 'main@sha1:2222222222222222222222222222222222222222';
export const older = 'main@sha1:1111111111111111111111111111111111111111';

/** A live Kustomization as kustomize-controller leaves it. Default: Ready at the pushed commit. */
export function kustomization(name: string, status: Status = {}): Mapping {
  const { generation = 1, ready = ['True', 'ReconciliationSucceeded'] } = status;
  const [is, reason, message = ''] = ready;
  const condition = (type: string, value: string, why: string, says: string): string =>
    `  - type: ${type}\n    status: "${value}"\n    reason: ${why}\n    message: ${JSON.stringify(says)}\n    observedGeneration: ${generation}\n`;
  return live(`apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
  generation: ${generation}
${status.metadata ?? ''}spec:
  path: ./${name}
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
${status.spec ?? ''}status:
  observedGeneration: ${status.observed ?? generation}
  lastAppliedRevision: ${status.applied ?? pushed}
  lastAttemptedRevision: ${status.attempted ?? status.applied ?? pushed}
  lastHandledReconcileAt: ${JSON.stringify(status.handled ?? '')}
  inventory:
    entries: [${(status.inventory ?? []).map((id) => `{ id: ${JSON.stringify(id)}, v: v1 }`).join(', ')}]
  conditions:
${condition('Ready', is, reason, message)}${status.reconciling === undefined ? '' : condition('Reconciling', 'True', status.reconciling, '')}${status.stalled === true ? condition('Stalled', 'True', reason, message) : ''}`);
}

/** What a cluster with these Kustomizations and objects shows. */
export function view(
  kustomizations: readonly Mapping[],
  objects: Readonly<Record<string, Mapping | null>> = {},
): LiveView {
  return {
    kustomizations: new Map(kustomizations.map((one) => [keyOfLive(one), one])),
    objects: new Map(Object.entries(objects)),
    sources: new Set(['GitRepository/flux-system/flux-system']),
    reaches: (revision) => revision === pushed,
    requests: new Set(['token']),
  };
}
