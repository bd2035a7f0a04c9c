import { isKustomizationName } from '../../manifests/kustomization.ts';
import type { Draft } from './draft.ts';
import { kustomizationIn, list, relative, unlist } from './kustomization-lists.ts';
import { isAlone, type Located } from './located.ts';
import { folderOf, join, nameOf } from './place-path.ts';
import { referencesOf } from './references.ts';
import { bytesOf, isEmptyText, withoutMark } from './yaml-pieces.ts';

/** A new object's text, as it stands alone in a file, and the name that its file gets. */
export interface NewManifest {
  readonly name: string;
  readonly text: string;
  /** Kind, for a file name where that of the name is taken. Default: `Kustomization`. */
  readonly kind?: string;
}

/**
 * Puts manifests in the place of one: into files of their own where its file holds it alone and is named after it, else
 * into its file, where it stood. Kustomizations that list the file list the new ones. Returns the files.
 */
export async function replaceManifest(
  draft: Draft,
  old: Located,
  oldName: string,
  made: readonly NewManifest[],
): Promise<readonly string[]> {
  const own = nameOf(old.file).includes(oldName) && isAlone(old);
  if (!own) {
    const texts = made.map(({ text }) => text);
    await draft.write(old.file, bytesOf(exchanged(old, texts)));
    return [old.file];
  }
  const files: string[] = [];
  for (const one of made) {
    const file = await freeName(draft, old.file, oldName, one);
    await draft.write(file, bytesOf(exchanged(old, [one.text])));
    files.push(file);
  }
  const kept = files.includes(old.file);
  if (!kept) await draft.write(old.file, null);
  for (const folder of await listersOf(draft, old.file)) {
    for (const file of files) await list(draft, folder, file);
    if (!kept) await unlist(draft, folder, new Set([old.file]));
  }
  return files;
}

/** Puts manifests beside one that stays, in files or documents as `replaceManifest` does. */
export async function addBeside(
  draft: Draft,
  sibling: Located,
  siblingName: string,
  made: NewManifest,
): Promise<string> {
  const own = nameOf(sibling.file).includes(siblingName) && isAlone(sibling);
  if (!own) {
    const texts = [sibling.pieces[sibling.index]?.text ?? '', made.text];
    await draft.write(sibling.file, bytesOf(exchanged(sibling, texts)));
    return sibling.file;
  }
  const file = await freeName(draft, sibling.file, siblingName, made);
  await draft.write(file, bytesOf(exchanged(sibling, [made.text])));
  for (const folder of await listersOf(draft, sibling.file)) await list(draft, folder, file);
  return file;
}

/** The texts of a file with one document exchanged for others; comments above all documents stay. */
function exchanged({ pieces, index }: Located, texts: readonly string[]): { text: string }[] {
  const lineBreak = pieces.some(({ text }) => text.includes('\r\n')) ? '\r\n' : '\n';
  const mark = `---${lineBreak}`;
  const before = pieces.slice(0, index);
  const opens = before.length > 0 || (pieces[index]?.text.startsWith('---') ?? false);
  const all = texts.map((text, at) => {
    const body = withoutMark(text);
    const ended = /[\r\n]$/.test(body) || body === '' ? body : body + lineBreak;
    return { text: at > 0 || opens ? mark + ended : ended };
  });
  return [...before, ...all, ...pieces.slice(index + 1)];
}

/** A file named as the old one is after its object, which is not there yet. */
async function freeName(
  draft: Draft,
  file: string,
  oldName: string,
  { name, kind = 'Kustomization' }: NewManifest,
): Promise<string> {
  const wanted = join(folderOf(file), nameOf(file).replace(oldName, name));
  if (wanted === file || !(await draft.has(wanted))) return wanted;
  const other = wanted.replace(/(\.ya?ml)?$/, `-${kind.toLowerCase()}$1`);
  let found = other;
  for (let count = 2; await draft.has(found); count++) found = other.replace(/(\.ya?ml)?$/, `-${count}$1`);
  return found;
}

/** Folders whose kustomizations list a file, or a folder, among their objects. */
export async function listersOf(draft: Draft, target: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of (await draft.paths()).filter(isKustomizationName)) {
    const folder = folderOf(file);
    const kustomization = await kustomizationIn(draft, folder);
    if (kustomization?.path !== file) continue;
    const names = referencesOf(kustomization.tree).some(
      ({ kind, text }) => kind === 'object' && join(folder, text) === target,
    );
    if (names) found.push(folder);
  }
  return found;
}

/** Writes a kustomization that lists files or folders, in the style of another one of the repository. */
export async function writeKustomizationFile(
  draft: Draft,
  folder: string,
  targets: readonly string[],
  model: string | null,
): Promise<void> {
  const style = model === null ? '' : Buffer.from((await draft.read(model)) ?? []).toString('latin1');
  const name = model === null ? 'kustomization.yaml' : nameOf(model);
  const mark = /^---/m.test(style) && isEmptyText(style.slice(0, style.search(/^---/m))) ? '---\n' : '';
  const dash = /^resources:[^\n]*\n- /m.test(style) ? '- ' : '  - ';
  const lines = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources:',
    ...targets.map((target) => dash + relative(folder, target)),
  ];
  const text = `${mark + lines.join('\n')}\n`;
  const ended = style.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
  await draft.write(join(folder, name), Buffer.from(ended));
}
