import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { readFluxObject } from '../../../src/operations/flux-doctor/read-flux-object.ts';
import type { FluxObject, Reading } from '../../../src/operations/flux-doctor/reading.ts';
import type { Mapping } from '../../../src/tree/value.ts';

export const now: Date = new Date('2026-01-01T12:00:00Z');
const earlier = '2026-01-01T11:00:00Z';

export function tree(object: unknown): Mapping {
  const [first] = jsonFormat.parse(Buffer.from(JSON.stringify(object))).branches;
  if (first === undefined) throw new Error('no object');
  return first;
}

const roles = new Map<string, FluxObject['role']>([
  ['Kustomization', 'kustomization'],
  ['HelmRelease', 'release'],
]);

export interface MadeObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
  /** Status, reason and message of the Ready condition. */
  readonly ready?: readonly [string, string, string];
}

/** An object as the API server would hand it out, an hour old, status up to date. */
export function made({
  kind,
  name,
  namespace = 'ns',
  spec,
  status,
  metadata,
  ready,
}: MadeObject): FluxObject {
  const condition =
    ready === undefined
      ? []
      : [
          {
            type: 'Ready',
            status: ready[0],
            reason: ready[1],
            message: ready[2],
            lastTransitionTime: earlier,
          },
        ];
  const manifest = tree({
    apiVersion: 'x/v1',
    kind,
    metadata: { name, namespace, generation: 2, creationTimestamp: earlier, ...metadata },
    spec: spec ?? {},
    status: { observedGeneration: 2, conditions: condition, ...status },
  });
  return readFluxObject(manifest, roles.get(kind) ?? 'source');
}

export function reading(objects: readonly FluxObject[], more: Partial<Reading> = {}): Reading {
  return {
    context: 'test',
    server: 'https://server',
    now,
    objects: new Map(objects.map((one) => [one.key, one])),
    applied: new Map(),
    failures: new Map(),
    secrets: new Map(),
    controllers: new Map(),
    dnsDomain: null,
    unread: [],
    flags: '',
    ...more,
  };
}
