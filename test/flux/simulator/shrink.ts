import type { Side } from '../../../src/flux/plan/change.ts';
import { type CaseFolder, entryKey, type MadeCase } from './made-case.ts';

const sides: readonly Side[] = ['base', 'head'];

/** Cuts a case down while it still fails, to what has to be in it. */
export function shrunk(made: MadeCase, fails: (made: MadeCase) => boolean): MadeCase {
  let smallest = made;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerThan(smallest)) {
      if (!fails(smaller)) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(made: MadeCase): Generator<MadeCase> {
  for (const key of Object.keys(made.parts)) if (key !== entryKey) yield withoutKustomization(made, key);
  for (const [source, tree] of Object.entries(made.trees))
    for (const path of new Set([...Object.keys(tree.base), ...Object.keys(tree.head)])) {
      const texts = new Set(
        sides.flatMap((side) => (tree[side][path]?.items ?? []).map((item) => JSON.stringify(item))),
      );
      const without = (side: Side, text: string): CaseFolder | undefined => {
        const folder = tree[side][path];
        return folder && { ...folder, items: folder.items.filter((item) => JSON.stringify(item) !== text) };
      };
      const has = (side: Side, text: string): boolean =>
        tree[side][path]?.items.some((item) => JSON.stringify(item) === text) === true;
      for (const text of texts) {
        yield withFolders(made, source, path, { base: without('base', text), head: without('head', text) });
        for (const side of sides)
          if (has(side, text))
            yield withFolders(made, source, path, { ...at(made, source, path), [side]: without(side, text) });
      }
      for (const side of sides)
        if (tree[side][path] !== undefined)
          yield withFolders(made, source, path, { ...at(made, source, path), [side]: undefined });
    }
  for (const [key, part] of Object.entries(made.parts))
    for (const side of sides) {
      const own = part[side];
      if (own === null) continue;
      for (const field of Object.keys(own.spec)) {
        const spec = Object.fromEntries(Object.entries(own.spec).filter(([name]) => name !== field));
        yield { ...made, parts: { ...made.parts, [key]: { ...part, [side]: { ...own, spec } } } };
      }
    }
  if (Object.keys(made.inherited).length > 0) yield { ...made, inherited: {} };
}

function at(made: MadeCase, source: string, path: string): Record<Side, CaseFolder | undefined> {
  const tree = made.trees[source];
  return { base: tree?.base[path], head: tree?.head[path] };
}

function withoutKustomization(made: MadeCase, key: string): MadeCase {
  const { [key]: _, ...parts } = made.parts;
  return { ...made, parts };
}

function withFolders(
  made: MadeCase,
  source: string,
  path: string,
  folders: Readonly<Record<Side, CaseFolder | undefined>>,
): MadeCase {
  const tree = made.trees[source] ?? { base: {}, head: {} };
  const put = (side: Side): Record<string, CaseFolder> => {
    const { [path]: _, ...others } = tree[side];
    const folder = folders[side];
    return folder === undefined ? others : { ...others, [path]: folder };
  };
  return { ...made, trees: { ...made.trees, [source]: { base: put('base'), head: put('head') } } };
}

/** Prints a case as a person would write it down. */
export function printCase(made: MadeCase): string {
  const lines: string[] = [];
  for (const side of sides) {
    lines.push(`${side}:`);
    for (const [key, parts] of Object.entries(made.parts)) {
      const part = parts[side];
      if (part === null) continue;
      const { source, path, suffix, spec, patch } = part;
      lines.push(`  ${key} path ${path} of ${source} ${JSON.stringify({ ...spec, suffix, patch })}`);
    }
    for (const [source, tree] of Object.entries(made.trees))
      for (const [path, { items, state }] of Object.entries(tree[side])) {
        const shown = items.map((item) => {
          if (item.kind !== 'object')
            return item.kind === 'child' ? `child ${item.key}` : `source ${item.name}`;
          return item.part === undefined ? item.text : `${item.text} ${JSON.stringify(item.part)}`;
        });
        lines.push(`  ${source}:${path} ${state === 'builds' ? '' : `${state} `}[${shown.join(', ')}]`);
      }
  }
  if (Object.keys(made.inherited).length > 0) lines.push(`inherited: ${JSON.stringify(made.inherited)}`);
  return lines.join('\n');
}
