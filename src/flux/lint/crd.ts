import { textAt } from '../../manifests/kubernetes-object.ts';
import { type LintObject, mappingAt } from './lint-object.ts';

export function isCrd({ identity }: LintObject): boolean {
  return identity.kind === 'CustomResourceDefinition';
}

/** What a CRD defines. */
export function definedBy({ manifest }: LintObject): { group: string; kind: string } {
  const spec = mappingAt(manifest, 'spec');
  const names = mappingAt(spec, 'names');
  return {
    group: spec === null ? '' : textAt(spec, 'group'),
    kind: names === null ? '' : textAt(names, 'kind'),
  };
}
