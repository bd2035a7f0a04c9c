import type { RuleInfo } from '../../../../findings/finding.ts';
import { diagnose } from '../../../flux-doctor/diagnose.ts';
import type { Problem } from '../../../flux-doctor/problem.ts';
import { reconcile } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import type { KeyScene, LiveSide, SceneCluster } from '../scene.ts';

const notReady: RuleInfo = {
  code: 'cluster-key.not-ready',
  level: 'error',
  title: 'a Kustomization whose decryption fails',
  about:
    'The Ready condition says why, in the controller’s words. Nothing of the Kustomization is applied or pruned until it is mended.',
};
const ciphertext: RuleInfo = {
  code: 'cluster-key.ciphertext-live',
  level: 'error',
  title: 'ciphertext that the cluster has stored as a value',
  about:
    'A Secret or ConfigMap in the cluster has ENC[AES256_GCM,… for a value: it was applied without being decrypted, and Flux says Ready. Give its Kustomization spec.decryption, or encrypt the file anew.',
};
const otherFailure: RuleInfo = {
  code: 'cluster-key.not-ready-otherwise',
  level: 'note',
  title: 'a Kustomization that is not ready for another reason',
  about: 'It has nothing to do with keys; sopskit flux doctor explains it.',
};

/** What of `flux doctor` is about keys. */
export const readyRule: KeyRule = {
  infos: [notReady, ciphertext, otherFailure],
  look(scene) {
    for (const cluster of scene.clusters) {
      const { live } = cluster;
      if (live === null || live.reading === null) continue;
      for (const unread of live.reading.unread)
        if (/^objects of kind (?:Secret|ConfigMap):/.test(unread))
          scene.miss(`whether ciphertext is stored as a value in ${unread}`);
      const here = new Set(cluster.kustomizations.map(({ key }) => key));
      for (const problem of diagnose(live.reading).problems) {
        const key = `${problem.namespace}/${problem.name}`;
        if (problem.kind === 'Kustomization' && here.has(key)) tell(scene, cluster, live, problem);
      }
    }
  },
};

function tell(scene: KeyScene, cluster: SceneCluster, live: LiveSide, problem: Problem): void {
  const { code, what, said, reason } = problem;
  const key = `${problem.namespace}/${problem.name}`;
  const about = { cluster, kustomizations: [key] };
  if (code === 'applied.ciphertext') {
    scene.tell(ciphertext, {
      ...{ ...about, message: `Kustomization ${key}: ${bare(what)}` },
      fix: problem.mend[0]?.replace(/ {4}# /, ': ') ?? 'Encrypt the file anew.',
    });
  } else if (code.startsWith('decryption.')) {
    const mends = mendsOf(scene, cluster, key);
    const line = said.split('\n')[0] ?? '';
    scene.tell(notReady, {
      ...about,
      message: `Kustomization ${key} is not ready: ${bare(what)}${line === '' ? '' : ` (it says: ${reason}: ${line})`}`,
      fix:
        mends.length > 0
          ? 'Do what mends the cause, then have it act at once.'
          : (problem.mend[0]?.replace(/ {4}# /, ': ') ?? 'See flux doctor.'),
      mend: [...mends, reconcile(live, key)],
    });
  } else if (problem.level === 'broken')
    scene.tell(otherFailure, {
      ...about,
      message: `Kustomization ${key}: ${bare(what)}`,
      fix: 'It is not about keys; this explains it:',
      mend: [`sopskit flux doctor${live.cluster.flags} -n ${problem.namespace}`],
    });
}

/** The commands of what was found about the same Kustomization: they are for this very Secret. */
function mendsOf(scene: KeyScene, cluster: SceneCluster, key: string): readonly string[] {
  const causes = scene.findings.filter(
    (finding) =>
      (finding.level === 'error' || finding.rule.code === 'cluster-key.live-differs') &&
      finding.cluster === cluster.name &&
      finding.kustomizations.includes(key) &&
      finding.rule.code.startsWith('cluster-key.') &&
      finding.rule !== notReady,
  );
  return [...new Set(causes.flatMap(({ mend }) => mend))];
}

function bare(text: string): string {
  return text.replace(/\.$/, '');
}
