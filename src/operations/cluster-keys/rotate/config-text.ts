import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { YamlNode } from '../../../formats/yaml/node.ts';
import { readYaml, type YamlSource } from '../../../formats/yaml/read.ts';
import { sameData } from '../../../tree/equal.ts';
import type { Mapping, Node, Value } from '../../../tree/value.ts';

/**
 * Replaces a recipient in the text of a `.sops.yaml`: in its values, wherever they stand (lists, comma separated texts,
 * key groups, anchors), not in comments. All else stays byte for byte. Returns `null` where no value names it. The new
 * text is read again: it has to say the same with the other recipient, else `config.invalid`. Throws `document.*`.
 */
export function replaceInConfig(bytes: Uint8Array, old: string, fresh: string): Uint8Array | null {
  const source = readYaml(bytes);
  const word = wordOf(old);
  const spans = source.documents
    .flatMap(({ root }) => (root === null ? [] : scalarSpans(root)))
    .sort((a, b) => a[0] - b[0]);
  let text = '';
  let at = 0;
  for (const [start, end] of spans) {
    text += source.text.slice(at, start) + source.text.slice(start, end).replace(word, fresh);
    at = end;
  }
  text += source.text.slice(at);
  if (text === source.text) return null;
  const changed = Buffer.from(`${source.bom ? '\ufeff' : ''}${text}`);
  prove(source, readYaml(changed), word, fresh);
  return changed;
}

/** Whether a value of a `.sops.yaml` names a recipient. Throws `document.*`. */
export function namesInConfig(bytes: Uint8Array, recipient: string): boolean {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(recipient)) return false;
  const { text, documents } = readYaml(bytes);
  const word = wordOf(recipient);
  return documents
    .flatMap(({ root }) => (root === null ? [] : scalarSpans(root)))
    .some(([start, end]) => text.slice(start, end).search(word) >= 0);
}

/** The recipient, and not a longer text that it is a part of. */
function wordOf(recipient: string): RegExp {
  return new RegExp(`(?<![0-9A-Za-z])${recipient}(?![0-9A-Za-z])`, 'g');
}

/** The places of all scalars, keys among them; a block scalar without its header, where a comment may stand. */
function scalarSpans(node: YamlNode): [number, number][] {
  if (node.kind === 'alias') return [];
  if (node.kind !== 'scalar') return node.content.flatMap(scalarSpans);
  return [[node.block?.bodyStart ?? node.valueStart, node.end]];
}

function prove(before: YamlSource, after: YamlSource, word: RegExp, fresh: string): void {
  const wanted = before.branches.map((branch) => replaced(branch, word, fresh) as Mapping);
  const isAsMeant =
    wanted.length === after.branches.length &&
    wanted.every((branch, index) => sameData(branch, after.branches[index] ?? branch));
  const isGone = !after.documents
    .flatMap(({ root }) => (root === null ? [] : scalarSpans(root)))
    .some(([start, end]) => after.text.slice(start, end).search(word) >= 0);
  if (isAsMeant && isGone) return;
  throw new SopskitError(
    'config.invalid',
    'the recipient cannot be replaced in this text without changing more',
    {
      hint: 'Replace it by hand, and run the command again.',
    },
  );
}

function replaced(value: Value, word: RegExp, fresh: string): Value {
  switch (value.kind) {
    case 'mapping':
      return {
        kind: 'mapping',
        entries: value.entries.map((entry) =>
          entry.kind === 'comment'
            ? entry
            : {
                kind: 'entry',
                key: typeof entry.key === 'string' ? entry.key.replace(word, fresh) : entry.key,
                value: replaced(entry.value, word, fresh),
              },
        ),
      };
    case 'sequence':
      return {
        kind: 'sequence',
        items: value.items.map(
          (item): Node => (item.kind === 'comment' ? item : replaced(item, word, fresh)),
        ),
      };
    case 'string':
      return { kind: 'string', value: value.value.replace(word, fresh) };
    default:
      return value;
  }
}
