import type { BuiltObject } from '../../../src/flux/build/build.ts';
import type { Side } from '../../../src/flux/plan/change.ts';
import {
  builtKustomization,
  type MadeBuild,
  type MadeSide,
  madeChange,
  madeKustomization,
  type SpecPart,
} from './made-change.ts';
import { Prepared } from './prepared.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { type SimulateOptions, simulatePrepared } from './simulate.ts';

export interface SceneChild extends SpecPart {
  readonly builds: MadeBuild;
  readonly overOther?: MadeBuild;
  readonly source?: string;
}

/** Children of the entry by their names in `flux-system`, at one state of the repository. */
export type SceneSide = Readonly<Record<string, SceneChild | readonly (string | BuiltObject)[]>>;

const entry = 'flux-system/flux-system';

/** Makes up a repository whose entry builds its children's Kustomizations, and a change of it. */
export function scene(base: SceneSide, head: SceneSide): Scenario {
  const made: Record<string, Partial<Record<Side, MadeSide>>> = {
    [entry]: { base: entrySide(base), head: entrySide(head) },
  };
  for (const [side, children] of [
    ['base', base],
    ['head', head],
  ] as const)
    for (const [name, child] of Object.entries(children)) {
      const key = `flux-system/${name}`;
      made[key] = { ...made[key], [side]: childSide(child) };
    }
  return { change: madeChange(made, entry) };
}

function entrySide(children: SceneSide): MadeSide {
  const own = madeKustomization(entry, {});
  const builds = Object.entries(children).map(([name, child]) =>
    builtKustomization(madeKustomization(`flux-system/${name}`, childSide(child).spec), entry),
  );
  return { spec: {}, builds: [builtKustomization(own, entry), ...builds] };
}

function childSide(child: SceneChild | readonly (string | BuiltObject)[]): MadeSide {
  if (isList(child)) return { spec: {}, builds: child };
  const { builds, overOther, source, ...spec } = child;
  return {
    spec,
    builds,
    ...(overOther === undefined ? {} : { overOther }),
    ...(source === undefined ? {} : { source }),
  };
}

function isList(
  child: SceneChild | readonly (string | BuiltObject)[],
): child is readonly (string | BuiltObject)[] {
  return Array.isArray(child);
}

/** Runs a scene with seeds from 1. */
export function runs(scenario: Scenario, count: number, options: SimulateOptions = {}): Outcome[] {
  const prepared = new Prepared(scenario);
  return Array.from({ length: count }, (_, index) => simulatePrepared(prepared, index + 1, options));
}

/** In how many runs an object was deleted. */
export function losses(outcomes: readonly Outcome[], id: string): number {
  return outcomes.filter(({ objects }) => (objects.get(id)?.deletedBy.length ?? 0) > 0).length;
}
