import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { HeldKey, KeySecret } from '../key-secret.ts';
import type { LiveSide, SceneCluster } from './scene.ts';

/*
 * Commands that mend, written so that they can be pasted: they name the context, and hold no placeholder.
 */

export function kubectl({ cluster }: LiveSide, args: string): string {
  return `kubectl${cluster.flags} ${args}`;
}

/** `sopskit keys install` into one Secret. `more`: further flags. */
export function install(cluster: SceneCluster, ref: SecretRef, more: readonly string[] = []): string {
  return ['sopskit keys install', whereOf(cluster, ref), ...more.map((flag) => ` ${flag}`)].join('');
}

/** `sopskit keys retire` out of one Secret; it asks before it removes. */
export function retire(cluster: SceneCluster, ref: SecretRef, recipient: string): string {
  return `sopskit keys retire ${recipient}${whereOf(cluster, ref)}`;
}

/** What the live Kustomizations tell need not be said. */
function whereOf({ name, live, model }: SceneCluster, { namespace, name: secret }: SecretRef): string {
  const chosen = model === null || live?.bound.by === 'live' ? '' : ` --cluster ${word(name)}`;
  return `${live?.cluster.flags ?? ''}${chosen} -n ${namespace} --secret-name ${secret}`;
}

/** Gives an entry another name, on the server: the key goes through no other hands. */
export function renameEntry(live: LiveSide, ref: SecretRef, from: string, to: string): string {
  return patchEntries(live, ref, [{ op: 'move', from: `/data/${from}`, path: `/data/${to}` }]);
}

export function removeEntry(live: LiveSide, ref: SecretRef, entry: string): string {
  return patchEntries(live, ref, [{ op: 'remove', path: `/data/${entry}` }]);
}

/** Takes a private key out of a Secret: an age identity by `keys retire`; a PGP key with its entry, where it is alone in it. */
export function takeOut(
  cluster: SceneCluster,
  live: LiveSide,
  { ref, entries }: KeySecret,
  key: HeldKey,
): readonly string[] {
  if (key.kind !== 'pgp') return [retire(cluster, ref, key.recipient ?? '')];
  const entry = entries.find(({ holds }) => holds.includes(key));
  const isAlone = entry?.holds.every((one) => one === key || one.unusable !== null) === true;
  return entry !== undefined && isAlone ? [removeEntry(live, ref, entry.name)] : [];
}

function patchEntries(live: LiveSide, { namespace, name }: SecretRef, patch: readonly object[]): string {
  return kubectl(live, `patch secret ${name} -n ${namespace} --type=json -p ${word(JSON.stringify(patch))}`);
}

/** Has a Kustomization act now; under this field manager its parent leaves the annotation alone. */
export function reconcile(live: LiveSide, key: string): string {
  return poke(live, 'kustomizations.kustomize.toolkit.fluxcd.io', key);
}

/** The same of a source: `GitRepository/namespace/name`. */
export function fetch(live: LiveSide, source: string): string | null {
  const [kind = '', namespace = '', name = ''] = source.split('/');
  const plural = /y$/.test(kind) ? kind.replace(/y$/, 'ies') : `${kind}s`;
  if (name === '') return null;
  return poke(live, `${plural.toLowerCase()}.source.toolkit.fluxcd.io`, `${namespace}/${name}`);
}

function poke(live: LiveSide, resource: string, key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return kubectl(
    live,
    `annotate ${resource} ${name} -n ${namespace} --overwrite --field-manager=flux-client-side-apply reconcile.fluxcd.io/requestedAt="$(date +%s)"`,
  );
}

/** A text as one word of a POSIX shell. */
export function word(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
