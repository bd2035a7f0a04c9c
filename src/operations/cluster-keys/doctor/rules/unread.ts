import type { RuleInfo } from '../../../../findings/finding.ts';
import { word } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { type KeyScene, type LiveSide, type SceneCluster, type Unseen, usersOf } from '../scene.ts';

const denied: RuleInfo = {
  code: 'cluster-key.may-not-read',
  level: 'note',
  title: 'a Secret of keys, or what Flux says, that may not be read',
  about:
    'Without the Secret, whether the key is there, and what it opens, cannot be told. A Role with the verb get on that one Secret is enough; who may read it can open everything that is encrypted for it. Flux’s objects and its Deployments say why something fails, and whether the controller has a Secret of its own.',
};

/** What the user may not read, with the RBAC rule that would let it be read. */
export const unreadRule: KeyRule = {
  infos: [denied],
  look(scene) {
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      for (const [name, seen] of live?.secrets ?? []) {
        if (seen.kind !== 'unread' || live === null) continue;
        const [namespace = '', secret = ''] = name.split('/');
        const ref = { namespace, name: secret };
        scene.miss(`Secret ${name}: ${seen.error.message}`);
        scene.tell(denied, {
          ...{ cluster, secret: ref, kustomizations: usersOf(cluster, ref).map(({ key }) => key) },
          message: `Secret ${name} could not be read: ${seen.error.message}`,
          fix: `An administrator of ${live.cluster.server} grants it with this (rules: {apiGroups: [""], resources: [secrets], resourceNames: [${secret}], verbs: [get]}).`,
          mend: grant(live, seen.error.message, ref),
        });
      }
      for (const one of live?.unseen ?? []) tellUnseen(scene, cluster, one);
    }
  },
};

function tellUnseen(scene: KeyScene, cluster: SceneCluster, { what, error }: Unseen): void {
  scene.miss(`${what}: ${error.message}`);
  if (error.code !== 'cluster.denied') return;
  // the hint ends with the commands of the rule
  const hint = error.hint ?? '';
  const start = hint.indexOf(': kubectl create ');
  scene.tell(denied, {
    ...{ cluster, kustomizations: [] },
    message: `not all could be read, ${what}: ${error.message}`,
    fix: start < 0 ? hint : `${hint.slice(0, start)}.`,
    mend: start < 0 ? [] : hint.slice(start + 2).split(' && '),
  });
}

/** The user cannot grant it to itself: an administrator has a context, or no impersonation, of its own. */
function grant(
  { cluster }: LiveSide,
  said: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): readonly string[] {
  const user = /^User (\S+) may not/.exec(said)?.[1];
  if (user === undefined) return [];
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  const who =
    account === null ? `--user=${word(user)}` : `--serviceaccount=${account[1] ?? ''}:${account[2] ?? ''}`;
  const role = `read-${name}`;
  const own = cluster.flags.replace(/ --as(?:-group)? (?:'(?:[^']|'\\'')*'|\S+)/g, '');
  const kubectl = `kubectl${own === cluster.flags ? '' : own}`;
  return [
    `${kubectl} create role ${role} -n ${namespace} --verb=get --resource=secrets --resource-name=${name}`,
    `${kubectl} create rolebinding ${role} -n ${namespace} --role=${role} ${who}`,
  ];
}
