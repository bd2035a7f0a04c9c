import type { Edit } from '../../formats/format.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { keyOf, kustomizationGroup } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import type { NewFolder } from './add-folder.ts';
import { type Draft, isWithin } from './draft.ts';
import { type Ground, isEntry, isFromHere } from './ground.ts';
import { kustomizationIn, list } from './kustomization-lists.ts';
import { pathEdit, putAt, specField } from './kustomization-text.ts';
import { editLocated, type Located, locate, locateKustomization } from './located.ts';
import { folderOf, join } from './place-path.ts';
import { editText, isEmptyText, withoutMark } from './yaml-pieces.ts';

export interface NewKustomization {
  readonly name: string;
  readonly folder: NewFolder;
  readonly dependsOn: readonly string[];
}

export interface Placed {
  readonly file: string;
  readonly namespace: string;
  readonly remarks: readonly string[];
}

/** Fields that a sibling has for its own objects. */
const ownFields = [
  'dependsOn',
  'healthChecks',
  'healthCheckExprs',
  'patches',
  'images',
  'components',
  'targetNamespace',
  'namePrefix',
  'nameSuffix',
  'suspend',
  'force',
  'commonMetadata',
  'deletionPolicy',
];

/** Writes the manifest of a new Kustomization beside those of its siblings, and lists it where they are listed. */
export async function placeNew(ground: Ground, draft: Draft, wanted: NewKustomization): Promise<Placed> {
  const { cluster } = ground;
  const sibling = siblingOf(ground, wanted.folder.path);
  const located = await locateKustomization(draft, sibling);
  const decryption = decryptionFor(ground, sibling, wanted.folder);
  const text = newText(located, wanted, decryption.value);
  const entry = cluster.kustomizations.get(cluster.entry.kustomization);
  const folder = isEntry(cluster, sibling) ? (entry?.kustomization.spec.path ?? '') : folderOf(located.file);
  const file = await freeFile(draft, folder, wanted.name);
  await draft.write(file, Buffer.from(styled(located, text), 'latin1'));
  for (let above = folder; ; above = folderOf(above)) {
    if ((await kustomizationIn(draft, above)) !== null) {
      await list(draft, above, file);
      break;
    }
    if (above === '' || above === entry?.kustomization.spec.path) break; // found without being listed
  }
  return { file, namespace: sibling.kustomization.namespace, remarks: decryption.remarks };
}

/** Adds names to the new one's `dependsOn`, with their namespaces where they are other ones. */
export async function dependOn(
  draft: Draft,
  file: string,
  own: { readonly namespace: string; readonly name: string },
  on: readonly { readonly namespace: string; readonly name: string }[],
): Promise<void> {
  const located = await locate(draft, [file], { ...own, group: kustomizationGroup, kind: 'Kustomization' });
  if (located === null) return;
  const different = [...new Map(on.map((one) => [keyOf(one), one])).values()];
  const items = different.map(({ namespace, name }) =>
    mappingOf([
      ['name', stringOf(name)],
      ['namespace', namespace === own.namespace ? undefined : stringOf(namespace)],
    ]),
  );
  await editLocated(
    draft,
    located,
    items.map((item, index) => putAt(['spec', 'dependsOn', index], item)),
  );
}

/** The Kustomization that lies nearest: the one whose path has most folders in common; the entry where there is no other. */
function siblingOf({ cluster }: Ground, path: string): KustomizationNode {
  const entry = cluster.kustomizations.get(cluster.entry.kustomization) as KustomizationNode;
  const others = [...cluster.kustomizations.values()].filter(
    (node) =>
      !isEntry(cluster, node) &&
      isFromHere(cluster, node) &&
      node.owners.includes(cluster.entry.kustomization),
  );
  const score = (node: KustomizationNode) => common(node.kustomization.spec.path, path);
  return (
    others.reduce<KustomizationNode | null>(
      (best, node) => (best === null || score(node) > score(best) ? node : best),
      null,
    ) ?? entry
  );
}

function common(one: string, other: string): number {
  const [a, b] = [one.split('/'), other.split('/')];
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs < 0 ? a.length : differs;
}

interface DecryptionChoice {
  /** `undefined`: as the sibling has it; `null`: none. */
  readonly value: Value | null | undefined;
  readonly remarks: readonly string[];
}

/** Encrypted files need decryption: the sibling's, else that of another Kustomization, else the usual one. */
function decryptionFor(
  { cluster }: Ground,
  sibling: KustomizationNode,
  { sealed, path }: NewFolder,
): DecryptionChoice {
  if (!sealed) return { value: null, remarks: [] };
  const own = specField(sibling.kustomization.manifest, 'decryption');
  if (own !== undefined) return { value: undefined, remarks: [] };
  for (const { kustomization } of cluster.kustomizations.values()) {
    const other = specField(kustomization.manifest, 'decryption');
    if (other !== undefined)
      return {
        value: other,
        remarks: [`There are encrypted files in ${path}: decryption as ${kustomization.name} has it.`],
      };
  }
  const value = mappingOf([
    ['provider', stringOf('sops')],
    ['secretRef', mappingOf([['name', stringOf('sops-age')]])],
  ]);
  return {
    value,
    remarks: [
      `There are encrypted files in ${path}, and no Kustomization decrypts yet: the Secret sops-age has to be in its namespace.`,
    ],
  };
}

/** The sibling's document with the new one's name and path, and without what is the sibling's own business. */
function newText(
  { pieces, index, tree }: Located,
  { name, folder }: NewKustomization,
  decryption: Value | null | undefined,
): string {
  const text = pieces[index]?.text ?? '';
  const gone = [
    ...ownFields,
    ...(folder.variables ? [] : ['postBuild']),
    ...(decryption === undefined || decryption !== null ? [] : ['decryption']),
  ].filter((field) => specField(tree, field) !== undefined);
  const edits: Edit[] = [
    ...gone.map((field): Edit => ({ kind: 'remove', branch: 0, path: ['spec', field] })),
    putAt(['metadata', 'name'], stringOf(name)),
    ...metadataGone(tree),
    pathEdit(tree, folder.path),
    ...(isTrue(tree) ? [] : [putAt(['spec', 'prune'], { kind: 'bool', value: true })]),
    ...(decryption === undefined || decryption === null ? [] : [putAt(['spec', 'decryption'], decryption)]),
  ];
  return withoutComments(editText(text, edits));
}

function metadataGone(tree: Mapping): Edit[] {
  return ['labels', 'annotations']
    .filter((field) => nodeAt(tree, ['metadata', field]) !== null)
    .map((field): Edit => ({ kind: 'remove', branch: 0, path: ['metadata', field] }));
}

function isTrue(tree: Mapping): boolean {
  const prune = specField(tree, 'prune');
  return prune?.kind === 'bool' && prune.value;
}

/** What a sibling says of itself is not true of the new one; what editors and linters read stays. */
function withoutComments(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line) || isForTools(line));
  return lines.map((line) => (/["'|>]/.test(line) ? line : line.replace(/\s+#[^\r]*/, ''))).join('\n');
}

function isForTools(line: string): boolean {
  return /^\s*#\s*(?:yaml-language-server|yamllint|code:|vim:|prettier-ignore)/.test(line);
}

/** The file as the sibling's begins: with a `---`, or without, and with the comments for tools above it. */
function styled({ pieces, index }: Located, text: string): string {
  const head = pieces.slice(0, index).filter((piece) => isEmptyText(piece.text));
  const tools = head.flatMap((piece) => piece.text.split('\n').filter(isForTools)).map((line) => `${line}\n`);
  const marked = pieces.some((piece) => piece.text.startsWith('---') && !isEmptyText(piece.text));
  const body = withoutMark(text);
  const ended = /[\r\n]$/.test(body) ? body : `${body}\n`;
  return `${tools.join('') + (marked ? '---\n' : '')}${ended}`;
}

async function freeFile(draft: Draft, folder: string, name: string): Promise<string> {
  const extension = (await draft.below(folder)).some(
    (file) => folderOf(file) === folder && file.endsWith('.yml'),
  )
    ? '.yml'
    : '.yaml';
  for (const end of ['', '-kustomization', '-flux']) {
    const file = join(folder, `${name}${end}${extension}`);
    if (!(await draft.has(file)) && !isWithin(file, 'kustomization.yaml')) return file;
  }
  return join(folder, `${name}-kustomization-new${extension}`);
}
