import type { Place } from '../errors/sopskit-error.ts';
import type { YamlNode } from '../formats/yaml/node.ts';
import type { YamlSource } from '../formats/yaml/read.ts';

/** Where the key of an entry, or an item, stands in the first document of a text; `{}` where it has no such path. */
export function keyPlace({ documents }: YamlSource, path: Place['path'] = []): Place {
  let node: YamlNode | null = documents[0]?.root ?? null;
  let found: YamlNode | null = node;
  for (const step of path) {
    const content: readonly YamlNode[] = (node?.target ?? node)?.content ?? [];
    const at = typeof step === 'number' ? step : keyIndex(content, step);
    found = content[at] ?? null;
    node = (typeof step === 'number' ? found : content[at + 1]) ?? null;
    if (found === null) return {};
  }
  return found === null ? {} : { line: found.line, column: found.column };
}

/** Names of top-level keys below which something has an anchor: they are there for the aliases. */
export function anchorHolders({ documents }: YamlSource): ReadonlySet<string> {
  const content = documents[0]?.root?.content ?? [];
  const names = new Set<string>();
  for (let index = 0; index + 1 < content.length; index += 2) {
    const [key, value] = [content[index], content[index + 1]];
    if (key !== undefined && value !== undefined && hasAnchor(value)) names.add(key.value);
  }
  return names;
}

/** Anchors of the first document that were there before: an alias refers to the one above it. */
export function redefinedAnchors({ documents }: YamlSource): { name: string; place: Place }[] {
  const seen = new Set<string>();
  const again: { name: string; place: Place }[] = [];
  const visit = (node: YamlNode): void => {
    const { anchor: name, kind, line, column } = node;
    if (kind !== 'alias' && name !== '') {
      if (seen.has(name)) again.push({ name, place: { line, column } });
      seen.add(name);
    }
    for (const member of node.content) visit(member);
  };
  const root = documents[0]?.root;
  if (root) visit(root);
  return again;
}

function hasAnchor(node: YamlNode): boolean {
  return node.kind !== 'alias' && (node.anchor !== '' || node.content.some(hasAnchor));
}

function keyIndex(content: readonly YamlNode[], key: string): number {
  return content.findIndex((node, index) => index % 2 === 0 && node.value === key);
}
