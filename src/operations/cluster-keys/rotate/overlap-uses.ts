import type {
  KustomizationDecryption,
  SealedFileUse,
  SecretRef,
} from '../../../flux/decryption/decryption.ts';
import { keyOf } from '../../../flux/kustomization.ts';
import type { BoundCluster, FluxController } from '../bound-cluster.ts';
import { holdsRecipients } from '../holds.ts';
import type { Holds } from '../key-secret.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';

/** A Secret that Kustomizations decrypt with, and what that has to do with a rotation. */
export interface SecretUse {
  readonly ref: SecretRef;
  readonly global: boolean;
  readonly kustomizations: readonly string[];
  /** Files that the rotation touches, and that are decrypted with it; empty: it is not known that there are any. */
  readonly affected: readonly SealedFileUse[];
}

/** Whether a file names the old or the new recipient. */
export function isAffected(recipients: readonly (string | null)[]): (file: SealedFileUse) => boolean {
  const holds: Holds = holdsRecipients(recipients.filter((one) => one !== null));
  return ({ metadata }) => metadata.keyGroups.some((group) => group.some(holds));
}

/**
 * Lists the Secrets of a cluster that Kustomizations decrypt with: those that the repository names, and those that live
 * Kustomizations name. A Kustomization of the controller's own Secret counts for that; where there is none that can be
 * told, its key is in `without`.
 */
export function secretUses(
  { bound, decryptions }: DecryptingCluster,
  affects: (file: SealedFileUse) => boolean,
  isForeign: (live: string) => boolean,
): { readonly uses: readonly SecretUse[]; readonly without: readonly KustomizationDecryption[] } {
  const found = new Map<string, Writable>();
  const without: KustomizationDecryption[] = [];
  const own = decryptions.filter(({ cluster }) => bound.model === null || cluster === bound.model.name);
  for (const one of own.filter(({ provider }) => provider === 'sops')) {
    const affected = one.sealed.filter(affects);
    const refs = [one.secret ?? ownSecret(bound.controller), liveSecret(bound, one.key)];
    if (affected.length > 0 && refs.every((ref) => ref === null)) without.push(one);
    for (const ref of refs) if (ref !== null) note(found, ref, one.secret === null, one.key, affected);
  }
  const modelled = new Set(own.filter(({ provider }) => provider === 'sops').map(({ key }) => key));
  for (const key of bound.live.keys()) {
    const ref = modelled.has(key) || isForeign(key) ? null : liveSecret(bound, key);
    if (ref !== null)
      note(found, ref, bound.live.get(key)?.kustomization.spec.decryption?.secretName === null, key, []);
  }
  return { uses: [...found.values()], without };
}

interface Writable extends SecretUse {
  readonly kustomizations: string[];
  readonly affected: SealedFileUse[];
}

function note(
  found: Map<string, Writable>,
  ref: SecretRef,
  global: boolean,
  kustomization: string,
  affected: readonly SealedFileUse[],
): void {
  const key = `${ref.namespace}/${ref.name} ${global}`;
  const use = found.get(key) ?? { ref, global, kustomizations: [], affected: [] };
  found.set(key, use);
  if (!use.kustomizations.includes(kustomization)) use.kustomizations.push(kustomization);
  for (const file of affected)
    if (!use.affected.some(({ path }) => path === file.path)) use.affected.push(file);
}

function liveSecret({ live, controller }: BoundCluster, key: string): SecretRef | null {
  const kustomization = live.get(key)?.kustomization;
  const decryption = kustomization?.spec.decryption;
  if (kustomization === undefined || decryption == null) return null;
  if (decryption.secretName === null) return ownSecret(controller);
  return { namespace: keyOf(kustomization).split('/')[0] ?? '', name: decryption.secretName };
}

function ownSecret(controller: FluxController | null): SecretRef | null {
  if (controller?.sopsAgeSecret == null) return null;
  return { namespace: controller.namespace, name: controller.sopsAgeSecret };
}
