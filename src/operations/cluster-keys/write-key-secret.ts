import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import type { Secret } from '../../secret/secret.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { type ReadyNamespace, readyNamespace } from './key-namespace.ts';
import type { KeySecret } from './key-secret.ts';
import { keyManager, keySecretManifest, lastApplied, notThereVersion } from './key-secret-manifest.ts';
import { keySecretOf, readKeySecret, secretKind } from './read-key-secret.ts';
import { refuseUntouchable, unreadBack, withForceHint } from './write-refusal.ts';

/** What becomes of the entries of a Secret's `data`. All that is not named stays. */
export interface KeySecretChange {
  readonly put: ReadonlyMap<string, Secret>;
  readonly remove: readonly string[];
}

export interface ChangeOptions {
  /** Asks the server what it would do; a Secret in a namespace that is yet to be made is only thought of. */
  readonly dryRun: boolean;
  readonly createNamespace: boolean;
  readonly forceConflicts: boolean;
  /** Whether new entries may stand beside what a Kustomization of Flux applies from git. Default: no. */
  readonly beside?: boolean;
}

/** How often, and how far apart in milliseconds, the Secret is read back until it is what was written. */
const readings = 4;
const pauseMs = 250;

/**
 * Changes a Secret of keys, or makes it: what is put by server-side apply (field manager `sopskit`), what is removed,
 * and what `kubectl apply` left of the keys in an annotation, by a merge patch; both only onto what `before` was (a
 * Secret that was not there is made, and never written over). Then it is read back and compared. Throws
 * `cluster-key.refused` for one that is immutable, or that another program keeps (but `beside`), for a namespace that is not
 * there or being deleted, and where the server has something else afterwards; `cluster.conflict` for entries of another
 * field manager; `cluster.changed` where somebody wrote meanwhile; `cluster.uncertain` where it is not known what was
 * written; `cluster.*`.
 */
export async function changeKeySecret(
  cluster: Cluster,
  ref: SecretRef,
  before: KeySecret | null,
  change: KeySecretChange,
  options: ChangeOptions,
): Promise<KeySecret> {
  refuseUntouchable(cluster, ref, before, options.beside === true && isAdding(before, change));
  const place = await readyNamespace(cluster, ref, options);
  const applied = isApplied(before, change)
    ? await apply(cluster, ref, before, change, { ...options, place })
    : (before?.manifest ?? null);
  const written = await keySecretOf(applied ?? mappingOf([]), null);
  const patch = patchFor(before, change, written);
  const after = patch === null ? written : await take(cluster, ref, patch, options);
  if (options.dryRun) return after;
  return await readBack(cluster, ref, change);
}

function isAdding(before: KeySecret | null, { put, remove }: KeySecretChange): boolean {
  return remove.length === 0 && !(before?.entries ?? []).some(({ name }) => put.has(name));
}

/** A change that only removes needs no apply; one that is none at all sees to the label. */
function isApplied(before: KeySecret | null, { put, remove }: KeySecretChange): boolean {
  return before === null || put.size > 0 || remove.length === 0;
}

async function apply(
  cluster: Cluster,
  ref: SecretRef,
  before: KeySecret | null,
  { put, remove }: KeySecretChange,
  { dryRun, forceConflicts, place }: ChangeOptions & { readonly place: ReadyNamespace | null },
): Promise<Mapping> {
  // what this manager has applied before and does not repeat, an apply takes away
  const kept = (before?.entries ?? []).filter(
    ({ name }) => before?.managers.get(name)?.includes(keyManager) === true && !remove.includes(name),
  );
  const data = new Map([...kept.map(({ name, value }) => [name, value] as const), ...put]);
  const manifest = keySecretManifest(ref, data, before?.resourceVersion ?? notThereVersion);
  if (place === null) return manifest;
  try {
    return await cluster.apply(manifest, { fieldManager: keyManager, dryRun, force: forceConflicts });
  } catch (error) {
    const isNowhere = error instanceof SopskitError && error.code === 'cluster.not-found';
    throw isNowhere && place.denied !== undefined ? place.denied : withForceHint(error, ref);
  }
}

/** What a merge patch has to take away; `null`: nothing. */
function patchFor(before: KeySecret | null, { remove }: KeySecretChange, written: KeySecret): Mapping | null {
  const gone = remove.filter((name) => written.entries.some((entry) => entry.name === name));
  const leaked = before?.leaked === true || written.leaked;
  if (gone.length === 0 && !leaked) return null;
  const nothing: Value = { kind: 'null' };
  const annotations = leaked ? mappingOf([[lastApplied, nothing]]) : undefined;
  const metadata = mappingOf([
    ['resourceVersion', stringOf(written.resourceVersion)],
    ['annotations', annotations],
  ]);
  const data = gone.length === 0 ? undefined : mappingOf(gone.map((name) => [name, nothing]));
  return mappingOf([
    ['metadata', metadata],
    ['data', data],
  ]);
}

async function take(
  cluster: Cluster,
  ref: SecretRef,
  patch: Mapping,
  { dryRun }: ChangeOptions,
): Promise<KeySecret> {
  const options = { fieldManager: keyManager, dryRun };
  return await keySecretOf(await cluster.patch({ ...secretKind, ...ref }, patch, options), null);
}

/** Asks for what the server has now, a few times where a program between changes it back or forth. */
async function readBack(cluster: Cluster, ref: SecretRef, change: KeySecretChange): Promise<KeySecret> {
  let differs = '';
  for (let reading = 1; reading <= readings; reading++) {
    const found = await readAgain(cluster, ref);
    const difference = found === null ? 'it is not there' : differenceOf(found, change);
    if (found !== null && difference === null) return found;
    differs = difference ?? '';
    if (reading < readings) await sleep(pauseMs);
  }
  throw new SopskitError(
    'cluster-key.refused',
    `Secret ${ref.namespace}/${ref.name} was written, and the server of context ${cluster.context} has something else: ${differs}`,
    {
      hint: `Something in the cluster writes it anew, or a webhook changes it: kubectl${cluster.flags} get secret ${ref.name} -n ${ref.namespace} --show-managed-fields -o jsonpath='{.metadata.managedFields}' shows who.`,
    },
  );
}

async function readAgain(cluster: Cluster, ref: SecretRef): Promise<KeySecret | null> {
  try {
    return await readKeySecret(cluster, ref, null);
  } catch (error) {
    throw unreadBack(cluster, ref, error);
  }
}

/** What is not as it was written, without any value; `null`: all is. */
function differenceOf(found: KeySecret, { put, remove }: KeySecretChange): string | null {
  for (const [name, value] of put) {
    const entry = found.entries.find((one) => one.name === name);
    if (entry === undefined) return `it has no entry ${name}`;
    if (!isSame(entry.value, value)) return `its entry ${name} is another`;
  }
  const left = remove.find((name) => found.entries.some((one) => one.name === name));
  if (left !== undefined) return `its entry ${left} is there still`;
  return found.leaked ? `the keys stand in the annotation ${lastApplied}` : null;
}

function isSame(one: Secret, other: Secret): boolean {
  return one.lend((a) => other.lend((b) => Buffer.compare(a, b) === 0));
}
