import { textAt } from '../../manifests/kubernetes-object.ts';
import type { BuiltObject } from '../build/build.ts';
import { keyOf } from '../kustomization.ts';
import { type ObjectId, parseId, showObject } from '../object-id.ts';
import { definedKind, isHelmRelease, isMaker, isNamespace, mappingAt } from './cluster-objects.ts';
import type { Fate } from './fate.ts';
import { isSuspended, releaseName } from './helm-release.ts';
import type { Fall } from './plan.ts';
import { type ObjectKey, partsOf } from './state.ts';
import type { Threat } from './threat.ts';
import type { Verdict } from './verdict.ts';

/** Finds what else goes when an object goes. */
export function fallsOf(verdict: Verdict, fate: Fate): readonly Fall[] {
  const known = fate.before ?? fate.after ?? verdict.objects.get(fate.key) ?? null;
  if (fate.release !== null && known !== null) return [uninstall(known)];
  if (fate.risk === 'none') return [];
  const identity = parseId(partsOf(fate.key).id);
  return [
    ...contentOf(verdict, fate, identity),
    ...definedOf(verdict, fate, identity, known),
    ...(isHelmRelease(identity) && mayUninstall(verdict, fate) ? [uninstall(known, identity)] : []),
    ...inventoryOf(verdict, identity),
    ...dataOf(identity, known),
    ...madeOf(identity),
  ];
}

/** Whether some form of a HelmRelease that may be live is not suspended. */
function mayUninstall(verdict: Verdict, { key, before, after }: Fate): boolean {
  const known = [before, after, verdict.objects.get(key) ?? null].filter((object) => object !== null);
  return known.length === 0 || known.some((object) => !isSuspended(object));
}

function uninstall(object: BuiltObject | null, identity: ObjectId | undefined = object?.identity): Fall {
  const release = object === null ? (identity?.name ?? '') : releaseName(object);
  return {
    kind: 'helm-uninstall',
    message: `helm-controller uninstalls the release \`${release}\`, with all that its chart installed`,
    ids: [],
  };
}

function contentOf(verdict: Verdict, { key }: Fate, identity: ObjectId): Fall[] {
  if (!isNamespace(identity)) return [];
  const ids = fallenBy(verdict, (threat) => threat.by === 'namespace' && threat.via === key);
  const stores = ids.filter((id) => parseId(id).kind === 'PersistentVolumeClaim');
  const all: Fall = {
    kind: 'namespace-content',
    message: `everything in ${showObject(identity)}, whoever owns it: ${objects(ids.length)} of this repository, and all others`,
    ids,
  };
  return stores.length === 0
    ? [all]
    : [
        all,
        { kind: 'data', message: `the data of ${stores.length} PersistentVolumeClaims in it`, ids: stores },
      ];
}

function definedOf(verdict: Verdict, { key }: Fate, identity: ObjectId, known: BuiltObject | null): Fall[] {
  const defined = definedKind(identity, known);
  if (defined === null) return [];
  const ids = fallenBy(verdict, (threat) => threat.by === 'definition' && threat.via === key);
  const message = `every object that ${identity.name} defines: ${objects(ids.length)} of this repository, and all others in the cluster`;
  return [{ kind: 'custom-resources', message, ids }];
}

function inventoryOf(verdict: Verdict, identity: ObjectId): Fall[] {
  if (identity.kind !== 'Kustomization') return [];
  const owner = keyOf(identity);
  const ids = fallenBy(verdict, (threat) => threat.by === 'finalizer' && threat.actor.key === owner);
  if (ids.length === 0) return [];
  const message = `what its inventory has: its finalizer deletes ${objects(ids.length)}`;
  return [{ kind: 'inventory', message, ids }];
}

/** What other controllers make from it, and take back with it. */
function madeOf(identity: ObjectId): Fall[] {
  const isInstance = identity.group === 'fluxcd.controlplane.io' && identity.kind === 'FluxInstance';
  if (!isInstance && !isMaker(identity)) return [];
  const message = isInstance
    ? 'Flux itself, with all that flux-operator installed for it'
    : 'everything that it makes: no inventory of a Kustomization tells what that is';
  return [{ kind: 'inventory', message, ids: [] }];
}

function dataOf(identity: ObjectId, known: BuiltObject | null): Fall[] {
  const is = (group: string, kind: string): boolean => identity.group === group && identity.kind === kind;
  if (is('', 'PersistentVolumeClaim'))
    return [
      {
        kind: 'data',
        message: "the volume and its data, unless the volume's reclaim policy is Retain",
        ids: [],
      },
    ];
  if (is('', 'PersistentVolume'))
    return [{ kind: 'data', message: 'what binds the claim to its data', ids: [] }];
  if (!is('apps', 'StatefulSet') || known === null) return [];
  const spec = mappingAt(known.manifest, 'spec');
  const policy = spec === null ? null : mappingAt(spec, 'persistentVolumeClaimRetentionPolicy');
  if (policy === null || textAt(policy, 'whenDeleted') !== 'Delete') return [];
  return [
    {
      kind: 'data',
      message: 'its volumes and their data: its claims go with it (`whenDeleted: Delete`)',
      ids: [],
    },
  ];
}

function fallenBy({ threats }: Verdict, caused: (threat: Threat) => boolean): readonly string[] {
  return [...threats].flatMap(([key, ways]: [ObjectKey, readonly Threat[]]) =>
    ways.some(caused) ? [partsOf(key).id] : [],
  );
}

function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`;
}
