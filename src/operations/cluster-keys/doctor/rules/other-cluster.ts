import type { RuleInfo } from '../../../../findings/finding.ts';
import type { SealedFileUse } from '../../../../flux/decryption/decryption.ts';
import { comparableRecipient } from '../../../../keys/age/recipient-text.ts';
import { clusterRecipients } from '../cluster-recipients.ts';
import { word } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { recipientsOf } from '../opened.ts';
import type { KeyScene, SceneCluster } from '../scene.ts';

const readable: RuleInfo = {
  code: 'cluster-key.other-cluster',
  level: 'warning',
  title: 'a file of one cluster that another cluster’s key opens',
  about:
    'Only one cluster applies the file, and the key of another is among its recipients: who breaks into that one can read it, from the repository or its history. Take the recipient out of the rule in .sops.yaml, re-key the file, and change the values where they come from.',
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
    const keys = clusterRecipients(scene);
    for (const cluster of scene.clusters) {
      for (const [path, { file, users }] of filesOf(cluster)) {
        const readers = scene.clusters.filter((other) => filesOf(other).has(path));
        await lookAtRule(scene, cluster, keys.get(cluster.name) ?? new Set(), { path, users });
        if (readers.length !== 1) continue;
        for (const other of scene.clusters)
          if (other !== cluster) lookAtReaders(scene, cluster, other, { file, users, keys });
      }
    }
  },
};

function filesOf({
  kustomizations,
}: SceneCluster): ReadonlyMap<string, { file: SealedFileUse; users: string[] }> {
  const found = new Map<string, { file: SealedFileUse; users: string[] }>();
  for (const { key, decryption, provider } of kustomizations)
    for (const file of provider === null ? [] : (decryption?.sealed ?? [])) {
      const known = found.get(file.path);
      if (known === undefined) found.set(file.path, { file, users: [key] });
      else known.users.push(key);
    }
  return found;
}

function lookAtReaders(
  scene: KeyScene,
  cluster: SceneCluster,
  other: SceneCluster,
  {
    file,
    users,
    keys,
  }: {
    readonly file: SealedFileUse;
    readonly users: readonly string[];
    readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  },
): void {
  const own = keys.get(cluster.name) ?? new Set();
  const theirs = keys.get(other.name) ?? new Set();
  const names = recipientsOf(file).filter((id) => {
    const same = comparableRecipient(id);
    return theirs.has(same) && !own.has(same);
  });
  if (names.length === 0) return;
  const called = names.map((id) => scene.repository?.recipients.nameOf(id) ?? null);
  const shown = names.map((id, index) => (called[index] === null ? id : `${id} (${called[index]})`));
  scene.tell(readable, {
    ...{ cluster, kustomizations: users, place: { file: file.path } },
    message: `only ${cluster.name} applies the file, and the key of ${other.name} opens it: ${shown.join(', ')}`,
    fix: `Take ${names.join(', ')} out of the rule of the file in .sops.yaml, re-key it, and change its values where they come from.`,
    mend: [`sopskit rekey ${word(file.path)}`],
  });
}

async function lookAtRule(
  scene: KeyScene,
  cluster: SceneCluster,
  own: ReadonlySet<string>,
  { path, users }: { readonly path: string; readonly users: readonly string[] },
): Promise<void> {
  const named = own.size === 0 ? null : ((await scene.repository?.recipients.of(path)) ?? null);
  if (named === null || [...named].some((id) => own.has(id) || isOfService(id))) return;
  const [first = ''] = own;
  scene.tell(rule, {
    ...{ cluster, kustomizations: users, place: { file: path } },
    message: `${cluster.name} applies the file, and its rule in .sops.yaml does not name the key of ${cluster.name}: ${[...own].join(' or ')}`,
    fix: `Add ${first} to the rule of the file in .sops.yaml, then give it to the file.`,
    mend: [`sopskit updatekeys -y ${word(path)}`],
  });
}

/** A key service opens with an identity of the controller, which nobody here can see. */
function isOfService(id: string): boolean {
  return !/^(?:age1|ssh-|[0-9A-F]{16,64}$)/i.test(id);
}
