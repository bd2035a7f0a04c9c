import type { RuleInfo } from '../../../../findings/finding.ts';
import type { Decryption } from '../../../../flux/kustomization.ts';
import { fetch, reconcile } from '../commands.ts';
import type { KeyRule } from '../key-rule.ts';
import { isPathOnly } from '../keyed-kustomizations.ts';
import { listed } from '../opened.ts';
import type { KeyedKustomization, KeyScene, LiveSide, SceneCluster } from '../scene.ts';

const differs: RuleInfo = {
  code: 'cluster-key.live-differs',
  level: 'warning',
  title: 'live decryption that is another than the repository’s',
  about:
    'spec.decryption of the live Kustomization is not what this working tree says: it was not pushed or not applied yet, or somebody changed it by hand. Flux goes by the live one.',
};
const liveOnly: RuleInfo = {
  code: 'cluster-key.live-only',
  level: 'note',
  title: 'live Kustomizations that are not in the repository',
  about:
    'What they decrypt is in another repository, or they are left over: their files are not looked at here.',
};

/** What is live and not so in the repository. */
export const driftRule: KeyRule = {
  infos: [differs, liveOnly],
  async look(scene) {
    for (const cluster of scene.clusters) {
      if (cluster.live === null || cluster.model === null) continue;
      const others = cluster.kustomizations.filter(({ decryption }) => decryption === null);
      const decrypting = others.filter(({ provider }) => provider !== null).map(({ key }) => key);
      if (others.length > 0)
        scene.tell(liveOnly, {
          ...{ cluster, kustomizations: others.map(({ key }) => key) },
          message: `live and not in this repository: ${listed(others.map(({ key }) => key))}${decrypting.length === 0 ? '' : `; of them ${listed(decrypting)} ${decrypting.length > 1 ? 'decrypt' : 'decrypts'}`}`,
          fix: 'Look at them in the repository that they come from.',
        });
      for (const one of cluster.kustomizations) await compare(scene, cluster, cluster.live, one);
    }
  },
};

async function compare(
  scene: KeyScene,
  cluster: SceneCluster,
  live: LiveSide,
  { key, decryption, live: now }: KeyedKustomization,
): Promise<void> {
  if (decryption === null || now === null) return;
  if (isPathOnly(decryption)) return;
  const here = text(decryption.provider, decryption.secret?.name ?? null);
  const there = textOf(now.kustomization.spec.decryption);
  if (here === there) return;
  const { owners, source } = decryption.node.node;
  const parent = owners[0] ?? key;
  const from = fetch(live, cluster.model?.kustomizations.get(parent)?.source ?? source);
  scene.tell(differs, {
    ...{ cluster, kustomizations: [key], place: await decryption.node.place(['spec', 'decryption']) },
    message: `the live Kustomization ${key} has ${there}, the repository ${here}: Flux goes by the live one`,
    fix: `Commit and push what is not there yet, then have ${parent}, which applies it, act now.`,
    mend: [...(from === null ? [] : [from]), reconcile(live, parent)],
  });
}

function textOf(decryption: Decryption | null): string {
  return text(decryption?.provider ?? null, decryption?.secretName ?? null);
}

function text(provider: string | null, secret: string | null): string {
  if (provider === null) return 'no decryption';
  return `decryption with ${provider} and ${secret === null ? 'no secretRef' : `Secret ${secret}`}`;
}
