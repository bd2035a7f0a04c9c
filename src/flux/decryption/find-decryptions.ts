import { isRemoteBase, printableAddress } from '../build/remote.ts';
import { LintCluster } from '../lint/lint-cluster.ts';
import { LintFiles } from '../lint/lint-files.ts';
import type { LintNode } from '../lint/lint-node.ts';
import { namedIn } from '../lint/named-files.ts';
import type { ClusterModel } from '../model/model.ts';
import type { Unknown } from '../unknown.ts';
import type { KustomizationDecryption, SecretRef } from './decryption.ts';
import { decryptionByPatch } from './decryption-by-patch.ts';
import { SealedFiles } from './sealed-files.ts';

/**
 * Finds what each Kustomization of a cluster has encrypted in what its build reads, and would decrypt if it has a
 * provider (kustomize-controller, DecryptSources and DecryptResource). Nothing is opened. `files`: shared with a lint of
 * the same state.
 */
export async function findDecryptions(
  cluster: ClusterModel,
  files: LintFiles = new LintFiles(),
): Promise<readonly KustomizationDecryption[]> {
  const lint = await LintCluster.open(cluster, files);
  const found: KustomizationDecryption[] = [];
  for (const node of lint.nodes) found.push(await decryptionOf(lint, node));
  return found;
}

async function decryptionOf(cluster: LintCluster, node: LintNode): Promise<KustomizationDecryption> {
  const { provider, secret, unknowns } = await settingOf(cluster, node);
  const files = await new SealedFiles(node, provider !== null).find();
  return {
    ...{ cluster: cluster.name, key: node.key, node, provider, secret, ...files },
    unknowns: distinct([
      ...unknowns,
      ...unknownsOf(cluster, node),
      ...(await unread(node)),
      ...(await remoteBases(node)),
    ]),
  };
}

interface Setting {
  readonly provider: string | null;
  readonly secret: SecretRef | null;
  readonly unknowns: readonly Unknown[];
}

async function settingOf(cluster: LintCluster, node: LintNode): Promise<Setting> {
  const { namespace } = node.kustomization;
  const ref = (name: string | null): SecretRef | null => (name === null ? null : { namespace, name });
  const { decryption } = node.spec;
  if (cluster.model.entry.kind === 'path' && node.key === cluster.model.entry.kustomization) {
    const secret = ref(decryption?.secretName ?? null);
    return { provider: decryption?.provider ?? null, secret, unknowns: [onlyAPath(cluster, node)] };
  }
  if (decryption !== null)
    return { provider: decryption.provider, secret: ref(decryption.secretName), unknowns: [] };
  const patched = await decryptionByPatch(cluster, node);
  if (patched === null) return { provider: null, secret: null, unknowns: [] };
  return { provider: patched.provider, secret: ref(patched.secretName), unknowns: [] };
}

function onlyAPath(cluster: LintCluster, node: LintNode): Unknown {
  return {
    reason: 'live',
    subject: node.key,
    message: `no file says what the Kustomization of ${cluster.name} decrypts with, as only its path was named`,
    fix: 'Look at the cluster: kubectl get kustomizations -A -o yaml.',
  };
}

/** Reasons for which a build may read more than the files here say. */
const hiding: ReadonlySet<Unknown['reason']> = new Set([
  'remote-base',
  'opaque-source',
  'no-revision',
  'unreadable',
]);

function unknownsOf(cluster: LintCluster, node: LintNode): readonly Unknown[] {
  const { build } = node.node;
  const content = cluster.sourceOf(node)?.content;
  const opaque = content?.kind === 'opaque' ? [content.why] : [];
  if (build.kind === 'unknown') return [...opaque, ...build.unknowns];
  return build.kind === 'built'
    ? [...opaque, ...build.unknowns.filter(({ reason }) => hiding.has(reason))]
    : opaque;
}

/** kustomize is less strict than sops about what is YAML. */
async function unread(node: LintNode): Promise<readonly Unknown[]> {
  return (await node.reach()).unread.map((path) => ({
    reason: 'unreadable',
    subject: node.key,
    message: `${path} cannot be read, so that it is not known which files it names`,
    fix: `Mend ${path}: sopskit check ${path} says what is wrong with it.`,
  }));
}

/** What was fetched for a build is not looked through. */
async function remoteBases(node: LintNode): Promise<readonly Unknown[]> {
  if (node.node.build.kind === 'unknown') return [];
  return (await node.reach()).kustomizations.flatMap(({ path, data }) =>
    namedIn(data)
      .filter(({ name, role }) => role === 'resource' && isRemoteBase(name))
      .map(
        ({ name }): Unknown => ({
          reason: 'remote-base',
          subject: node.key,
          message: `${path} takes in ${printableAddress(name)}, which is not looked through for encrypted files`,
          fix: 'Copy the base into the repository.',
        }),
      ),
  );
}

function distinct(unknowns: readonly Unknown[]): readonly Unknown[] {
  return [
    ...new Map(unknowns.map((one) => [JSON.stringify([one.reason, one.subject, one.message]), one])).values(),
  ];
}
