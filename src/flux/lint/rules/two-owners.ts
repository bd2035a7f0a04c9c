import type { RuleInfo } from '../../../findings/finding.ts';
import { sameData } from '../../../tree/equal.ts';
import type { Mapping } from '../../../tree/value.ts';
import { showObject } from '../../object-id.ts';
import type { LintCluster, OwnedObject } from '../lint-cluster.ts';
import { type LintObject, mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const twoOwnersInfo: RuleInfo = {
  code: 'flux.two-owners',
  level: 'error',
  title: 'an object in two inventories',
  about:
    'Two Kustomizations apply the same object. Each takes it from the other at every reconciliation; the last one wins, labels flap, and prune: disabled of one is stripped by the other. When the object leaves one of them, that one may delete it. Where they make it alike it is a warning: nothing flaps but the labels, and the deletion stays. Keep each object in one Kustomization.',
};

/** Objects that several Kustomizations of one cluster apply. */
export const twoOwners: FluxRule = {
  infos: [twoOwnersInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) await lintCluster(scene, cluster);
  },
};

async function lintCluster(scene: LintScene, cluster: LintCluster): Promise<void> {
  for (const all of (await cluster.objects()).values()) {
    // what is not built yet may still get a namespace or a prefix
    const owned = all.filter(({ object }) => object.built);
    if (owned.length < 2) continue;
    const applying = owned.filter(({ object }) => isApplied(object));
    const [first, second] = applying;
    if (first === undefined || second === undefined) {
      await tellListed(scene, owned, applying);
      continue;
    }
    const isNamespace = first.object.identity.kind === 'Namespace';
    const isSame = applying.every(({ object }) =>
      sameData(withoutLabels(object), withoutLabels(first.object)),
    );
    scene.tell(twoOwnersInfo, {
      place: await second.owner.placeOf(second.object.identity),
      level: isSame ? 'warning' : 'error',
      message: `${showObject(first.object.identity)} is applied by ${listed(applying)}${isSame ? '' : ', not alike'}${await elsewhere(first)}`,
      fix: isNamespace
        ? 'Make it in one Kustomization, which the others depend on (dependsOn), or annotate it everywhere with kustomize.toolkit.fluxcd.io/prune: disabled.'
        : 'Take it out of all but one; before that, see what would be deleted: sopskit flux plan.',
    });
  }
}

/** Whether Flux applies it over what another has applied (pkg/ssa, ApplyOptions). */
function isApplied({ annotations }: LintObject): boolean {
  const ssa = annotations.get('kustomize.toolkit.fluxcd.io/ssa')?.toLowerCase();
  const reconcile = annotations.get('kustomize.toolkit.fluxcd.io/reconcile')?.toLowerCase();
  return ssa !== 'ignore' && ssa !== 'ifnotpresent' && reconcile !== 'disabled';
}

/** Nothing flaps where one at most applies it; it still stands in both inventories. */
async function tellListed(
  scene: LintScene,
  owned: readonly OwnedObject[],
  applying: readonly OwnedObject[],
): Promise<void> {
  const passing = owned.find((one) => !applying.includes(one));
  if (passing === undefined) return;
  const [only] = applying;
  scene.tell(twoOwnersInfo, {
    place: await passing.owner.placeOf(passing.object.identity),
    level: 'note',
    message: `${showObject(passing.object.identity)} is in the inventories of ${listed(owned)}; ${only === undefined ? 'none' : `only ${only.owner.key}`} applies it over the other`,
    fix: 'Take it out of those that do not apply it; before that, see what would be deleted: sopskit flux plan.',
  });
}

function listed(owned: readonly OwnedObject[]): string {
  const keys = owned.map(({ owner }) => owner.key);
  return keys.length <= 3
    ? keys.join(' and ')
    : `${keys.slice(0, 2).join(', ')} and ${keys.length - 2} more Kustomizations`;
}

/** The controller's own labels name the owner. */
function withoutLabels({ manifest }: LintObject): Mapping {
  const metadata = mappingAt(manifest, 'metadata');
  if (metadata === null) return manifest;
  const kept = metadata.entries.filter((entry) => entry.kind !== 'entry' || entry.key !== 'labels');
  return {
    ...manifest,
    entries: manifest.entries.map((entry) =>
      entry.kind === 'entry' && entry.key === 'metadata'
        ? { ...entry, value: { ...metadata, entries: kept } }
        : entry,
    ),
  };
}

async function elsewhere({ owner, object }: OwnedObject): Promise<string> {
  const { file } = await owner.placeOf(object.identity);
  return file === undefined ? '' : ` (first in ${file})`;
}
