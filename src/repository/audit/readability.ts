/** Who can open a file, from its key groups. */
export interface Readability {
  /** Keys that open it without another. */
  readonly alone: readonly string[];
  /** How many keys, lost, would make it unreadable. */
  readonly keysToLose: number;
}

/** `groups` are recipients' ids; `needed` of the groups must come together. */
export function readability(groups: readonly (readonly string[])[], needed: number): Readability {
  const ids = [...new Set(groups.flat())];
  const alone = ids.filter((id) => groups.filter((group) => group.includes(id)).length >= needed);
  return { alone, keysToLose: Math.min(keysToLose(groups, needed), ids.length) };
}

/** The file is lost with `groups - needed + 1` groups: the smallest ones. One key in several of them counts once. */
function keysToLose(groups: readonly (readonly string[])[], needed: number): number {
  const losing = groups.length - needed + 1;
  const bySize = [...groups].sort((a, b) => new Set(a).size - new Set(b).size);
  return new Set(bySize.slice(0, Math.max(losing, 1)).flat()).size;
}
