/** How the first words of a command line name a command: `decrypt`, or a group and a member, `groups add`. */
export type Named =
  | { readonly kind: 'command'; readonly name: string; readonly words: number }
  | { readonly kind: 'group'; readonly name: string };

/** Returns `null` when the words name neither a command nor a group (of which the second word may be no member). */
export function findCommand(words: readonly string[], names: Iterable<string>): Named | null {
  const [first, second] = words;
  if (first === undefined) return null;
  const all = [...names];
  if (all.includes(first)) return { kind: 'command', name: first, words: 1 };
  if (second !== undefined && all.includes(`${first} ${second}`)) {
    return { kind: 'command', name: `${first} ${second}`, words: 2 };
  }
  return membersOf(first, all).length > 0 ? { kind: 'group', name: first } : null;
}

/** The commands of a group: `add`, `delete` for `groups`. */
export function membersOf(group: string, names: Iterable<string>): readonly string[] {
  return [...names]
    .filter((name) => name.startsWith(`${group} `))
    .map((name) => name.slice(group.length + 1));
}

/** Commands and groups, as they are typed first. */
export function firstWords(names: Iterable<string>): readonly string[] {
  return [...new Set([...names].map((name) => name.split(' ')[0] ?? ''))];
}
