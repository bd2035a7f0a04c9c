import type { SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { isDecrypting, type KeyScene, type SceneCluster } from './scene.ts';

export interface AppliedFile {
  readonly file: SealedFileUse;
  /** Kustomizations that decrypt it, `namespace/name`. */
  readonly users: readonly string[];
}

/** Encrypted files that a cluster decrypts, by their paths. */
export function filesOf({ kustomizations }: SceneCluster): ReadonlyMap<string, AppliedFile> {
  const found = new Map<string, { file: SealedFileUse; users: string[] }>();
  for (const one of kustomizations)
    for (const file of isDecrypting(one) ? (one.decryption?.sealed ?? []) : []) {
      const known = found.get(file.path);
      if (known === undefined) found.set(file.path, { file, users: [one.key] });
      else known.users.push(one.key);
    }
  return found;
}

/** Those that no other cluster decrypts. */
export function filesAlone({ clusters }: KeyScene, cluster: SceneCluster): readonly AppliedFile[] {
  const others = clusters.filter((other) => other !== cluster).map(filesOf);
  return [...filesOf(cluster)].flatMap(([path, file]) =>
    others.some((other) => other.has(path)) ? [] : [file],
  );
}
