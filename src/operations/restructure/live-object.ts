import { entriesOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping } from '../../tree/value.ts';

/** One entry of a live object's `status.conditions`. */
export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly generation: number | null;
}

/** The text at a path; empty where there is none. */
export function textIn(object: Mapping, path: Path): string {
  const node = nodeAt(object, path);
  return node?.kind === 'string' || node?.kind === 'time' ? node.value : '';
}

/** The whole number at a path. */
export function numberIn(object: Mapping, path: Path): number | null {
  const node = nodeAt(object, path);
  if (node?.kind === 'int') return Number(node.value);
  return node?.kind === 'float' ? node.value : null;
}

export function isTrueIn(object: Mapping, path: Path): boolean {
  const node = nodeAt(object, path);
  return node?.kind === 'bool' && node.value;
}

/** The mapping of texts at a path: labels, annotations. */
export function textsIn(object: Mapping, path: Path): ReadonlyMap<string, string> {
  const node = nodeAt(object, path);
  if (node?.kind !== 'mapping') return new Map();
  return new Map(
    entriesOf(node).flatMap(({ key, value }) =>
      typeof key === 'string' && value.kind === 'string' ? [[key, value.value] as const] : [],
    ),
  );
}

/** The mappings of the list at a path. */
export function itemsIn(object: Mapping, path: Path): readonly Mapping[] {
  const node = nodeAt(object, path);
  if (node?.kind !== 'sequence') return [];
  return node.items.filter((item): item is Mapping => item.kind === 'mapping');
}

export function conditionOf(object: Mapping, type: string): Condition | null {
  const found = itemsIn(object, ['status', 'conditions']).find((item) => textIn(item, ['type']) === type);
  if (found === undefined) return null;
  return {
    status: textIn(found, ['status']),
    reason: textIn(found, ['reason']),
    message: textIn(found, ['message']),
    generation: numberIn(found, ['observedGeneration']),
  };
}

/** `namespace/name` of a live object. */
export function keyOfLive(object: Mapping): string {
  return `${textIn(object, ['metadata', 'namespace'])}/${textIn(object, ['metadata', 'name'])}`;
}

export function isTerminating(object: Mapping): boolean {
  return textIn(object, ['metadata', 'deletionTimestamp']) !== '';
}

export function isSuspended(object: Mapping): boolean {
  return isTrueIn(object, ['spec', 'suspend']);
}

/** The inventory of a live Kustomization: API versions by id. */
export function inventoryOf(object: Mapping): ReadonlyMap<string, string> {
  return new Map(
    itemsIn(object, ['status', 'inventory', 'entries']).map((entry) => [
      textIn(entry, ['id']),
      textIn(entry, ['v']),
    ]),
  );
}

/** Key of a live Kustomization's source: `GitRepository/flux-system/flux-system`. */
export function sourceKeyOf(object: Mapping): string {
  const ref = (field: string) => textIn(object, ['spec', 'sourceRef', field]);
  return `${ref('kind')}/${ref('namespace') || textIn(object, ['metadata', 'namespace'])}/${ref('name')}`;
}

/** `namespace/name` of the Kustomization that a live object's labels name; `null`: none. */
export function ownerOf(object: Mapping): string | null {
  const labels = textsIn(object, ['metadata', 'labels']);
  const name = labels.get('kustomize.toolkit.fluxcd.io/name');
  return name === undefined ? null : `${labels.get('kustomize.toolkit.fluxcd.io/namespace') ?? ''}/${name}`;
}

/** The controller's messages name its temporary folder, which says nothing and changes each time. */
export function shortMessage(message: string): string {
  const short = message.replaceAll(/\S*\/kustomization-\d+\//g, '').trim();
  return short.length > 600 ? `${short.slice(0, 600)} …` : short;
}
