import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping, Value } from '../../tree/value.ts';
import type { EmitStyle } from '../format.ts';
import { metadataKey } from '../metadata-place.ts';
import { addMetadata } from './edit-metadata-add.ts';
import { changedScalars } from './edit-metadata-scalars.ts';
import { openScalar } from './edit-open.ts';
import type { Splice } from './edit-splice.ts';
import type { YamlDocument, YamlNode } from './node.ts';
import { PlaceContext } from './place-context.ts';
import { beforeBreak, lineStart, nextLine, startsLine } from './place-line.ts';
import { type MemberPlace, memberPlaces } from './place-member.ts';
import type { PutGround } from './put-ground.ts';
import { removeMembers } from './put-remove.ts';
import { replaceValue } from './put-replace.ts';

/** Writes the metadata into every document of a source, or takes it out of them. */
export function metadataSplices(ground: PutGround, value: Mapping | null, style: EmitStyle): Splice[] {
  return ground.source.documents.flatMap((document, index) => {
    const branch = ground.source.branches[index];
    if (branch === undefined) return [];
    const found = metadataIn(ground, document, branch);
    if (value === null) return removeMetadata(ground, branch, found);
    const [first, ...more] = found;
    if (more.length > 0) throw new SopskitError('sops.metadata', 'There is more than one "sops" entry');
    if (first === undefined)
      return addMetadata(ground, document, branch, { kind: 'entry', key: metadataKey, value }, style);
    return replaceMetadata(ground, first, value);
  });
}

interface Found {
  readonly root: YamlNode;
  readonly place: MemberPlace;
  readonly value: Value;
  /** Whether the root has nothing else. */
  readonly alone: boolean;
}

function metadataIn(ground: PutGround, document: YamlDocument, branch: Mapping): Found[] {
  const { root } = document;
  const entries = branch.entries.filter((member): member is Entry => member.kind === 'entry');
  if (root === null || !entries.some((entry) => entry.key === metadataKey)) return [];
  const places = memberPlaces(ground.source.text, root);
  const alone = entries.every((entry) => entry.key === metadataKey);
  return entries.flatMap((entry, index) => {
    const place = places[index];
    if (entry.key !== metadataKey || place === undefined) return [];
    return [{ root, place, value: entry.value, alone }];
  });
}

function removeMetadata(ground: PutGround, branch: Mapping, found: readonly Found[]): Splice[] {
  const [first] = found;
  if (first === undefined) return [];
  if (first.alone) return removeAll(ground, first, found);
  const places = memberPlaces(ground.source.text, first.root);
  const removals = found.map(({ place, value }) => ({
    place: places.find(({ start }) => start === place.start) ?? place,
    value,
  }));
  return removeMembers(ground, first.root, branch, places, removals);
}

/** Leaves `{}`; nothing where the blank line says that there was nothing (see `addMetadata`). */
function removeAll(ground: PutGround, { root, place }: Found, found: readonly Found[]): Splice[] {
  const { text } = ground.source;
  const last = found.at(-1)?.place ?? place;
  if (root.style === 'flow') return [{ start: place.start, end: last.end, text: '' }];
  const end = nextLine(text, last.end);
  const final = beforeBreak(text, end);
  const start = lineStart(text, place.start);
  const blank = beforeBreak(text, start);
  if (!startsLine(text, place.start) || blank === start || lineStart(text, blank) !== blank) {
    return [{ start: place.start, end: final, text: '{}' }];
  }
  return [{ start: final === end ? beforeBreak(text, blank) : blank, end, text: '' }];
}

/** Replaces single values where only these differ, so that a new MAC is a change of one line; else the whole value. */
function replaceMetadata(ground: PutGround, { root, place, value: was }: Found, value: Mapping): Splice[] {
  const own = withOwnStep(ground, root, place.value);
  const { source, places, lineBreak } = own;
  const changes = changedScalars(was, value);
  if (changes === null) return replaceValue(own, { collection: root, place, was, value });
  return changes.flatMap(({ from, to }) => {
    const origin = source.origins.get(from);
    if (origin?.kind !== 'node') return [];
    const context = places.scalarContext(origin.node);
    return openScalar(origin.node, to, { text: source.text, context, lineBreak });
  });
}

/** The metadata keeps its own indentation, which need not be that of the data. */
function withOwnStep(ground: PutGround, root: YamlNode, value: YamlNode): PutGround {
  if (value.style !== 'block' || root.style !== 'block') return ground;
  const step = ground.places.columnOf(value) - ground.places.columnOf(root);
  if (step < 1 || step === ground.places.step) return ground;
  return { ...ground, places: new PlaceContext(ground.source, step, step) };
}
