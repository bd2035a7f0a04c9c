import type { GroupKey, KeyGroup } from '../config/config.ts';
import { decodeConfig } from '../config/decode.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { YamlNode } from '../formats/yaml/node.ts';
import type { YamlSource } from '../formats/yaml/read.ts';
import { looksPrivate } from '../keys/age/recipient-text.ts';
import { keySources } from '../keys/registry.ts';
import { CommentsByLine } from './comments-by-line.ts';

/**
 * Returns what the comments of a `.sops.yaml` call the recipients in it, by the id that key sources give them
 * (`MasterKey.id`). In this order a name is: the anchor (`- &alice age1…`), the comment behind it on its line, the
 * comment line above it, the comment of an SSH key, the key of a map that is no field (`alice: age1…`).
 *
 * Names are decoration: a file that cannot be read has none, and nothing is thrown.
 */
export async function recipientNames(bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const { readYaml } = await import('../formats/yaml/read.ts');
  try {
    return namesIn(readYaml(bytes));
  } catch (error) {
    if (error instanceof SopskitError) return new Map();
    throw error;
  }
}

/** The same for a text that was read already. */
export function namesIn(source: YamlSource): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const root = source.documents[0]?.root;
  if (root) new NameReader(source, names).read(root, null);
  for (const [id, text] of mapIds(source)) {
    const name = names.get(text);
    if (name !== undefined && !names.has(id)) names.set(id, name);
  }
  return names;
}

/** Fields whose name says nothing of who the recipient is. */
const fieldNames: ReadonlySet<string> = new Set([
  ...keySources.flatMap(({ ruleField, groupField }) => [ruleField, groupField]),
  ...['arn', 'role', 'resource_id', 'key_id', 'vaultUrl', 'key', 'key_groups', 'merge', 'keys', 'recipients'],
]);

class NameReader {
  readonly #text: string;
  readonly #comments: CommentsByLine;
  readonly #names: Map<string, string>;

  constructor(source: YamlSource, names: Map<string, string>) {
    this.#text = source.text;
    this.#comments = new CommentsByLine(source);
    this.#names = names;
  }

  /** `key` is the key that the node is the value of. */
  read(node: YamlNode, key: YamlNode | null): void {
    if (node.kind === 'mapping') this.#mapping(node);
    else if (node.kind === 'sequence') this.#sequence(node);
    else this.#set(node, key, this.#above(key ?? node));
  }

  #mapping({ content }: YamlNode): void {
    for (let index = 0; index + 1 < content.length; index += 2) {
      const [key, value] = [content[index], content[index + 1]];
      if (key !== undefined && value !== undefined) this.read(value, key);
    }
  }

  /** A comment above several items that have none is the heading of a list, and names nobody. */
  #sequence({ content }: YamlNode): void {
    const above = content.map((item) => this.#above(item));
    content.forEach((item, index) => {
      const next = content[index + 1];
      const isHeading =
        next !== undefined &&
        this.#behind(next) === null &&
        above[index + 1] === null &&
        anchorOf(next) === '';
      // `[age1a…, age1b…] # both`
      const isAlone = content.every((other) => other === item || other.line !== item.line);
      if (item.kind === 'mapping' || item.kind === 'sequence') this.read(item, null);
      else this.#set(item, null, isHeading ? null : (above[index] ?? null), isAlone);
    });
  }

  #set(node: YamlNode, key: YamlNode | null, above: string | null, isAlone = true): void {
    const recipient = (node.target ?? node).value.trim();
    const id = recipientId(recipient);
    if (id === null || this.#names.has(id)) return;
    const anchor = anchorOf(node);
    const name =
      (anchor === '' ? null : anchor) ??
      (isAlone ? this.#behind(node) : null) ??
      above ??
      fit(/^ssh-\S+\s+\S+\s+(.+)$/.exec(recipient)?.[1] ?? '') ??
      (key === null || fieldNames.has(key.value) ? null : fit(key.value));
    if (name !== null) this.#names.set(id, name);
  }

  #behind(node: YamlNode): string | null {
    const from = node.block === null ? node.end : node.valueStart;
    const comment = this.#comments.behind(from);
    return comment === null ? null : fit(comment);
  }

  /** The single comment line above a node that begins its line, but for dashes. */
  #above(node: YamlNode): string | null {
    const lineStart = this.#text.lastIndexOf('\n', node.start - 1) + 1;
    if (!/^[\s]*(?:- +)?$/.test(this.#text.slice(lineStart, node.start))) return null;
    // `- age: …`: a comment there is about the rule or the group
    if (node.style === 'plain' && this.#isFirstKeyOfItem(node, lineStart)) return null;
    const comment = this.#comments.aloneAbove(lineStart);
    return comment === null ? null : fit(comment);
  }

  #isFirstKeyOfItem(node: YamlNode, lineStart: number): boolean {
    const before = this.#text.slice(lineStart, node.start);
    return before.includes('-') && /^\s*:(?:\s|$)/.test(this.#text.slice(node.end, node.end + 8));
  }
}

function anchorOf(node: YamlNode): string {
  return node.kind === 'alias' ? (node.target?.anchor ?? '') : node.anchor;
}

/** What a comment or a key says, where it can be a name: short, and no recipient that was commented out. */
function fit(text: string): string | null {
  const name = text.replace(/^[#\s]+/, '').replace(/[\s:]+$/, '');
  if (name === '' || name.length > 60 || looksPrivate(name)) return null;
  return name.split(/[\s,]+/).some((word) => recipientId(word) !== null) ? null : name;
}

const shapes: readonly { readonly is: RegExp; readonly id: (text: string) => string }[] = [
  { is: /^age1[0-9a-z]+$/i, id: (text) => text },
  { is: /^ssh-(?:ed25519|rsa) \S+/, id: (text) => text },
  { is: /^(?:0x)?(?:[0-9A-F] ?){16,64}!?$/i, id: (text) => text.replaceAll(/\s/g, '') },
  { is: /^arn:aws[a-z-]*:kms:\S+$/, id: (text) => text },
  { is: /^projects\/\S+\/cryptoKeys\/\S+$/, id: (text) => text },
  { is: /^https:\/\/[^/]+\/keys\/[^/]+\/?[^/]*$/, id: (text) => text },
  { is: /^https?:\/\/\S+\/v\d+\/\S+\/keys\/\S+$/, id: (text) => text },
  { is: /^[a-z]+-[a-z]+-\d+:[0-9a-f-]{36}$/i, id: (text) => text },
];

/** The id of a text that is one recipient, or `null`. */
function recipientId(text: string): string | null {
  return shapes.find(({ is }) => is.test(text))?.id(text) ?? null;
}

/** Recipients that are maps: their ids, and the text of theirs that a name stands at. */
function mapIds({ branches }: YamlSource): [string, string][] {
  const { creationRules } = decodeConfig(branches[0] ?? null, { file: '' });
  return (creationRules ?? []).flatMap(({ keyGroups }) => keyGroups.flatMap(idsOfGroup));
}

function idsOfGroup({ merge, keys }: KeyGroup): [string, string][] {
  const own = [...keys].flatMap(([field, items]) => items.flatMap((item) => idOfMap(field, item)));
  return [...merge.flatMap(idsOfGroup), ...own];
}

function idOfMap(field: string, { value }: GroupKey): [string, string][] {
  if (typeof value === 'string') return [];
  const source = keySources.find(({ groupField }) => groupField === field);
  const texts = value.entries.flatMap((entry) =>
    entry.kind === 'entry' && entry.value.kind === 'string' ? [entry.value.value.trim()] : [],
  );
  try {
    const id = source?.parseFields?.(value).id;
    return id === undefined ? [] : texts.map((text) => [id, text]);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}
