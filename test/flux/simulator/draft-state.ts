import type { CaseFolder, CaseItem, CasePart } from './made-case.ts';

/** A repository at one state, while it is made up. */
export interface DraftState {
  parts: Map<string, CasePart>;
  /** By source, then path. */
  trees: Map<string, Map<string, CaseFolder>>;
}

export function add(state: DraftState, key: string, part: CasePart, items: readonly CaseItem[]): void {
  state.parts.set(key, part);
  state.trees.get(part.source)?.set(part.path, { items, state: 'builds' });
}

export function folderOf(state: DraftState, key: string): CaseFolder | undefined {
  const part = state.parts.get(key);
  return part === undefined ? undefined : state.trees.get(part.source)?.get(part.path);
}

export function setFolder(state: DraftState, key: string, folder: CaseFolder): void {
  const part = state.parts.get(key);
  if (part !== undefined) state.trees.get(part.source)?.set(part.path, folder);
}

export function setState(state: DraftState, key: string, to: CaseFolder['state']): void {
  const folder = folderOf(state, key);
  if (folder !== undefined) setFolder(state, key, { ...folder, state: to });
}

export function putItem(state: DraftState, key: string, item: CaseItem): void {
  const folder = folderOf(state, key);
  if (folder !== undefined) setFolder(state, key, { ...folder, items: [...folder.items, item] });
}

/** Takes items out of every folder; returns whether there were any. */
export function dropItems(state: DraftState, drop: (item: CaseItem) => boolean): void {
  for (const folders of state.trees.values())
    for (const [path, folder] of folders)
      folders.set(path, { ...folder, items: folder.items.filter((item) => !drop(item)) });
}

export function hasChildren(state: DraftState, key: string): boolean {
  return folderOf(state, key)?.items.some((item) => item.kind === 'child') === true;
}
