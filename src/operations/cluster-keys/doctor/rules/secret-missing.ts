import type { RuleInfo } from '../../../../findings/finding.ts';
import type { SecretRef } from '../../../../flux/decryption/decryption.ts';
import { install } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { listed } from '../opened.ts';
import {
  type KeyScene,
  nextUsersOf,
  presentUsersOf,
  type SceneCluster,
  type SecretSeen,
  secretText,
} from '../scene.ts';

const missing: RuleInfo = {
  code: 'cluster-key.secret-missing',
  level: 'error',
  title: 'the Secret that Kustomizations decrypt with is not there',
  about:
    'Flux looks for it in the namespace of the Kustomization, and nowhere else. Without it the whole Kustomization fails (secrets "…" not found), encrypted files or not. sopskit keys install puts the key there.',
};
const controllerSecret: RuleInfo = {
  code: 'cluster-key.controller-secret',
  level: 'error',
  title: 'the Secret of --sops-age-secret is not there',
  about:
    'kustomize-controller is started with --sops-age-secret, and takes the key of Kustomizations without a secretRef from that Secret in its own namespace (RUNTIME_NAMESPACE). It is not there: all of them fail. sopskit keys install puts the key there.',
};

/** Secrets that are referred to and not there. */
export const secretMissing: KeyRule = {
  infos: [missing, controllerSecret],
  look(scene) {
    for (const cluster of scene.clusters) {
      for (const [name, seen] of cluster.live?.secrets ?? []) {
        if (seen.kind !== 'missing') continue;
        const [namespace = '', own = ''] = name.split('/');
        const ref = { namespace, name: own };
        tellMissing(scene, cluster, ref, seen);
        tellNext(scene, cluster, ref, seen);
      }
    }
  },
};

type Missing = Extract<SecretSeen, { kind: 'missing' }>;

function tellMissing(scene: KeyScene, cluster: SceneCluster, ref: SecretRef, seen: Missing): void {
  const name = secretText(ref);
  for (const global of [false, true]) {
    const users = presentUsersOf(cluster, ref).filter((one) => one.global === global);
    if (users.length === 0) continue;
    const keys = users.map(({ key }) => key);
    const isMany = keys.length > 1;
    const who = `${isMany ? 'Kustomizations' : 'Kustomization'} ${listed(keys)}`;
    scene.tell(global ? controllerSecret : missing, {
      ...{ cluster, kustomizations: keys, secret: ref },
      message: global
        ? `--sops-age-secret of kustomize-controller names Secret ${name}, and it is not there${where(ref, seen)}: ${who} cannot decrypt`
        : `Secret ${name}, which ${who} ${isMany ? 'decrypt' : 'decrypts'} with, is not there${where(ref, seen)}: nothing of ${isMany ? 'them' : 'it'} is applied`,
      ...(users.every(({ next }) => next !== null)
        ? {
            fix: 'The repository has another decryption there (cluster-key.live-differs): have that applied.',
          }
        : mendOf(cluster, ref, seen)),
    });
  }
}

/** What the repository names, and the live Kustomizations do not yet. */
function tellNext(scene: KeyScene, cluster: SceneCluster, ref: SecretRef, seen: Missing): void {
  const keys = nextUsersOf(cluster, ref).map(({ key }) => key);
  if (keys.length === 0) return;
  const who = `${keys.length > 1 ? 'Kustomizations' : 'Kustomization'} ${listed(keys)}`;
  scene.tell(missing, {
    ...{ cluster, kustomizations: keys, secret: ref, level: 'warning' },
    message: `Secret ${secretText(ref)}, which the repository has ${who} decrypt with, is not there${where(ref, seen)}: once that is applied, nothing else of ${keys.length > 1 ? 'them' : 'it'} is`,
    ...mendOf(cluster, ref, seen),
  });
}

function where({ namespace }: SecretRef, { alike, namespaceIsThere }: Missing): string {
  if (namespaceIsThere === false) return `: there is no namespace ${namespace}`;
  if (alike.length === 0) return '';
  return `; ${listed(alike.map(secretText))} ${alike.length > 1 ? 'look' : 'looks'} as if meant`;
}

function mendOf(
  cluster: SceneCluster,
  ref: SecretRef,
  { namespaceIsThere }: Missing,
): { readonly fix: string; readonly mend: readonly string[] } {
  return {
    fix: 'Install the key there, from this machine.',
    mend: [install(cluster, ref, namespaceIsThere === false ? ['--create-namespace'] : [])],
  };
}
