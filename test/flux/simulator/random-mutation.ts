import { add, type DraftState, dropItems, folderOf, putItem, setFolder, setState } from './draft-state.ts';
import { type CaseItem, entryKey } from './made-case.ts';
import type { Random } from './random.ts';
import { randomItem, randomPatch, randomSpec, sourceKeys } from './random-part.ts';

type Mutation = (random: Random, head: DraftState) => void;

/** Changes the head as people change repositories. */
export function mutate(random: Random, head: DraftState): void {
  random.pick(mutations)(random, head);
}

const mutations: readonly Mutation[] = [
  moveObject,
  moveObject,
  moveObject,
  moveObject,
  removeObject,
  addObject,
  copyObject,
  renameKustomization,
  renameKustomization,
  splitKustomization,
  splitKustomization,
  mergeKustomization,
  removeKustomization,
  newKustomization,
  changeSpec,
  changeSpec,
  changePath,
  changeSuffix,
  changeSource,
  changeParent,
  breakBuild,
  markObject,
  changeContent,
  changeSourceObject,
  changePatch,
];

function children(head: DraftState): string[] {
  return [...head.parts.keys()].filter((key) => key !== entryKey);
}

function anyChild(random: Random, head: DraftState): string | null {
  const keys = children(head);
  return keys.length === 0 ? null : random.pick(keys);
}

function anyItem(random: Random, head: DraftState): { readonly key: string; readonly item: CaseItem } | null {
  const all = [...head.parts.keys()].flatMap((key) =>
    (folderOf(head, key)?.items ?? []).flatMap((item) => (item.kind === 'object' ? [{ key, item }] : [])),
  );
  return all.length === 0 ? null : random.pick(all);
}

function takeItem(head: DraftState, key: string, item: CaseItem): void {
  const folder = folderOf(head, key);
  if (folder !== undefined)
    setFolder(head, key, { ...folder, items: folder.items.filter((other) => other !== item) });
}

function freshName(head: DraftState): string {
  for (let number = 1; ; number++) {
    const key = `flux-system/n${number}`;
    if (!head.parts.has(key)) return key;
  }
}

function parentOf(head: DraftState, key: string): string {
  for (const parent of head.parts.keys())
    if (folderOf(head, parent)?.items.some((item) => item.kind === 'child' && item.key === key))
      return parent;
  return entryKey;
}

function drop(head: DraftState, key: string): void {
  const part = head.parts.get(key);
  dropItems(head, (item) => item.kind === 'child' && item.key === key);
  head.parts.delete(key);
  if (part !== undefined) head.trees.get(part.source)?.delete(part.path);
}

function moveObject(random: Random, head: DraftState): void {
  const found = anyItem(random, head);
  if (found === null) return;
  takeItem(head, found.key, found.item);
  putItem(head, random.pick([...head.parts.keys()]), found.item);
}

function removeObject(random: Random, head: DraftState): void {
  const found = anyItem(random, head);
  if (found !== null) takeItem(head, found.key, found.item);
}

function addObject(random: Random, head: DraftState): void {
  putItem(head, random.pick([...head.parts.keys()]), randomItem(random, `ConfigMap a/new${random.below(3)}`));
}

function copyObject(random: Random, head: DraftState): void {
  const found = anyItem(random, head);
  if (found !== null) putItem(head, random.pick([...head.parts.keys()]), found.item);
}

function renameKustomization(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  if (key === null || part === undefined) return;
  const parent = parentOf(head, key);
  const fresh = freshName(head);
  dropItems(head, (item) => item.kind === 'child' && item.key === key);
  head.parts.delete(key);
  head.parts.set(fresh, part);
  putItem(head, parent, { kind: 'child', key: fresh });
}

function splitKustomization(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  if (key === null || part === undefined) return;
  const parent = parentOf(head, key);
  const items = folderOf(head, key)?.items ?? [];
  const cut = random.below(items.length + 1);
  drop(head, key);
  for (const some of [items.slice(0, cut), items.slice(cut)]) {
    const fresh = freshName(head);
    add(head, fresh, { ...part, path: fresh }, some);
    putItem(head, parent === key ? entryKey : parent, { kind: 'child', key: fresh });
  }
}

function mergeKustomization(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  if (key === null) return;
  const items = folderOf(head, key)?.items ?? [];
  drop(head, key);
  const into = random.pick([...head.parts.keys()]);
  for (const item of items) putItem(head, into, item);
}

function removeKustomization(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  if (key === null) return;
  if (random.chance(0.5)) drop(head, key);
  else dropItems(head, (item) => item.kind === 'child' && item.key === key);
}

function newKustomization(random: Random, head: DraftState): void {
  const key = freshName(head);
  const source = random.pick(sourceKeys);
  add(head, key, { source, path: key, spec: randomSpec(random, children(head).concat(entryKey)) }, []);
  putItem(head, random.pick([...head.parts.keys()].filter((other) => other !== key)), { kind: 'child', key });
  for (let count = random.below(3); count > 0; count--) {
    const found = anyItem(random, head);
    if (found === null) return;
    if (random.chance(0.8)) takeItem(head, found.key, found.item);
    putItem(head, key, found.item);
  }
}

function changeSpec(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  if (key === null || part === undefined) return;
  const others = children(head).filter((other) => other !== key);
  head.parts.set(key, { ...part, spec: randomSpec(random, [entryKey, ...others]) });
}

/** The path changes; the old folder goes, stays as it is, loses something, or keeps nothing that is applied. */
function changePath(random: Random, head: DraftState): void {
  const key = random.chance(0.15) ? entryKey : anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  const folder = key === null ? undefined : folderOf(head, key);
  if (key === null || part === undefined || folder === undefined) return;
  const folders = head.trees.get(part.source);
  head.parts.set(key, { ...part, path: `${part.path}/moved` });
  folders?.set(`${part.path}/moved`, folder);
  const roll = random.next();
  if (roll < 0.4) folders?.delete(part.path);
  else if (roll < 0.6) folders?.set(part.path, { ...folder, items: [] });
  else if (roll < 0.8) folders?.set(part.path, { ...folder, items: folder.items.slice(1) });
}

function changeSuffix(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  if (key !== null && part !== undefined && part.suffix === undefined)
    head.parts.set(key, { ...part, suffix: '-2' });
}

function changeSource(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  const folder = key === null ? undefined : folderOf(head, key);
  if (key === null || part === undefined || folder === undefined) return;
  const source = random.pick(sourceKeys);
  if (source === part.source) return;
  if (random.chance(0.7)) head.trees.get(part.source)?.delete(part.path);
  head.trees.get(source)?.set(part.path, folder);
  head.parts.set(key, { ...part, source });
}

function changeParent(random: Random, head: DraftState): void {
  const key = anyChild(random, head);
  if (key === null) return;
  dropItems(head, (item) => item.kind === 'child' && item.key === key);
  putItem(head, random.pick([...head.parts.keys()].filter((other) => other !== key)), { kind: 'child', key });
}

function breakBuild(random: Random, head: DraftState): void {
  const key = random.pick([...head.parts.keys()]);
  setState(head, key, random.pick(['fails', 'fails', 'unknown'] as const));
}

function markObject(random: Random, head: DraftState): void {
  const found = anyItem(random, head);
  if (found?.item.kind !== 'object') return;
  takeItem(head, found.key, found.item);
  const marked = found.item.part?.annotations !== undefined;
  putItem(
    head,
    found.key,
    marked
      ? { kind: 'object', text: found.item.text }
      : { ...found.item, part: { annotations: { prune: 'disabled' } } },
  );
}

function changeContent(random: Random, head: DraftState): void {
  const found = anyItem(random, head);
  if (found?.item.kind !== 'object') return;
  takeItem(head, found.key, found.item);
  putItem(head, found.key, { ...found.item, part: { ...found.item.part, content: 'changed' } });
}

/** The object of the second source is made, or goes; who reads it has to wait, or fails. */
function changeSourceObject(_random: Random, head: DraftState): void {
  const isSource = (item: CaseItem): boolean => item.kind === 'source';
  const there = [...head.parts.keys()].some((key) => folderOf(head, key)?.items.some(isSource));
  if (there) dropItems(head, isSource);
  else putItem(head, entryKey, { kind: 'source', name: 'apps' });
}

/** A parent begins, or ends, to set something on all its children. */
function changePatch(random: Random, head: DraftState): void {
  const key = random.chance(0.6) ? entryKey : anyChild(random, head);
  const part = key === null ? undefined : head.parts.get(key);
  if (key === null || part === undefined) return;
  const { patch, ...plain } = part;
  head.parts.set(key, patch === undefined ? { ...part, patch: randomPatch(random) } : plain);
}
