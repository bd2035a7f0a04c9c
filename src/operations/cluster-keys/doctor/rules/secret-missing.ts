import type { RuleInfo } from '../../../../findings/finding.ts';
import { install } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { listed } from '../opened.ts';
import { secretText, usersOf } from '../scene.ts';

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
        for (const global of [false, true]) {
          const users = usersOf(cluster, ref).filter((one) => one.global === global);
          if (users.length === 0) continue;
          const keys = users.map(({ key }) => key);
          const alike = seen.alike.map(secretText);
          const hint =
            alike.length === 0 ? '' : `; ${listed(alike)} ${alike.length > 1 ? 'look' : 'looks'} as if meant`;
          const where = seen.namespaceIsThere === false ? `: there is no namespace ${namespace}` : `${hint}`;
          const who = `${keys.length > 1 ? 'Kustomizations' : 'Kustomization'} ${listed(keys)}`;
          scene.tell(global ? controllerSecret : missing, {
            ...{ cluster, kustomizations: keys, secret: ref },
            message: global
              ? `--sops-age-secret of kustomize-controller names Secret ${name}, and it is not there${where}: ${who} cannot decrypt`
              : `Secret ${name}, which ${who} ${keys.length > 1 ? 'decrypt' : 'decrypts'} with, is not there${where}: nothing of ${keys.length > 1 ? 'them' : 'it'} is applied`,
            fix: 'Install the key there, from this machine.',
            mend: [install(cluster, ref, seen.namespaceIsThere === false ? ['--create-namespace'] : [])],
          });
        }
      }
    }
  },
};
