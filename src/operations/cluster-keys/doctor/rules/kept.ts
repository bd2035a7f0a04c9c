import type { RuleInfo } from '../../../../findings/finding.ts';
import { kubectl } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { secretText, usersOf } from '../scene.ts';

const leaked: RuleInfo = {
  code: 'cluster-key.last-applied',
  level: 'warning',
  title: 'the key in clear in an annotation of the Secret',
  about:
    'kubectl apply copies what it applies into the annotation kubectl.kubernetes.io/last-applied-configuration. The private key is then readable wherever metadata is shown (kubectl describe, dashboards, backups without Secrets’ data), and stays when the entry is changed. sopskit keys install never leaves it there.',
};
const keeper: RuleInfo = {
  code: 'cluster-key.kept',
  level: 'note',
  title: 'a Secret that something else writes',
  about:
    'What is changed in it by hand, or by sopskit keys install and rotate, is written over at the keeper’s next turn. Change the key where the keeper takes it from.',
};

/** Whose the Secrets are, and what kubectl left on them. */
export const keptRule: KeyRule = {
  infos: [leaked, keeper],
  look(scene) {
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      for (const seen of live?.secrets.values() ?? []) {
        if (seen.kind !== 'found' || live === null) continue;
        const { ref, keeper: who, leaked: isLeaked } = seen.secret;
        const about = { cluster, secret: ref, kustomizations: usersOf(cluster, ref).map(({ key }) => key) };
        if (isLeaked)
          scene.tell(leaked, {
            ...about,
            message: `Secret ${secretText(ref)} has its keys in clear in the annotation last-applied-configuration, where kubectl apply left them`,
            fix: 'Take the annotation off.',
            mend: [
              kubectl(
                live,
                `annotate secret ${ref.name} -n ${ref.namespace} kubectl.kubernetes.io/last-applied-configuration-`,
              ),
            ],
          });
        if (who !== null)
          scene.tell(keeper, {
            ...about,
            message: `Secret ${secretText(ref)} is kept by ${who}, which writes over what is changed in it`,
            fix: `Change the key where ${who} takes it from.`,
          });
      }
    }
  },
};
