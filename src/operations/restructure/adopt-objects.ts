import type { Cluster, ObjectRef } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../../flux/kustomization.ts';
import type { KustomizationNode } from '../../flux/model/model.ts';
import type { AdoptedFile, Adoption } from '../../flux/restructure/adopt.ts';
import { strippedManifest } from '../../flux/restructure/adopt-strip.ts';
import type { Ground } from '../../flux/restructure/ground.ts';
import { join } from '../../flux/restructure/place-path.ts';
import { formatNamed } from '../../formats/registry.ts';
import { whyForeign } from '../../manifests/secret-manifest-import.ts';
import { isSecret } from '../../manifests/secret-values.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';
import { idOfRef } from './adopt-names.ts';
import { sealedFile } from './adopt-seal.ts';
import { inventoryOf, isTerminating, isTrueIn, itemsIn, textIn, textsIn } from './live-object.ts';
import { readKustomizations } from './look-live.ts';

/** Where adopted objects go. */
export interface AdoptionPlace {
  readonly target: KustomizationNode;
  /** From the repository's top. */
  readonly folder: string;
}

/** Live objects that are adopted as they are. */
export interface AdoptedObjects extends Pick<Adoption, 'files' | 'ids' | 'remarks'> {
  /** What the cluster holds, by inventory id. */
  readonly live: ReadonlyMap<string, Mapping>;
  /** What is written, before encryption, by inventory id. */
  readonly plain: ReadonlyMap<string, Mapping>;
}

/**
 * Reads live objects and makes files of them, a file an object; Secrets are encrypted. Throws `cluster.not-found`,
 * `restructure.refused` for what somebody else looks after, `config.*`, `cluster.*`.
 */
export async function readAdopted(
  system: System,
  ground: Ground,
  cluster: Cluster,
  refs: readonly ObjectRef[],
  place: AdoptionPlace,
): Promise<AdoptedObjects> {
  const files: AdoptedFile[] = [];
  const others = await inventories(cluster, keyOf(place.target.kustomization));
  const [live, plain] = [new Map<string, Mapping>(), new Map<string, Mapping>()];
  for (const ref of refs) {
    const object = await cluster.get(ref);
    if (object === null)
      throw new SopskitError('cluster.not-found', `the cluster has no ${shown(ref)}`, {
        hint: 'Look with kubectl get, and name the namespace: -n NAMESPACE.',
      });
    refuseForeign(ref, object, others.get(idOfRef(ref)) ?? null);
    const manifest = strippedManifest({ ...object, entries: withIdentity(object, ref) });
    files.push(await fileOf(system, ground, ref, manifest, place));
    live.set(idOfRef(ref), object);
    plain.set(idOfRef(ref), manifest);
  }
  return { files, ids: [...live.keys()], remarks: [], live, plain };
}

async function fileOf(
  system: System,
  ground: Ground,
  ref: ObjectRef,
  manifest: Mapping,
  { target, folder }: AdoptionPlace,
): Promise<AdoptedFile> {
  const stem = `${ref.kind.toLowerCase()}-${ref.name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`;
  if (isSecret(manifest)) {
    requireDecryption(target);
    if (isKeyOf(target, ref))
      throw refused(
        ref,
        `holds the key that ${target.kustomization.name} decrypts with: it would be locked in itself`,
        'Keep it out of the repository: sopskit keys install puts it into a cluster.',
      );
    return sealedFile(system, ground.snapshot, folder, stem, manifest);
  }
  const bytes = (await formatNamed('yaml')).emit([manifest], { indent: 2 });
  return { path: join(folder, `${stem}.yaml`), bytes };
}

/** Who has an object in its inventory, by id; the Kustomization that is to have it left out. */
export async function inventories(cluster: Cluster, without: string): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const [key, live] of await readKustomizations(cluster))
    if (key !== without) for (const id of inventoryOf(live).keys()) owners.set(id, key);
  return owners;
}

function isKeyOf({ kustomization }: KustomizationNode, { namespace, name }: ObjectRef): boolean {
  return namespace === kustomization.namespace && name === kustomization.spec.decryption?.secretName;
}

/** A Kustomization without decryption fails at an encrypted Secret, or stores its ciphertext. */
export function requireDecryption({ kustomization }: KustomizationNode): void {
  if (kustomization.spec.decryption !== null) return;
  throw new SopskitError(
    'restructure.refused',
    `${kustomization.name} has no spec.decryption, so it could not open the encrypted Secret`,
    {
      hint: 'Give it decryption (provider: sops, secretRef: sops-age) first, or choose another: --into NAME.',
    },
  );
}

/** Items of some APIs come without their kind. */
function withIdentity(object: Mapping, { apiVersion, kind }: ObjectRef): Mapping['entries'] {
  const rest = object.entries.filter(
    (entry) => entry.kind !== 'entry' || (entry.key !== 'apiVersion' && entry.key !== 'kind'),
  );
  return [
    { kind: 'entry', key: 'apiVersion', value: { kind: 'string', value: apiVersion } },
    { kind: 'entry', key: 'kind', value: { kind: 'string', value: kind } },
    ...rest,
  ];
}

/** What somebody else makes anew, or owns, is no manifest of one's own. */
function refuseForeign(ref: ObjectRef, object: Mapping, owner: string | null): void {
  if (owner !== null)
    throw refused(ref, `belongs to the Kustomization ${owner}`, 'To move it: sopskit restructure move.');
  const release = textsIn(object, ['metadata', 'annotations']).get('meta.helm.sh/release-name');
  if (release !== undefined)
    throw refused(
      ref,
      `belongs to the Helm release ${release}`,
      `Adopt the release: sopskit restructure adopt HelmRelease/${release}.`,
    );
  const controller = itemsIn(object, ['metadata', 'ownerReferences']).find((one) =>
    isTrueIn(one, ['controller']),
  );
  if (controller !== undefined)
    throw refused(
      ref,
      `is made by ${textIn(controller, ['kind'])} ${textIn(controller, ['name'])}`,
      'Adopt that one.',
    );
  if (isTerminating(object))
    throw refused(ref, 'is being deleted', 'Wait until it is gone, or make it anew.');
  const foreign = ref.kind === 'Secret' ? whyForeign(textIn(object, ['type']) || null) : null;
  if (foreign !== null)
    throw refused(ref, `is not one for a repository: ${foreign}`, 'Leave it where it is.');
}

function refused(ref: ObjectRef, why: string, hint: string): SopskitError {
  return new SopskitError('restructure.refused', `${shown(ref)} ${why}`, { hint });
}

function shown({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
