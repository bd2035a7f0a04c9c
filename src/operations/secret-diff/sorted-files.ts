import type { LintCluster } from '../../flux/lint/lint-cluster.ts';
import type { ChosenFile } from './chosen-files.ts';
import type { Unlooked } from './wanted-secret.ts';

/** Chosen files, by who reads them. */
export interface SortedFiles {
  /** Those that Kustomizations of the cluster read, from the repository's top. */
  readonly read: ReadonlyMap<string, ChosenFile>;
  /** Those that no Kustomization reads. */
  readonly unread: readonly ChosenFile[];
  /** Those that only another cluster's Kustomizations read. */
  readonly elsewhere: readonly { readonly file: ChosenFile; readonly unlooked: Unlooked }[];
}

/** Sorts files by the Kustomizations that read them, of this cluster or of the repository's others. */
export async function sortFiles(
  files: readonly ChosenFile[],
  cluster: LintCluster,
  others: readonly LintCluster[],
): Promise<SortedFiles> {
  const own = await readersIn(cluster);
  const foreign = new Map<string, string>();
  for (const other of others) {
    for (const [path, key] of await readersIn(other))
      if (!foreign.has(path)) foreign.set(path, `Kustomization ${key} of ${other.name}`);
  }
  const read = new Map<string, ChosenFile>();
  const unread: ChosenFile[] = [];
  const elsewhere: { file: ChosenFile; unlooked: Unlooked }[] = [];
  for (const file of files) {
    const path = file.inRepository;
    const reader = path === null ? undefined : foreign.get(path);
    if (path !== null && own.has(path)) read.set(path, file);
    else if (reader !== undefined) elsewhere.push({ file, unlooked: ofAnother(file, reader) });
    else unread.push(file);
  }
  return { read, unread, elsewhere };
}

/** Which Kustomization reads a file, the first of several. */
async function readersIn(cluster: LintCluster): Promise<ReadonlyMap<string, string>> {
  const readers = new Map<string, string>();
  for (const node of cluster.nodes) {
    const { files, kustomizations } = await node.reach();
    for (const { path } of [...files, ...kustomizations]) if (!readers.has(path)) readers.set(path, node.key);
  }
  return readers;
}

function ofAnother({ shown }: ChosenFile, reader: string): Unlooked {
  return {
    what: shown,
    why: `${reader} reads it, which is another cluster`,
    fix: 'Choose that cluster with --context.',
  };
}
