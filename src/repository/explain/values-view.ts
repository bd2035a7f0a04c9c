import { isEmptyLeaf } from '../../cipher/plaintext.ts';
import { looksSealed } from '../../cipher/sealed-value.ts';
import type { Document } from '../../formats/format.ts';
import { isSecret } from '../../manifests/secret-values.ts';
import type { CompiledSelector } from '../../sops/selector.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Leaf, Mapping } from '../../tree/value.ts';
import { walk } from '../../tree/walk.ts';
import type { RuleFault, SelectorView, ValuesView, ValueView } from './explanation.ts';

/** One leaf: what the rule does to it, and what it is now. */
export interface LeafView {
  readonly view: ValueView;
  readonly isComment: boolean;
  readonly selected: boolean;
  readonly sealed: boolean;
  /** Whether it says what a Kubernetes object is: `apiVersion`, `kind`, `metadata`. */
  readonly ofIdentity: boolean;
}

/** Applies a selector to the leaves of a document. Throws `sops.encrypt` for what sops cannot walk. */
export function leafViews(document: Document, selector: CompiledSelector): LeafView[] {
  return document.data.flatMap((branch, index) => branchLeaves(branch, index + 1, selector));
}

/** Sorts leaves by what the rule does to them. Empty values are neither: there is nothing to encrypt. */
export function valuesView(document: Document, leaves: readonly LeafView[]): ValuesView {
  const values = leaves.filter(({ isComment }) => !isComment);
  return {
    documents: document.branches.length,
    encrypted: values.filter(({ selected }) => selected).map(({ view }) => view),
    readable: values.filter(({ selected }) => !selected).map(({ view }) => view),
    encryptedComments: leaves.filter(({ isComment, selected }) => isComment && selected).length,
  };
}

function branchLeaves(branch: Mapping, document: number, selector: CompiledSelector): LeafView[] {
  const found: LeafView[] = [];
  const ofSecret = secretTest(branch);
  const isObject = valueAt(branch, 'apiVersion') !== undefined && valueAt(branch, 'kind') !== undefined;
  walk(branch, ({ leaf, keys, comments, path }) => {
    if (isEmptyLeaf(leaf)) return;
    const isComment = leaf.kind === 'comment';
    found.push({
      view: { document, path: [...path], line: leaf.line ?? null, ofSecret: ofSecret(path) },
      isComment,
      selected: selector.selects(keys, comments, isComment),
      sealed: isSealed(leaf),
      ofIdentity: isObject && identity.has(String(path[0])),
    });
  });
  return found;
}

const identity = new Set(['apiVersion', 'kind', 'metadata']);

/** What a rule does wrong. Of selectors that go by comments nothing can be told in an encrypted file. */
export function faultsOf(leaves: readonly LeafView[], selector: SelectorView | null): RuleFault[] {
  if (selector === null || selector.kind.includes('comment')) return [];
  const values = leaves.filter(({ isComment }) => !isComment);
  const found: RuleFault[] = [
    {
      what: 'leaves-secret-readable',
      values: values.filter(({ view, selected }) => view.ofSecret && !selected).map(({ view }) => view),
    },
    {
      what: 'encrypts-identity',
      values: values.filter(({ ofIdentity, selected }) => ofIdentity && selected).map(({ view }) => view),
    },
  ];
  return found.filter(({ values: wrong }) => wrong.length > 0);
}

/** Tells whether a path leads into a Secret: the document itself, or an item of a List. */
function secretTest(branch: Mapping): (path: readonly (string | number)[]) => boolean {
  const within = (path: readonly (string | number)[]) => path[0] === 'data' || path[0] === 'stringData';
  if (isSecret(branch)) return within;
  const items = branch.entries.find((entry) => entry.kind === 'entry' && entry.key === 'items');
  const list = items?.kind === 'entry' && items.value.kind === 'sequence' ? items.value.items : [];
  return (path) => {
    const item = path[0] === 'items' && typeof path[1] === 'number' ? list[path[1]] : undefined;
    return item?.kind === 'mapping' && isSecret(item) && within(path.slice(2));
  };
}

function isSealed(leaf: Leaf): boolean {
  if (leaf.kind === 'comment') return looksSealed(leaf.text.trim());
  return leaf.kind === 'string' && looksSealed(leaf.value);
}
