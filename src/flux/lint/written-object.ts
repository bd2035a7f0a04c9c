import type { KubernetesObject } from '../../manifests/kubernetes-object.ts';
import type { ObjectId } from '../object-id.ts';
import { groupOf, mappingAt, textsAt } from './lint-object.ts';
import type { ReachedFile } from './reach.ts';

/** An object as it stands in a file. */
export interface WrittenObject {
  readonly file: ReachedFile;
  readonly object: KubernetesObject;
  /** What to add to the lines of its nodes. */
  readonly lineOffset: number;
  /** Whether its document has sops metadata. */
  readonly sealed: boolean;
}

/**
 * The manifest that an object of a build was made from: of one kind and name; prefixes, suffixes and variables in the
 * name are allowed for, and an own namespace counts where there are several. `null`: none fits.
 */
export function bestMatch(written: readonly WrittenObject[], identity: ObjectId): WrittenObject | null {
  let best: WrittenObject | null = null;
  let highest = 0;
  for (const one of written) {
    const score = scoreOf(one, identity);
    if (score > highest) [best, highest] = [one, score];
  }
  return best;
}

function scoreOf({ object }: WrittenObject, { namespace, name, group, kind }: ObjectId): number {
  if (object.kind !== kind || groupOf(object.apiVersion) !== group) return 0;
  const ofName = nameScore(object.name, name);
  if (ofName === 0) return 0;
  const own = textsAt(object.manifest, 'metadata').get('namespace') ?? '';
  return (
    ofName * 4 +
    (own === namespace ? 2 : own === '' || mappingAt(object.manifest, 'metadata') === null ? 1 : 0)
  );
}

function nameScore(written: string, name: string): number {
  if (written === name) return 3;
  if (written.includes('$')) return variablePattern(written).test(name) ? 2 : 0;
  return written !== '' && name.includes(written) ? 1 : 0;
}

/** A default may have variables in it: the inner ones go first. */
function variablePattern(text: string): RegExp {
  let rest = text;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\$\{[^${}]*\}/g, '\u0000');
  }
  const parts = rest.split('\u0000').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
