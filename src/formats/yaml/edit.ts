import type { Comment, Leaf } from '../../tree/value.ts';
import type { Edit, EmitStyle } from '../format.ts';
import { aliasSplices } from './edit-alias.ts';
import { openItems } from './edit-item.ts';
import { type LeafEdit, leafSplices, originOf, placeOf } from './edit-leaf.ts';
import { metadataSplices } from './edit-metadata.ts';
import { respell } from './edit-respell.ts';
import { parseSpelling } from './edit-spelling.ts';
import { applySplices, type Splice } from './edit-splice.ts';
import { straySplices } from './edit-strays.ts';
import type { YamlNode } from './node.ts';
import { PlaceContext } from './place-context.ts';
import { lineBreakOf } from './place-line.ts';
import { type Stretch, Stretches } from './place-stretch.ts';
import { type PutStep, putInto } from './put.ts';
import type { PutGround } from './put-ground.ts';
import { type Origin, readYaml, type YamlSource } from './read.ts';

/** Applies edits to a source and returns the new text, without the byte order mark. See `Document.edit`. */
export function editYaml(source: YamlSource, edits: readonly Edit[], style: EmitStyle): string {
  const puts = edits.filter((edit): edit is PutStep => edit.kind === 'put' || edit.kind === 'remove');
  if (puts.length === 0) return editLeaves(source, edits, style);
  const leaves = edits.filter((edit) => isLeafEdit(edit));
  const metadata = edits.filter((edit) => edit.kind === 'metadata');
  const before = leaves.length === 0 ? source : readText(editLeaves(source, leaves, style));
  const after = putInto(groundOf(before, style), puts);
  return metadata.length === 0 ? after.text : editLeaves(after, metadata, style);
}

function editLeaves(source: YamlSource, edits: readonly Edit[], style: EmitStyle): string {
  const ground = groundOf(source, style);
  const splices = new LeafPass(ground, edits.filter(isLeafEdit)).splices;
  splices.push(...straySplices(ground, edits));
  const metadata = edits.findLast((edit) => edit.kind === 'metadata');
  if (metadata !== undefined) splices.push(...metadataSplices(ground, metadata.value, style));
  return applySplices(source.text, splices);
}

function isLeafEdit(edit: Edit): edit is LeafEdit | Respell {
  return edit.kind !== 'put' && edit.kind !== 'remove' && edit.kind !== 'metadata';
}

function readText(text: string): YamlSource {
  return readYaml(Buffer.from(text, 'utf8'));
}

export function groundOf(source: YamlSource, style: EmitStyle): PutGround {
  return { source, places: new PlaceContext(source, style.indent), lineBreak: lineBreakOf(source.text) };
}

type Respell = Extract<Edit, { kind: 'respell' }>;

/** What the edits of leaves make of the text, aliases included. */
class LeafPass {
  readonly splices: Splice[] = [];
  /** Where leaves are sealed: aliases to them cannot stay. */
  readonly #changed: Stretch[] = [];
  readonly #sealed = new Map<Leaf, string>();
  readonly #ground: PutGround;

  constructor(ground: PutGround, edits: readonly (LeafEdit | Respell)[]) {
    this.#ground = ground;
    const items = new Map<YamlNode, Map<YamlNode, Comment>>();
    const respelled = this.#respelled(edits);
    const hasAliases = ground.places.aliases.length > 0;
    for (const edit of edits) {
      if (edit.kind === 'respell') {
        this.splices.push(...respell(ground, edit.node, edit.spelling));
        continue;
      }
      const origin = originOf(ground, edit.leaf);
      if (respelled?.touch(placeOf(origin))) continue;
      if (edit.kind === 'seal') {
        if (edit.ciphertext === '') continue;
        if (hasAliases) this.#note(edit, origin);
      }
      if (!this.#isItem(edit, origin, items)) leafSplices(ground, edit, origin, this.splices);
    }
    for (const [list, opened] of items) this.splices.push(...openItems(ground, list, opened));
    this.splices.push(...aliasSplices(ground, this.#sealed, this.#changed));
  }

  /** Where spellings come back: what else is done in there is dropped. `null` for nowhere. */
  #respelled(edits: readonly (LeafEdit | Respell)[]): Stretches | null {
    const stretches: Stretch[] = [];
    for (const edit of edits) {
      if (edit.kind !== 'respell' || parseSpelling(edit.spelling)?.text === undefined) continue;
      stretches.push(placeOf(originOf(this.#ground, edit.node)));
    }
    return stretches.length === 0 ? null : new Stretches(stretches);
  }

  /** Keeps what aliases must know. */
  #note(edit: LeafEdit & { readonly kind: 'seal' }, origin: Origin): void {
    this.#sealed.set(edit.leaf, edit.ciphertext);
    if (origin.alias === null) this.#changed.push(placeOf(origin));
  }

  /** Gathers the list items that turn out to be comments, for they change their list. */
  #isItem(edit: LeafEdit, origin: Origin, items: Map<YamlNode, Map<YamlNode, Comment>>): boolean {
    if (edit.kind !== 'open' || edit.value.kind !== 'comment') return false;
    if (origin.kind === 'comment' || origin.alias !== null) return false;
    const list = this.#ground.places.of(origin.node)?.parent;
    if (list?.kind !== 'sequence') return false;
    const opened = items.get(list) ?? new Map<YamlNode, Comment>();
    items.set(list, opened.set(origin.node, edit.value));
    return true;
  }
}
