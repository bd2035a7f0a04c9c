import { posix } from 'node:path';
import { isOwnFile } from '../../config/own-file.ts';
import {
  type GeneratorSource,
  generatorObjectSources,
  jsonPatches,
  kustomizationNames,
  resourceFiles,
  secretSources,
} from '../../manifests/kustomization.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Scene } from './scene.ts';
import { Subject } from './subject.ts';

/** A file that a kustomization makes a Secret from, or applies. */
export interface Source {
  readonly kind: 'envs' | 'file' | 'manifest' | 'operations';
  /** Whether it is applied to a Secret for sure. */
  readonly ofSecret: boolean;
  readonly by: string;
  readonly commit: string | null;
}

/** Names that say what a file is: those are looked at anyway. */
const manifestName = /\.(?:ya?ml|json)$/i;

/** Lists the files that a kustomization, or a generator of its own, names. What lies outside is not looked at. */
export async function sourcesIn(subject: Subject): Promise<[string, Source][]> {
  const folder = posix.dirname(subject.path);
  const { path: by, commit } = subject;
  return (await subject.parts())
    .flatMap(({ data }) => namedIn(data))
    .map(([file, kind, ofSecret]): [string, Source] => [
      posix.join(folder, file),
      { kind, ofSecret, by, commit },
    ])
    .filter(([file]) => !/^(?:\.\.)?\//.test(file));
}

function namedIn(data: Mapping): [string, Source['kind'], boolean][] {
  const generated = [...secretSources(data), ...generatorObjectSources(data)];
  return [
    ...generated.flatMap((source: GeneratorSource): [string, Source['kind'], boolean][] =>
      source.kind === 'literal' ? [] : [[source.file, source.kind, true]],
    ),
    ...resourceFiles(data).flatMap((file): [string, Source['kind'], boolean][] =>
      manifestName.test(file) || file.includes('://') ? [] : [[file, 'manifest', true]],
    ),
    ...jsonPatches(data).flatMap(({ file, ofSecret }): [string, Source['kind'], boolean][] =>
      file === null ? [] : [[file, 'operations', ofSecret]],
    ),
  ];
}

/** Whether a kustomization that names the file would matter: it is neither encrypted nor looked at as an object. */
export async function mayBeSource(subject: Subject): Promise<boolean> {
  if (isOwnFile(subject.path)) return false;
  const isObject =
    manifestName.test(subject.path) && /^apiVersion:/m.test(subject.text) && /^kind:/m.test(subject.text);
  return !isObject && (await subject.seal()) === null;
}

/** Kustomizations that are not looked at themselves, but may name a file that is: those in the folders above it. */
export async function sourcesOfOthers(
  scene: Scene,
  looked: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): Promise<[string, Source][]> {
  if (looked.size === 0 || (scene.scope.kind === 'tree' && scene.scope.whole)) return [];
  const candidates = new Set<string>();
  for (const file of looked) {
    for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
      for (const name of kustomizationNames) candidates.add(posix.join(folder, name));
      if (folder === '.') break;
    }
  }
  for (const path of seen) candidates.delete(path);
  const found: [string, Source][] = [];
  for (const path of candidates) {
    const bytes = await scene.snapshot.read(path);
    if (bytes !== null) found.push(...(await sourcesIn(new Subject(path, bytes))));
  }
  return found.filter(([file]) => looked.has(file));
}

/** The versions of a named file that are looked at: in a search of history those of the range, or else the one at its end. */
export async function* versionsOf(
  scene: Scene,
  file: string,
  commit: string | null,
): AsyncGenerator<Subject> {
  const versions = scene.scope.kind === 'history' ? scene.scope.versions(file) : [];
  for (const version of versions) {
    const bytes = await version.read();
    if (bytes !== null) yield new Subject(file, bytes, version.commit);
  }
  const bytes = versions.length === 0 ? await scene.snapshot.read(file) : null;
  if (bytes !== null) yield new Subject(file, bytes, commit);
}
