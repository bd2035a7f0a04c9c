import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KustomizationDecryption, SealedFileUse } from '../../../flux/decryption/decryption.ts';
import type { Holds } from '../key-secret.ts';
import { holdsKeys, titleOf } from './choose-keys.ts';
import { filesOf, openedBy } from './coverage.ts';
import type { LocalKey } from './local-key.ts';

/** Another cluster of the repository, with the files that only it decrypts. */
export interface OtherCluster {
  readonly name: string;
  readonly files: readonly SealedFileUse[];
}

/** Files of another cluster that the keys would open, too. */
export interface OpenedElsewhere {
  readonly cluster: string;
  readonly files: readonly string[];
  /** How many files only that cluster decrypts. */
  readonly of: number;
}

/** Lists what only other clusters decrypt. `own`: files of this one. */
export function otherClusters(
  decryptions: readonly KustomizationDecryption[],
  own: readonly SealedFileUse[],
): readonly OtherCluster[] {
  const paths = new Set(own.map(({ path }) => path));
  const names = [...new Set(decryptions.map(({ cluster }) => cluster))];
  return names.flatMap((name) => {
    const of = decryptions.filter(({ cluster, provider }) => cluster === name && provider === 'sops');
    const files = filesOf(of).filter(({ path }) => !paths.has(path));
    return files.length === 0 ? [] : [{ name, files }];
  });
}

export function openedElsewhere(others: readonly OtherCluster[], holds: Holds): readonly OpenedElsewhere[] {
  return others.flatMap(({ name, files }) => {
    const opened = openedBy(files, holds).map(({ path }) => path);
    return opened.length === 0 ? [] : [{ cluster: name, files: opened, of: files.length }];
  });
}

/** What the wrong cluster is told from. */
export interface WrongClusterGround {
  readonly cluster: string;
  /** Name of the context; `null`: no cluster is asked. */
  readonly context: string | null;
  readonly own: readonly SealedFileUse[];
  readonly others: readonly OtherCluster[];
  readonly names: ReadonlyMap<string, string>;
}

/** Throws `cluster-key.refused` for keys that open none of this cluster's files, and all of another's. */
export function refuseWrongCluster(keys: readonly LocalKey[], ground: WrongClusterGround): void {
  const { own, others, context } = ground;
  for (const key of keys) {
    const holds = holdsKeys([key]);
    if (own.length === 0 || openedBy(own, holds).length > 0) continue;
    const other = others.find(({ files }) => openedBy(files, holds).length === files.length);
    if (other === undefined) continue;
    const where = context === null ? '' : ` (context ${context})`;
    throw new SopskitError(
      'cluster-key.refused',
      `${titleOf(key.recipient, ground)} is the key of another cluster: it opens none of the ${own.length} files of ${ground.cluster}${where}, and all ${other.files.length} of ${other.name}`,
      {
        hint: `Choose the context of ${other.name} with --context, or the key of ${ground.cluster} with --recipient or --identity-file.`,
      },
    );
  }
}
