import type { RuleInfo } from '../../../../findings/finding.ts';
import { comparableRecipient } from '../../../../keys/age/recipient-text.ts';
import { holdsKeys, holdsRecipients, usableKeys } from '../../holds.ts';
import type { HeldKey } from '../../key-secret.ts';
import { type AppliedFile, filesAlone, filesOf } from '../cluster-files.ts';
import { type ClusterKeys, clusterKeys, noKeys } from '../cluster-recipients.ts';
import { takeOut } from '../commands.ts';
import { embeddedText, exchange, giveKey } from '../give-key.ts';
import type { KeyRule } from '../key-rule.ts';
import { listed, opens, recipientsOf } from '../opened.ts';
import { type KeyScene, type SceneCluster, secretText, usersOf } from '../scene.ts';

const readable: RuleInfo = {
  code: 'cluster-key.other-cluster',
  level: 'warning',
  title: 'a file of one cluster that another cluster’s key opens',
  about:
    'Only one cluster applies the file, and the key of another is among its recipients: who breaks into that one can read it, from the repository or its history. Take the recipient out of the rule in .sops.yaml, re-key the file, and change the values where they come from. So it is where the Secret of one cluster holds the key of another: retire it there.',
};
const rule: RuleInfo = {
  code: 'cluster-key.rule',
  level: 'warning',
  title: 'a rule that does not name the key of the cluster that applies the file',
  about:
    'The next updatekeys, or a new file at that place, will be encrypted without the key of its cluster, and Flux will fail on it. Add the recipient of the cluster to the rule in .sops.yaml.',
};

/** Keys per cluster: which files the wrong one opens, and which rules lack the right one. */
export const otherClusterRule: KeyRule = {
  infos: [readable, rule],
  async look(scene) {
    if (scene.repository === null) return;
    const keys = await clusterKeys(scene);
    for (const cluster of scene.clusters) {
      await lookAtSecrets(scene, cluster, keys.get(cluster.name) ?? noKeys);
      for (const { file, users } of filesOf(cluster).values())
        await lookAtRule(scene, cluster, keys.get(cluster.name) ?? noKeys, { file, users });
      for (const one of filesAlone(scene, cluster))
        for (const other of scene.clusters)
          if (other !== cluster) await lookAtReaders(scene, cluster, other, { ...one, keys });
    }
  },
};

/** Keys of other clusters in the Secrets of this one: who reads them reads what is not applied here. */
async function lookAtSecrets(
  scene: KeyScene,
  cluster: SceneCluster,
  { own, foreign }: ClusterKeys,
): Promise<void> {
  const { live } = cluster;
  for (const seen of live?.secrets.values() ?? []) {
    if (seen.kind !== 'found' || live === null) continue;
    for (const key of usableKeys([seen.secret], { pastProblems: true })) {
      const id = key.recipient === null ? '' : comparableRecipient(key.recipient);
      const other = scene.clusters.find(({ name }) => name === foreign.get(id));
      const opened = other === undefined ? [] : openedAlone(scene, other, key);
      if (other === undefined || opened.length === 0 || key.recipient === null) continue;
      const users = usersOf(cluster, seen.secret.ref);
      const rest = holdsRecipients(own);
      const needed = users
        .flatMap(({ decryption }) => decryption?.sealed ?? [])
        .filter((file) => opens(file, holdsKeys([key])) === true && opens(file, rest) !== true);
      const first =
        needed.length === 0 ? null : await giveKey(scene, needed, { keys: [...own], without: [] });
      const name = scene.repository?.recipients.nameOf(key.recipient) ?? null;
      scene.tell(readable, {
        ...{ cluster, kustomizations: users.map((one) => one.key), secret: seen.secret.ref },
        message: `Secret ${secretText(seen.secret.ref)} of ${cluster.name} holds the key of ${other.name}: ${key.recipient}${name === null ? '' : ` (${name})`}; it opens ${listed(opened)}, which only ${other.name} applies`,
        fix:
          first === null
            ? `Retire it from ${cluster.name}; that looks first whether anything still needs it there.`
            : own.size === 0
              ? `Give ${cluster.name} a key of its own first, and its files that key; then retire this one from there.`
              : `${first.fix} When ${cluster.name} has applied that, retire the key there.`,
        mend:
          own.size === 0 && first !== null
            ? []
            : [...(first?.mend ?? []), ...takeOut(cluster, live, seen.secret, key)],
      });
    }
  }
}

/** Files that only a cluster decrypts, and a key opens. */
function openedAlone(scene: KeyScene, cluster: SceneCluster, key: HeldKey): readonly string[] {
  const holds = holdsKeys([key]);
  return filesAlone(scene, cluster).flatMap(({ file }) => (opens(file, holds) === true ? [file.path] : []));
}

async function lookAtReaders(
  scene: KeyScene,
  cluster: SceneCluster,
  other: SceneCluster,
  { file, users, keys }: AppliedFile & { readonly keys: ReadonlyMap<string, ClusterKeys> },
): Promise<void> {
  const own = keys.get(cluster.name)?.own ?? noKeys.own;
  const theirs = keys.get(other.name)?.own ?? noKeys.own;
  const names = recipientsOf(file).filter((id) => {
    const same = comparableRecipient(id);
    return theirs.has(same) && !own.has(same);
  });
  if (names.length === 0) return;
  const called = names.map((id) => scene.repository?.recipients.nameOf(id) ?? null);
  const shown = names.map((id, index) => (called[index] === null ? id : `${id} (${called[index]})`));
  const isShut = own.size > 0 && opens(file, holdsRecipients(own)) === false;
  scene.tell(readable, {
    ...{ cluster, kustomizations: users, place: { file: file.path } },
    message: `only ${cluster.name} applies the file, and the key of ${other.name} opens it: ${shown.join(', ')}`,
    // where nothing but their key opens it, the same cure as of the unopened file
    ...(isShut
      ? await giveKey(scene, [file], { keys: [...own], without: names })
      : {
          fix: `Take ${names.join(', ')} out of the rule of the file in .sops.yaml, re-key it, and change its values where they come from${embeddedText([file])}.`,
          mend: exchange([file], 'rekey'),
        }),
  });
}

async function lookAtRule(
  scene: KeyScene,
  cluster: SceneCluster,
  { own, foreign }: ClusterKeys,
  { file, users }: AppliedFile,
): Promise<void> {
  const { path } = file;
  const named = own.size === 0 ? null : ((await scene.repository?.recipients.of(path)) ?? null);
  if (named === null || [...named].some((id) => own.has(comparableRecipient(id)) || isOfService(id))) return;
  // an unopened file is told with its rule
  if (foreign.size === 0 && opens(file, holdsRecipients(own)) === false) return;
  const [first = ''] = own;
  scene.tell(rule, {
    ...{ cluster, kustomizations: users, place: { file: path } },
    message: `${cluster.name} applies the file, and its rule in .sops.yaml does not name the key of ${cluster.name}: ${[...own].join(' or ')}`,
    fix: `Add ${first} to the rule of the file in .sops.yaml, then give it to the file${embeddedText([file])}.`,
    mend: exchange([file], 'updatekeys -y'),
  });
}

/** A key service opens with an identity of the controller, which nobody here can see. */
function isOfService(id: string): boolean {
  return !/^(?:age1|ssh-|[0-9A-F]{16,64}$)/i.test(id);
}
