import { textAt } from '../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../manifests/leaves-below.ts';
import { readLoosely } from '../../repository/check/loose-yaml.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { LintNode } from './lint-node.ts';
import { mappingAt } from './lint-object.ts';
import { itemsAt } from './named-files.ts';
import { replacementsIn } from './replacements.ts';
import { folderOf, within } from './tree-index.ts';

/** A patch of kustomize, wherever it is written. */
export interface Patch {
  readonly file: string;
  readonly line: number | undefined;
  readonly what: 'patch' | 'replacement';
  /** What it is applied to, as far as it says: regular expressions for `kind` and `name`. Empty: not said. */
  readonly target: { readonly kind: string; readonly name: string; readonly written: boolean };
  /** What it is kept from, in a replacement. */
  readonly rejected?: readonly { readonly kind: string; readonly name: string }[];
  /** The keys above each value that it sets, outermost first. */
  readonly sets: readonly Path[];
}

/** Lists the patches that a Kustomization's build applies: its own, and those of its kustomizations. */
export async function patchesOf(node: LintNode): Promise<readonly Patch[]> {
  const found: Patch[] = [];
  for (const [index, value] of node.spec.patches.entries()) {
    const place = await node.place(['spec', 'patches', index]);
    const made = value.kind === 'mapping' ? await patchOf(value, place.file ?? '', place.line, null) : null;
    if (made !== null) found.push(made);
  }
  for (const { path, data } of (await node.reach()).kustomizations) {
    for (const key of ['patches', 'patchesJson6902', 'patchesStrategicMerge'] as const) {
      for (const { value } of itemsAt(data, [key])) {
        const made = await patchIn(value, path, node);
        if (made !== null) found.push(made);
      }
    }
    found.push(...(await replacementsIn(data, path, node)));
  }
  return found;
}

async function patchIn(value: Value, kustomization: string, node: LintNode): Promise<Patch | null> {
  if (value.kind === 'mapping') return patchOf(value, kustomization, value.line, node);
  const written = await patchText(value, kustomization, node);
  return written === null ? null : readPatch(written.text, written.file, written.line, null);
}

/** The text of an item of `patches` or `patchesStrategicMerge`, from where it is written. */
export async function patchText(
  item: Value,
  kustomization: string,
  node: LintNode,
): Promise<{ readonly text: string; readonly file: string; readonly line: number | undefined } | null> {
  const inline = item.kind === 'mapping' ? textAt(item, 'patch') : item.kind === 'string' ? item.value : '';
  const isInline = item.kind === 'mapping' ? inline !== '' : /[\n{]/.test(inline);
  if (isInline) return { text: inline, file: kustomization, line: item.line };
  const name = item.kind === 'mapping' ? textAt(item, 'path') : inline;
  const text = name === '' ? null : await fileText(name, kustomization, node);
  const file = within(folderOf(kustomization), name) ?? kustomization;
  return text === null ? null : { text, file, line: 1 };
}

/** `node`: for the files that it names; `null` where it cannot name any. */
async function patchOf(
  item: Mapping,
  file: string,
  line: number | undefined,
  node: LintNode | null,
): Promise<Patch | null> {
  const target = mappingAt(item, 'target');
  const inline = textAt(item, 'patch');
  if (inline !== '') return readPatch(inline, file, line, target);
  const name = textAt(item, 'path');
  if (name === '' || node === null) return null;
  const text = await fileText(name, file, node);
  return text === null ? null : readPatch(text, within(folderOf(file), name) ?? file, 1, target);
}

async function fileText(name: string, kustomization: string, node: LintNode): Promise<string | null> {
  const path = within(folderOf(kustomization), name);
  return path === null ? null : ((await node.subject(path))?.bytes.toString('utf8') ?? null);
}

async function readPatch(
  text: string,
  file: string,
  line: number | undefined,
  target: Mapping | null,
): Promise<Patch | null> {
  const document = (await readLoosely(Buffer.from(asList(text)), false))?.[0]?.branch;
  if (document === undefined) return null;
  const operations = valueAt(document, 'items');
  const isOperations = operations?.kind === 'sequence' && textAt(document, 'kind') === 'List';
  const metadata = mappingAt(document, 'metadata');
  return {
    ...{ file, line, what: 'patch' },
    target: {
      kind: target === null ? textAt(document, 'kind') : textAt(target, 'kind'),
      name: target === null ? (metadata === null ? '' : textAt(metadata, 'name')) : textAt(target, 'name'),
      written: target !== null,
    },
    sets: isOperations ? operations.items.flatMap(setByOperation) : setByMerge(document),
  };
}

/** A list in brackets of JSON, as a document that can be read. */
export function asList(text: string): string {
  return /^\s*\[/.test(text) ? `kind: List\nitems: ${text.trim().replaceAll('\n', '\n ')}\n` : text;
}

/** What only names the object is not set by it. */
function setByMerge(patch: Mapping): Path[] {
  const naming = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace']);
  return leavesBelow(patch)
    .map(({ path }) => path)
    .filter((path) => path[0] !== 'sops' && path.at(-1) !== '$patch' && !naming.has(path.join('.')));
}

function setByOperation(operation: Value | { readonly kind: 'comment' }): Path[] {
  if (operation.kind !== 'mapping') return [];
  if (!['add', 'replace', 'copy', 'move'].includes(textAt(operation, 'op'))) return [];
  const path = textAt(operation, 'path')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const value = valueAt(operation, 'value');
  return value === undefined ? [path] : leavesBelow(value, path).map(({ path: full }) => full);
}
