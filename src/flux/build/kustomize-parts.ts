import path from 'node:path';
import { entriesOf, mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { textsAt } from './kustomization-file.ts';

/**
 * Splits a kustomization that has many resources and nothing else into several, whose objects together are those of the
 * whole: kustomize compares each object with each other, so that 10,000 take minutes. `null`: it has to stay whole.
 * `source`: path of the kustomization's folder from where the parts lie.
 */
export function kustomizationParts(kustomization: Mapping, source: string): readonly Mapping[] | null {
  const isPlain = entriesOf(kustomization).every(
    ({ key }) => typeof key === 'string' && plainFields.has(key),
  );
  const resources = textsAt(kustomization, 'resources');
  if (!isPlain || resources.length < leastToSplit) return null;
  const parts: Mapping[] = [];
  for (let at = 0; at < resources.length; at += perPart) {
    const items = resources
      .slice(at, at + perPart)
      .map((resource) => stringOf(path.posix.join(source, resource)));
    parts.push(mappingOf([['resources', { kind: 'sequence', items }]]));
  }
  return parts;
}

const plainFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'resources']);
const leastToSplit = 600;
const perPart = 300;
