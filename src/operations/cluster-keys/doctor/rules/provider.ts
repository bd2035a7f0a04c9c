import type { RuleInfo } from '../../../../findings/finding.ts';
import type { LintNode } from '../../../../flux/lint/lint-node.ts';
import { mappingAt } from '../../../../flux/lint/lint-object.ts';
import { textAt } from '../../../../manifests/kubernetes-object.ts';
import type { KeyRule } from '../key-rule.ts';
import { isPathOnly } from '../keyed-kustomizations.ts';
import { opensIn } from '../opened.ts';
import { type KeyedKustomization, type KeyScene, type SceneCluster, secretText } from '../scene.ts';

const provider: RuleInfo = {
  code: 'cluster-key.provider',
  level: 'error',
  title: 'spec.decryption without a provider that there is',
  about:
    'The only provider is sops. Without it, also where the controller has a Secret of its own, the API server refuses the Kustomization, and its parent then applies nothing. Write provider: sops.',
};
const noSecret: RuleInfo = {
  code: 'cluster-key.no-secret',
  level: 'error',
  title: 'decryption without a Secret to take the key from',
  about:
    'spec.decryption has no secretRef, and kustomize-controller is not started with --sops-age-secret: it has no key. Every encrypted file of the Kustomization fails with "cannot get sops data key". Name the Secret in secretRef.',
};

/** What `spec.decryption` itself lacks. */
export const providerRule: KeyRule = {
  infos: [provider, noSecret],
  async look(scene) {
    for (const cluster of scene.clusters) {
      for (const one of cluster.kustomizations) await lookAtSecret(scene, cluster, one);
      const lint = scene.repository?.lint.clusters.find(({ model }) => model === cluster.model);
      for (const node of lint?.nodes ?? []) await lookAtWritten(scene, cluster, node);
    }
  },
};

/** In the files: what is wrong in them is no valid Kustomization, and in no model. */
async function lookAtWritten(scene: KeyScene, cluster: SceneCluster, node: LintNode): Promise<void> {
  for (const { object, file, lineOffset } of await node.written()) {
    if (object.kind !== 'Kustomization' || !object.apiVersion.startsWith('kustomize.toolkit.fluxcd.io/'))
      continue;
    const decryption = mappingAt(mappingAt(object.manifest, 'spec'), 'decryption');
    const name = decryption === null ? 'sops' : textAt(decryption, 'provider');
    if (name === 'sops' || name.includes('${')) continue;
    const line = decryption?.line ?? object.manifest.line;
    const what =
      name === '' ? 'has no provider' : `has the provider ${JSON.stringify(name)}, which there is not`;
    scene.tell(provider, {
      cluster,
      kustomizations: [node.key],
      place: { file: file.path, ...(line === undefined ? {} : { line: line + lineOffset }) },
      message: `spec.decryption of Kustomization ${object.name} ${what}: the API server refuses it, and ${node.key} applies nothing`,
      fix: 'Write provider: sops into spec.decryption, commit and push.',
    });
  }
}

async function lookAtSecret(scene: KeyScene, cluster: SceneCluster, one: KeyedKustomization): Promise<void> {
  const { key, provider: name, secret, decryption, live: now } = one;
  if (name === null || secret !== null) return;
  if (decryption !== null && now === null && isPathOnly(decryption)) return;
  const { controller } = cluster;
  const place = await decryption?.node.place(['spec', 'decryption']);
  const files = decryption?.sealed.length ?? 0;
  const isKnown = controller !== null;
  scene.tell(noSecret, {
    ...{ cluster, kustomizations: [key] },
    ...(place === undefined ? {} : { place }),
    level: isKnown ? (files > 0 ? 'error' : 'warning') : 'note',
    message: isKnown
      ? `Kustomization ${key} has no decryption.secretRef, and kustomize-controller no --sops-age-secret: ${files > 0 ? 'there is no key for its encrypted files' : 'it could decrypt nothing'}`
      : `Kustomization ${key} has no decryption.secretRef: it decrypts only where kustomize-controller is started with --sops-age-secret, which the repository does not say`,
    fix: `Add secretRef: {name: ${nameFor(cluster, one)}} to its spec.decryption, commit and push.`,
  });
}

/**
 * Of the Secrets that others in its namespace refer to, the one that opens its files, that is there, that most refer to;
 * where there is none, the usual name.
 */
function nameFor(cluster: SceneCluster, one: KeyedKustomization): string {
  const { live } = cluster;
  const namespace = one.key.slice(0, one.key.indexOf('/'));
  const refs = cluster.kustomizations
    .flatMap(({ secret, global }) => (secret === null || global ? [] : [secret]))
    .filter((ref) => ref.namespace === namespace);
  const counts = new Map<string, number>();
  for (const { name } of refs) counts.set(name, (counts.get(name) ?? 0) + 1);
  const worth = (name: string): number => {
    const ref = { namespace, name };
    const isThere = live?.secrets.get(secretText(ref))?.kind === 'found';
    const opensAll = (one.decryption?.sealed ?? []).every((file) =>
      opensIn({ ...one, secret: ref }, live, file),
    );
    return (isThere && opensAll ? 2_000 : isThere ? 1_000 : 0) + (counts.get(name) ?? 0);
  };
  const isMissing = (name: string): boolean =>
    live?.secrets.get(secretText({ namespace, name }))?.kind === 'missing';
  const [best] = [...counts.keys()].filter((name) => !isMissing(name)).sort((a, b) => worth(b) - worth(a));
  return best ?? 'sops-age';
}
