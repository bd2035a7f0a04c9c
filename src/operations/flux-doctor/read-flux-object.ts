import { fieldIn, flagIn, itemsIn, numberIn, textIn, textsIn } from '../../cluster/fields.ts';
import type { Mapping } from '../../tree/value.ts';
import { type Condition, type FluxObject, keyOfObject } from './reading.ts';
import { cleaned } from './said.ts';

/** Reads a live object of Flux. Nothing throws: what is not there yet counts as empty. */
export function readFluxObject(manifest: Mapping, role: FluxObject['role']): FluxObject {
  const at = (...path: string[]): string => textIn(manifest, ...path);
  const [kind, namespace, name] = [at('kind'), at('metadata', 'namespace'), at('metadata', 'name')];
  return {
    key: keyOfObject(kind, namespace, name),
    kind,
    namespace,
    name,
    role,
    manifest,
    conditions: conditionsOf(manifest),
    suspended: flagIn(manifest, 'spec', 'suspend'),
    deleting: dateOf(at('metadata', 'deletionTimestamp')),
    finalizers: textsIn(manifest, 'metadata', 'finalizers'),
    generation: numberIn(manifest, 'metadata', 'generation') ?? 0,
    observed: numberIn(manifest, 'status', 'observedGeneration') ?? -1,
    created: dateOf(at('metadata', 'creationTimestamp')) ?? new Date(0),
    revision: at('status', 'artifact', 'revision') || at('status', 'lastAppliedRevision') || null,
    needs: needsOf(manifest, kind, namespace),
    inventory: inventoryOf(manifest),
  };
}

/** What is applied to another cluster is not an object of this one, whatever its id. */
function inventoryOf(manifest: Mapping): readonly string[] {
  if (fieldIn(manifest, 'spec', 'kubeConfig') !== undefined) return [];
  return itemsIn(manifest, 'status', 'inventory', 'entries').map((entry) => textIn(entry, 'id'));
}

function conditionsOf(manifest: Mapping): ReadonlyMap<string, Condition> {
  return new Map(
    itemsIn(manifest, 'status', 'conditions').map((one) => [
      textIn(one, 'type'),
      {
        status: textIn(one, 'status'),
        reason: textIn(one, 'reason'),
        message: cleaned(textIn(one, 'message')),
        since: dateOf(textIn(one, 'lastTransitionTime')),
      },
    ]),
  );
}

/** Its source first: where that is missing, nothing else matters. */
function needsOf(manifest: Mapping, kind: string, namespace: string): readonly string[] {
  const references = [
    fieldIn(manifest, 'spec', 'sourceRef'),
    fieldIn(manifest, 'spec', 'chartRef'),
    fieldIn(manifest, 'spec', 'chart', 'spec', 'sourceRef'),
  ].filter((one): one is Mapping => one?.kind === 'mapping');
  const sources = references.map((one) =>
    keyOfObject(textIn(one, 'kind'), textIn(one, 'namespace') || namespace, textIn(one, 'name')),
  );
  const chart = textIn(manifest, 'status', 'helmChart');
  const charts = kind === 'HelmRelease' && chart.includes('/') ? [`HelmChart/${chart}`] : [];
  const dependencies = itemsIn(manifest, 'spec', 'dependsOn').map((one) =>
    keyOfObject(kind, textIn(one, 'namespace') || namespace, textIn(one, 'name')),
  );
  return [...new Set([...charts, ...sources, ...dependencies])];
}

export function dateOf(text: string): Date | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}
