import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, flagIn, textMapIn } from '../../cluster/fields.ts';
import type { Mapping } from '../../tree/value.ts';
import { type LiveSecret, type LiveSecretRef, readLiveSecrets } from '../live-secrets/read-live-secrets.ts';
import { controllerManager, managersOf } from '../live-state.ts';
import { compareSecret, type Difference, type Surplus } from './compare-secret.ts';
import { type ComparedSecret, stateOf } from './compared.ts';
import { storedSecret } from './stored-secret.ts';
import type { Unlooked, WantedSecret } from './wanted-secret.ts';

/** A Secret in the inventory of a Kustomization that the repository has, and in none of its builds. */
export interface ExtraSecret extends LiveSecretRef {
  readonly kustomization: string;
}

export interface ComparedAll {
  readonly secrets: readonly ComparedSecret[];
  readonly unlooked: readonly Unlooked[];
}

/** Reads the live Secrets and compares each with the repository's. Throws `cluster.*`; `cluster.denied` where none may be read. */
export async function compareAll(
  cluster: Cluster,
  wanted: readonly WantedSecret[],
  extras: readonly ExtraSecret[],
): Promise<ComparedAll> {
  const refs = [...wanted.map(({ ref }) => ref), ...extras];
  const live = await readLiveSecrets(cluster, refs);
  refuseNone([...live.values()]);
  const unlooked: Unlooked[] = [];
  const paired = new Set<ExtraSecret>();
  const secrets = wanted.flatMap((one): ComparedSecret[] => {
    const found = live.get(one.ref) ?? { kind: 'absent' };
    if (found.kind === 'denied') {
      unlooked.push(unread(one.ref, found));
      return [];
    }
    if (found.kind === 'there') return [compareOne(one, found.manifest, null)];
    const earlier = extras.filter((extra) => isEarlier(one, extra) && live.get(extra)?.kind === 'there');
    const [extra] = earlier.length === 1 ? earlier : [];
    const manifest = extra === undefined ? undefined : live.get(extra);
    if (extra === undefined || manifest?.kind !== 'there') return [missing(one)];
    paired.add(extra);
    return [compareOne(one, manifest.manifest, extra.name)];
  });
  for (const extra of extras) {
    const found = live.get(extra) ?? { kind: 'absent' };
    if (found.kind === 'denied') unlooked.push(unread(extra, found));
    if (found.kind === 'there' && !paired.has(extra)) secrets.push(surplusSecret(extra));
  }
  return { secrets, unlooked };
}

/** Where none may be read, the first answer says it all. */
function refuseNone(found: readonly LiveSecret[]): void {
  const [first] = found;
  if (first?.kind === 'denied' && found.every(({ kind }) => kind === 'denied')) throw first.error;
}

function unread({ namespace, name }: LiveSecretRef, { error }: LiveSecret & { kind: 'denied' }): Unlooked {
  return { what: `Secret ${namespace}/${name}`, why: error.message, fix: error.hint ?? '' };
}

/** How kustomize ends the name of what it generates: ten characters of a hash. */
const hashEnd = /-[2456789bcdfghkmt]{10}$/;

/** Whether a Secret of the inventory is what the same generator made before. */
export function isEarlier({ ref, kustomization, generated }: WantedSecret, extra: ExtraSecret): boolean {
  const isSame = extra.kustomization === kustomization && extra.namespace === ref.namespace;
  if (!generated || !isSame || !hashEnd.test(ref.name) || !hashEnd.test(extra.name)) return false;
  return ref.name.replace(hashEnd, '') === extra.name.replace(hashEnd, '');
}

function compareOne(one: WantedSecret, manifest: Mapping, liveName: string | null): ComparedSecret {
  const { ref, kustomization, file, secret } = one;
  const surplus = kustomization === null || one.byName === true ? noSurplus : surplusOf(manifest);
  const differences = compareSecret(secret, storedSecret(manifest), surplus, one.sealed === true);
  const state = stateOf(differences);
  const isChanged = state !== 'same';
  return {
    ...{ ref, kustomization, file, liveName, differences },
    state: liveName === null || state === 'different' ? state : 'different',
    notes: [...(isChanged ? one.notes : []), ...liveNotes(manifest, differences)],
  };
}

function missing({ ref, kustomization, file, notes }: WantedSecret): ComparedSecret {
  return { ref, kustomization, file, state: 'missing', liveName: null, differences: [], notes };
}

function surplusSecret({ namespace, name, kustomization }: ExtraSecret): ComparedSecret {
  return {
    ref: { namespace, name },
    ...{ kustomization, file: null, state: 'extra', liveName: null, differences: [], notes: [] },
  };
}

const noSurplus: Surplus = { labels: new Set(), annotations: new Set() };

/** Labels and annotations that kustomize-controller wrote: what it has no more, it takes away. Others' stay. */
function surplusOf(manifest: Mapping): Surplus {
  const ours = (field: 'labels' | 'annotations'): ReadonlySet<string> =>
    new Set(
      [...textMapIn(manifest, 'metadata', field).keys()].filter((key) =>
        managersOf(manifest, 'f:metadata', `f:${field}`, `f:${key}`).includes(controllerManager),
      ),
    );
  return { labels: ours('labels'), annotations: ours('annotations') };
}

function liveNotes(manifest: Mapping, differences: readonly Difference[]): readonly string[] {
  const notes: string[] = [];
  if (fieldIn(manifest, 'metadata', 'deletionTimestamp') !== undefined)
    notes.push('it is being deleted in the cluster');
  const isChanged = (field: Difference['field']): boolean =>
    differences.some((one) => one.field === field && one.change !== 'unknown');
  if (flagIn(manifest, 'immutable') && (isChanged('data') || isChanged('immutable')))
    notes.push('it is immutable in the cluster: to change it, it has to be deleted first');
  if (isChanged('type')) notes.push('the type of a Secret cannot be changed: it has to be deleted first');
  return notes;
}
