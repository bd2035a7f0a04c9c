import { SopskitError } from '../../errors/sopskit-error.ts';
import type { BuiltObject } from '../../flux/build/build.ts';
import { annotationsOf } from '../../flux/build/object-fields.ts';
import type { LintCluster } from '../../flux/lint/lint-cluster.ts';
import type { LintNode } from '../../flux/lint/lint-node.ts';
import { fromBuild } from '../../flux/lint/lint-object.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';
import { checkName, checkNamespace } from '../../manifests/secret-manifest-rules.ts';
import { printablePath } from '../../system/path-text.ts';
import { entriesOf, mappingOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { namesOnly } from './names-only.ts';
import { looksSealedFile, looksSealedText } from './sealed-text.ts';
import { filesOf } from './secret-files.ts';
import { agreedSecret, type StoredSecret, storedSecret, withoutValues } from './stored-secret.ts';
import type { Unlooked, WantedSecret, WantedSecrets } from './wanted-secret.ts';

/** What is to be compared; `null`: everything. Paths are from the repository's top. */
export type Chosen = ReadonlySet<string> | null;

/** Lists the Secrets that the Kustomizations of a cluster build, of the chosen files. `live`: the cluster's own. */
export async function secretsOfCluster(
  cluster: LintCluster,
  chosen: Chosen,
  live: ReadonlyMap<string, LiveKustomization>,
): Promise<WantedSecrets> {
  const wanted: WantedSecret[] = [];
  const unlooked: Unlooked[] = [];
  const passedOver: string[] = [];
  for (const node of cluster.nodes) {
    if (chosen !== null && !(await readsAny(node, chosen))) continue;
    const why = notHere(cluster, node);
    if (why !== null) passedOver.push(why);
    else if (node.node.build.kind !== 'built') {
      unlooked.push(...notBuilt(node));
      wanted.push(...(await namesOnly(node, live, chosen)));
    } else {
      for (const object of node.node.build.objects) {
        const found = isSecret(object) ? await secretOf(node, object, chosen) : null;
        if (found === null) continue;
        if ('why' in found) unlooked.push(found);
        else wanted.push(found);
      }
    }
  }
  return { wanted, unlooked, passedOver };
}

/** Whether a Kustomization's build reads one of the files. */
export async function readsAny(node: LintNode, chosen: ReadonlySet<string>): Promise<boolean> {
  const { files, kustomizations } = await node.reach();
  return [...files, ...kustomizations].some(({ path }) => chosen.has(path));
}

/** Why a Kustomization's Secrets are none of this repository, or of this cluster; `null`: they are. */
export function notHere(cluster: LintCluster, node: LintNode): string | null {
  if (node.spec.remoteCluster)
    return `Kustomization ${node.key} is for another cluster (spec.kubeConfig): its Secrets are not compared`;
  const source = cluster.sourceOf(node);
  if (source === null || source.manifest === null || source.content.kind !== 'opaque') return null;
  if (source.content.why.reason !== 'opaque-source') return null;
  return `Kustomization ${node.key} takes its files from elsewhere (${source.kind} ${source.namespace}/${source.name}): its Secrets are not compared`;
}

function notBuilt({ key, node: { build } }: LintNode): readonly Unlooked[] {
  const what = `Kustomization ${key}`;
  if (build.kind === 'failed') return [{ what, why: `it fails: ${build.message}`, fix: build.fix }];
  if (build.kind !== 'unknown') return [];
  // where its parent cannot be built, nothing of its own is known
  if (build.unknowns.length === 0) return [{ what, why: 'what applies it cannot be built here', fix: '' }];
  return build.unknowns.map(({ message, fix }) => ({ what, why: message, fix }));
}

function isSecret({ identity: { kind, group } }: BuiltObject): boolean {
  return kind === 'Secret' && group === '';
}

async function secretOf(
  node: LintNode,
  object: BuiltObject,
  chosen: Chosen,
): Promise<WantedSecret | Unlooked | null> {
  const files = await filesOf(node, fromBuild(object));
  if (chosen !== null && ![...files.all].some((file) => chosen.has(file))) return null;
  const { namespace, name } = object.identity;
  const problem = problemOfName({ namespace, name });
  if (problem !== null) return { what: `Secret ${printablePath(`${namespace}/${name}`)}`, ...problem };
  return {
    ref: { namespace, name },
    secret: storedOf(node, object),
    kustomization: node.key,
    file: files.place,
    files: files.all,
    generated: files.generated,
    ...(isDisabled(object.manifest) && { sealed: true }),
    notes: notesOf(object),
  };
}

/** A name that no API server has cannot be asked for. */
export function problemOfName({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): Omit<Unlooked, 'what'> | null {
  try {
    checkName(name);
    checkNamespace(namespace);
    return null;
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return { why: error.message, fix: error.hint ?? '' };
  }
}

function storedOf(node: LintNode, object: BuiltObject): StoredSecret {
  const one = storedManifest(node, object.manifest);
  if (node.kustomization.alternative !== undefined) return withoutValues(one);
  return object.alternative === undefined ? one : agreedSecret(one, storedManifest(node, object.alternative));
}

/** Of what could not be opened here the values are not known; where nothing is decrypted, ciphertext is the value. */
function storedManifest(node: LintNode, manifest: Mapping): StoredSecret {
  if (!node.decrypts || isDisabled(manifest)) return storedSecret(manifest);
  const plain = withoutDotenvMetadata(manifest);
  const isSealed = plain !== manifest || valueAt(manifest, 'sops') !== undefined;
  return storedSecret(plain, (text) => looksSealedFile(text) && (isSealed || !looksSealedText(text)));
}

function isDisabled(manifest: Mapping): boolean {
  const setting = annotationsOf(manifest).get('kustomize.toolkit.fluxcd.io/decrypt');
  return setting?.toLowerCase() === 'disabled';
}

/** An encrypted dotenv file that could not be opened gives a generated Secret keys for its metadata. */
function withoutDotenvMetadata(manifest: Mapping): Mapping {
  const data = valueAt(manifest, 'data');
  if (data?.kind !== 'mapping' || valueAt(data, 'sops_mac') === undefined) return manifest;
  const own: Mapping = {
    kind: 'mapping',
    entries: entriesOf(data).filter(({ key }) => !String(key).startsWith('sops_')),
  };
  return mappingOf(entriesOf(manifest).map(({ key, value }) => [String(key), key === 'data' ? own : value]));
}

function notesOf(object: BuiltObject): readonly string[] {
  const sealed = isDisabled(object.manifest)
    ? ['Flux 1.8 and later does not decrypt it (kustomize.toolkit.fluxcd.io/decrypt: disabled)']
    : [];
  return [...sealed, ...settingNotes(object)];
}

function settingNotes({ annotations, labels }: BuiltObject): readonly string[] {
  const setting = (name: string): string | undefined => {
    const key = `kustomize.toolkit.fluxcd.io/${name}`;
    return (annotations.get(key) ?? labels.get(key))?.toLowerCase();
  };
  const [ssa, reconcile] = [setting('ssa'), setting('reconcile')];
  if (reconcile === 'disabled')
    return ['Flux leaves it alone (kustomize.toolkit.fluxcd.io/reconcile: disabled)'];
  if (ssa === 'ifnotpresent' || ssa === 'ignore')
    return [`Flux does not change it once it is there (kustomize.toolkit.fluxcd.io/ssa: ${ssa})`];
  return ssa === 'merge'
    ? ['Flux keeps what others put into it (kustomize.toolkit.fluxcd.io/ssa: merge)']
    : [];
}
