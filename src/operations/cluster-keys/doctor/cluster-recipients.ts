import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { contextFits } from '../context-name.ts';
import { usableKeys } from '../holds.ts';
import { recipientsOf } from './opened.ts';
import { type KeyScene, type SceneCluster, secretText } from './scene.ts';

/**
 * Tells which recipients are the keys of each cluster, by its name: those in its Secrets, where they were read; else those
 * that a comment of .sops.yaml calls like it; else those that open every file that it alone applies, and are not so of
 * every cluster (people and backups are). Empty where it cannot be told.
 */
export function clusterRecipients(scene: KeyScene): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map(scene.clusters.map((cluster) => [cluster.name, everywhere(cluster)]));
  return new Map(
    scene.clusters.map((cluster) => {
      const others = [...all].filter(([name]) => name !== cluster.name).map(([, recipients]) => recipients);
      const held = heldBy(cluster);
      if (held.size > 0) return [cluster.name, held];
      const named = namedLike(scene, cluster);
      if (named.size > 0) return [cluster.name, named];
      if (others.length === 0 || isAnyNamed(scene)) return [cluster.name, new Set<string>()];
      const own = [...(all.get(cluster.name) ?? [])].filter((id) => !others.some((other) => other.has(id)));
      return [cluster.name, new Set(own)];
    }),
  );
}

function heldBy({ live, kustomizations }: SceneCluster): ReadonlySet<string> {
  const found = new Set<string>();
  // what Kustomizations of other repositories decrypt with is no key of this one's files
  const own = new Set(
    kustomizations.flatMap(({ decryption, secret }) =>
      decryption === null || secret === null ? [] : [secretText(secret)],
    ),
  );
  for (const [name, seen] of live?.secrets ?? []) {
    if (seen.kind !== 'found' || !own.has(name)) continue;
    for (const { recipient } of usableKeys([seen.secret], { pastProblems: true }))
      if (recipient !== null) found.add(comparableRecipient(recipient));
  }
  return found;
}

/** Recipients of every file of a cluster that it decrypts. */
function everywhere({ kustomizations }: SceneCluster): ReadonlySet<string> {
  const files = kustomizations.flatMap(({ provider, decryption }) =>
    provider === null ? [] : (decryption?.sealed ?? []),
  );
  const sets = files.map((file) => new Set(recipientsOf(file).map(comparableRecipient)));
  return new Set([...(sets[0] ?? [])].filter((id) => sets.every((set) => set.has(id))));
}

function namedLike(scene: KeyScene, { name }: SceneCluster): ReadonlySet<string> {
  const found = new Set<string>();
  for (const id of idsIn(scene)) {
    const called = scene.repository?.recipients.nameOf(id) ?? null;
    if (called !== null && contextFits(called, name) > 0) found.add(comparableRecipient(id));
  }
  return found;
}

/** Where somebody named the keys of clusters, a recipient without such a name is somebody’s. */
function isAnyNamed(scene: KeyScene): boolean {
  return scene.clusters.some((cluster) => namedLike(scene, cluster).size > 0);
}

function idsIn({ clusters }: KeyScene): ReadonlySet<string> {
  return new Set(
    clusters.flatMap(({ kustomizations }) =>
      kustomizations.flatMap(({ decryption }) => (decryption?.sealed ?? []).flatMap(recipientsOf)),
    ),
  );
}
