import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { textOf } from './kustomization-file.ts';

/** The text at a field of `metadata`; empty where there is none, or something else. */
export function metadataText(object: Mapping, key: string): string {
  const metadata = valueAt(object, 'metadata');
  return metadata?.kind === 'mapping' ? (textOf(metadata, key) ?? '') : '';
}

export function labelsOf(object: Mapping): ReadonlyMap<string, string> {
  return textMap(object, 'labels');
}

export function annotationsOf(object: Mapping): ReadonlyMap<string, string> {
  return textMap(object, 'annotations');
}

/**
 * A map of texts in `metadata`: null is an empty text - what an emptied variable leaves behind -, and a map with anything
 * else in it counts as empty (unstructured.NestedNullCoercingStringMap).
 */
function textMap(object: Mapping, key: string): ReadonlyMap<string, string> {
  const metadata = valueAt(object, 'metadata');
  const map = metadata?.kind === 'mapping' ? valueAt(metadata, key) : undefined;
  if (map?.kind !== 'mapping') return new Map();
  const texts = new Map<string, string>();
  for (const { key: name, value } of entriesOf(map)) {
    if (typeof name !== 'string' || (value.kind !== 'string' && value.kind !== 'null')) return new Map();
    texts.set(name, value.kind === 'null' ? '' : value.value);
  }
  return texts;
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** How kustomize writes an object in messages: `Deployment.v1.apps/web`, `Secret.v1.[noGrp]/db`. */
export function kustomizeName(object: Mapping): string {
  const apiVersion = textOf(object, 'apiVersion') ?? '';
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(group === '' ? 0 : group.length + 1);
  const shown = (text: string, none: string) => (text === '' ? none : text);
  const gvk = [
    shown(textOf(object, 'kind') ?? '', '[noKind]'),
    shown(version, '[noVer]'),
    shown(group, '[noGrp]'),
  ].join('.');
  return `${gvk}/${metadataText(object, 'name')}`;
}
