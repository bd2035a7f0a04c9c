import type { BuiltObject } from '../build/build.ts';
import { findBlocked } from './blocked.ts';
import { findCertain } from './certainty.ts';
import { type Ending, findEndings } from './ending.ts';
import { findThreats } from './find-threats.ts';
import { findReleases, type Release } from './release.ts';
import { nameIn, objectsOf, type Scene } from './scene.ts';
import { Settlement } from './settlement.ts';
import type { ObjectKey } from './state.ts';
import type { Threats } from './threat.ts';

/** All that is found out about a change, before it is put into words. */
export interface Verdict {
  readonly scene: Scene;
  readonly objects: ReadonlyMap<ObjectKey, BuiltObject | null>;
  readonly threats: Threats;
  readonly endings: ReadonlyMap<string, Ending>;
  /** Kustomizations that do not come to apply the head, each with the one that they wait for. */
  readonly blocked: ReadonlyMap<string, string>;
  readonly certain: ReadonlySet<ObjectKey>;
  readonly settlement: Settlement;
  /** Objects that may end in nobody's inventory, with how they leave the ones that they are in. */
  readonly releases: ReadonlyMap<ObjectKey, readonly Release[]>;
  /** How a Kustomization (`namespace/name`) is called in sentences. */
  name(key: string): string;
}

export function judge(scene: Scene): Verdict {
  const threats = findThreats(scene);
  const endings = findEndings(scene, threats);
  const blocked = findBlocked(endings, new Set(scene.live?.kustomizations.keys()));
  const settlement = new Settlement(scene, threats);
  const names = new Map([...scene.actors.keys()].map((key) => [key, nameIn(scene, key)]));
  return {
    scene,
    objects: objectsOf(scene),
    threats,
    endings,
    blocked,
    certain: findCertain({ scene, threats, endings, blocked, settlement }),
    settlement,
    releases: findReleases(scene, threats, settlement),
    name: (key) => names.get(key) ?? `\`${key}\``,
  };
}
