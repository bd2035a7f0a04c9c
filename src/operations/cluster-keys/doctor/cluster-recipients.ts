import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { contextFits } from '../context-name.ts';
import { usableKeys } from '../holds.ts';
import { filesAlone, filesOf } from './cluster-files.ts';
import { recipientsOf } from './opened.ts';
import { type KeyScene, type SceneCluster, secretText } from './scene.ts';

/** Which recipients are the keys of a cluster. All are spelled as `comparableRecipient` does. */
export interface ClusterKeys {
  /**
   * Those in its Secrets, where they were read, but for what is another cluster's; else what the repository tells. Empty
   * where it cannot be told.
   */
  readonly own: ReadonlySet<string>;
  /** What the repository alone tells. */
  readonly told: ReadonlySet<string>;
  /** Keys in its Secrets that are those of another cluster, with the name of that one. */
  readonly foreign: ReadonlyMap<string, string>;
}

export const noKeys: ClusterKeys = { own: new Set(), told: new Set(), foreign: new Map() };

/** Tells the keys of each cluster, by its name. */
export async function clusterKeys(scene: KeyScene): Promise<ReadonlyMap<string, ClusterKeys>> {
  const rules = await ruledFor(scene);
  const told = new Map(scene.clusters.map((cluster) => [cluster.name, toldOf(scene, cluster, rules)]));
  return new Map(
    scene.clusters.map((cluster) => {
      const mine = told.get(cluster.name) ?? new Set<string>();
      const held = heldBy(cluster);
      const foreign = new Map<string, string>();
      for (const [name, ids] of told)
        for (const id of ids)
          if (name !== cluster.name && held.has(id) && !mine.has(id)) foreign.set(id, name);
      const own = new Set([...held].filter((id) => !foreign.has(id)));
      return [cluster.name, { own: own.size > 0 ? own : mine, told: mine, foreign }];
    }),
  );
}

/** The name of another cluster whose key a recipient is; `null`: it is this one's, or nobody can tell. */
export function otherOwner(
  keys: ReadonlyMap<string, ClusterKeys>,
  { name }: SceneCluster,
  recipient: string,
): string | null {
  const id = comparableRecipient(recipient);
  const mine = keys.get(name) ?? noKeys;
  if (mine.own.has(id) || mine.told.has(id)) return null;
  return (
    [...keys].find(([other, { own, told }]) => other !== name && (own.has(id) || told.has(id)))?.[0] ?? null
  );
}

function heldBy({ live, kustomizations }: SceneCluster): ReadonlySet<string> {
  const found = new Set<string>();
  // what Kustomizations of other repositories decrypt with is no key of this one's files
  const own = new Set(
    kustomizations
      .filter(({ decryption }) => decryption !== null)
      .flatMap(({ secret, next }) =>
        [secret, next?.secret ?? null].flatMap((ref) => (ref === null ? [] : secretText(ref))),
      ),
  );
  for (const [name, seen] of live?.secrets ?? []) {
    if (seen.kind !== 'found' || !own.has(name)) continue;
    for (const { recipient } of usableKeys([seen.secret], { pastProblems: true }))
      if (recipient !== null) found.add(comparableRecipient(recipient));
  }
  return found;
}

/**
 * What the repository tells: recipients that a comment of .sops.yaml calls like the cluster; where none is called like any
 * cluster, those that open every file that it alone applies, and are not meant for another one (people and backups are).
 */
function toldOf(scene: KeyScene, cluster: SceneCluster, rules: Rules): ReadonlySet<string> {
  const named = namedLike(scene, cluster, rules);
  const others = scene.clusters.filter((other) => other !== cluster);
  if (named.size > 0 || others.length === 0) return named;
  // where somebody named the keys of clusters, a recipient without such a name is somebody's
  if (others.some((other) => namedLike(scene, other, rules).size > 0)) return new Set();
  const sets = filesAlone(scene, cluster).map(
    ({ file }) => new Set(recipientsOf(file).map(comparableRecipient)),
  );
  const everywhere = [...(sets[0] ?? [])].filter((id) => sets.every((set) => set.has(id)));
  return new Set(everywhere.filter((id) => !others.some((other) => isMeantFor(scene, other, id, rules))));
}

/** Whether a rule for files that only this cluster applies names a recipient, or most of them are encrypted for it. */
function isMeantFor(scene: KeyScene, cluster: SceneCluster, id: string, rules: Rules): boolean {
  const files = filesAlone(scene, cluster).map(({ file }) => file);
  if (files.some(({ path }) => rules.get(path)?.has(id) === true)) return true;
  const count = files.filter((file) =>
    recipientsOf(file).some((one) => comparableRecipient(one) === id),
  ).length;
  return count > files.length / 2;
}

function namedLike(scene: KeyScene, { name }: SceneCluster, rules: Rules): ReadonlySet<string> {
  const longer = scene.clusters.filter(
    (other) => other.name !== name && contextFits(last(other.name), name) > 0,
  );
  const found = new Set<string>();
  for (const id of idsIn(scene, rules)) {
    const called = scene.repository?.recipients.nameOf(id) ?? null;
    if (called === null || contextFits(called, name) === 0) continue;
    // `eu-prod` is not called like clusters/prod where there is clusters/eu-prod
    if (!longer.some((other) => contextFits(called, other.name) > 0)) found.add(comparableRecipient(id));
  }
  return found;
}

function last(name: string): string {
  return name.split('/').at(-1) ?? '';
}

/** Recipients that the rule of each file names. */
type Rules = ReadonlyMap<string, ReadonlySet<string>>;

async function ruledFor({ clusters, repository }: KeyScene): Promise<Rules> {
  const rules = new Map<string, ReadonlySet<string>>();
  for (const path of new Set(clusters.flatMap((cluster) => [...filesOf(cluster).keys()]))) {
    const named = (await repository?.recipients.of(path)) ?? null;
    if (named !== null) rules.set(path, new Set([...named].map(comparableRecipient)));
  }
  return rules;
}

function idsIn({ clusters }: KeyScene, rules: Rules): ReadonlySet<string> {
  return new Set([
    ...clusters.flatMap(({ kustomizations }) =>
      kustomizations.flatMap(({ decryption }) => (decryption?.sealed ?? []).flatMap(recipientsOf)),
    ),
    ...[...rules.values()].flatMap((ids) => [...ids]),
  ]);
}
