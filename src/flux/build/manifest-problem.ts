import { SopskitError } from '../../errors/sopskit-error.ts';
import type { YamlNode } from '../../formats/yaml/node.ts';
import { parseYaml } from '../../formats/yaml/parse-tree.ts';
import { decodeText } from '../../formats/yaml/read-text.ts';

/**
 * Why kustomize would not take a file for Kubernetes manifests, in its words; `null` where it would (kustomize,
 * Factory.SliceFromBytes). It may still fail on the file later: this is what the generator's scan fails on.
 */
export function problemOfManifest(bytes: Uint8Array): string | null {
  let text: string;
  try {
    ({ text } = decodeText(bytes));
  } catch (error) {
    return malformed(error);
  }
  const documents = splitDocuments(text.replaceAll('\r\n', '\n'));
  if (typeof documents === 'string') return documents;
  for (const document of documents) {
    const problem = problemOfDocument(document, documents.length === 1);
    if (problem !== null) return problem;
  }
  return null;
}

/** Splits as kustomize does: by lines that begin with `---`. A text is what is wrong. */
function splitDocuments(text: string): readonly string[] | string {
  const documents: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/\n---.*\n/g)) {
    const behind = match[0].slice(4).trim();
    if (behind !== '' && !behind.startsWith('#'))
      return `invalid document separator: ${match[0].trim().slice(0, 3)}…`;
    documents.push(`${text.slice(from, match.index)}\n`);
    from = match.index + match[0].length;
  }
  return [...documents, text.slice(from)];
}

function problemOfDocument(text: string, alone: boolean): string | null {
  let root: YamlNode | null;
  try {
    root = parseYaml(text).documents[0]?.root ?? null;
  } catch (error) {
    return malformed(error);
  }
  if (root === null || isNull(root)) return null;
  if (root.kind !== 'mapping')
    return root.kind === 'sequence' && root.content.length === 0 ? null : 'missing Resource metadata';
  if (alone && isList(root)) {
    const items = fieldOf(root, 'items');
    return firstProblem(items?.content ?? []);
  }
  return problemOfNode(root);
}

function firstProblem(nodes: readonly YamlNode[]): string | null {
  for (const node of nodes) {
    const problem = problemOfNode(node);
    if (problem !== null) return problem;
  }
  return null;
}

/** GetValidatedMetadata, and Lists within. */
function problemOfNode(node: YamlNode): string | null {
  if (isEmpty(node)) return null;
  const kind = textAt(node, 'kind');
  const metadata = fieldOf(node, 'metadata');
  const name = metadata === undefined ? '' : textAt(metadata, 'name');
  const anything =
    kind !== '' ||
    textAt(node, 'apiVersion') !== '' ||
    (metadata !== undefined &&
      ['name', 'namespace', 'labels', 'annotations'].some((key) => !isEmpty(fieldOf(metadata, key))));
  if (!anything) return 'missing Resource metadata';
  if (kind === '') return 'missing kind in object';
  if (kind.endsWith('List')) return firstProblem(listItems(node));
  if (name === '') return 'missing metadata.name in object';
  return null;
}

function listItems(node: YamlNode): readonly YamlNode[] {
  const items = fieldOf(node, 'items');
  return items?.kind === 'sequence' ? items.content : [];
}

function isList(node: YamlNode): boolean {
  const kind = textAt(node, 'kind');
  return (kind === 'List' || kind === 'ResourceList') && fieldOf(node, 'items') !== undefined;
}

function fieldOf(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === 'alias' && node.target !== null) return fieldOf(node.target, key);
  if (node.kind !== 'mapping') return undefined;
  for (let at = 0; at + 1 < node.content.length; at += 2) {
    if (node.content[at]?.value === key) return node.content[at + 1];
  }
  return undefined;
}

function textAt(node: YamlNode, key: string): string {
  const value = fieldOf(node, key);
  return value?.kind === 'scalar' && !isNull(value) ? value.value : '';
}

function isEmpty(node: YamlNode | undefined): boolean {
  if (node === undefined || isNull(node)) return true;
  return (node.kind === 'mapping' || node.kind === 'sequence') && node.content.length === 0;
}

function isNull(node: YamlNode): boolean {
  return (
    node.kind === 'scalar' &&
    node.style === 'plain' &&
    /^(?:|~|null|Null|NULL)$/.test(node.value) &&
    node.tag === ''
  );
}

function malformed(error: unknown): string {
  if (!(error instanceof SopskitError)) throw error;
  const line = error.place?.line;
  return `MalformedYAMLError: ${line === undefined ? '' : `line ${line}: `}${error.message.replace(/^YAML: /, '')}`;
}
