import type { Build, BuiltObject } from '../../../src/flux/build/build.ts';
import type { KustomizationChange, Side, SpecBetween } from '../../../src/flux/plan/change.ts';
import { mappingOf, stringOf } from '../../../src/tree/mapping.ts';
import type { Value } from '../../../src/tree/value.ts';
import {
  builtKustomization,
  madeBuild,
  madeKustomization,
  madeObject,
  type ObjectPart,
  type SpecPart,
} from './made-change.ts';
import type { Scenario } from './scenario.ts';

/** A made-up repository before and after a change, as plain data: it can be printed, and cut down. */
export interface MadeCase {
  readonly parts: Readonly<Record<string, Readonly<Record<Side, CasePart | null>>>>;
  /** By source and path. */
  readonly trees: Readonly<Record<string, Readonly<Record<Side, CaseTree>>>>;
  /** Objects that Kustomizations hold from a time before the base. */
  readonly inherited: Readonly<Record<string, readonly string[]>>;
}

export interface CasePart {
  readonly source: string;
  readonly path: string;
  /** Put behind every object's name, as `nameSuffix` does. */
  readonly suffix?: string;
  readonly spec: SpecPart;
  /** What it sets on every Kustomization that it builds, as `patches` do. */
  readonly patch?: SpecPart;
}

export type CaseTree = Readonly<Record<string, CaseFolder>>;

export interface CaseFolder {
  readonly items: readonly CaseItem[];
  /** Whether it cannot be built, or it cannot be told what is. */
  readonly state: 'builds' | 'fails' | 'unknown';
}

export type CaseItem =
  | { readonly kind: 'object'; readonly text: string; readonly part?: ObjectPart }
  /** A Kustomization, by its key; or one of two Kustomizations' source. */
  | { readonly kind: 'child'; readonly key: string }
  | { readonly kind: 'source'; readonly name: string };

export const entryKey = 'flux-system/flux-system';
const sides: readonly Side[] = ['base', 'head'];

/** The change as planner and simulator take it. Kustomizations that nothing leads to are not in it. */
export function scenarioOf(made: MadeCase): Scenario {
  const reached = { base: reachedAt(made, 'base'), head: reachedAt(made, 'head') };
  const kustomizations = new Map<string, KustomizationChange>();
  for (const key of new Set([...reached.base.keys(), ...reached.head.keys()])) {
    const part = (side: Side): CasePart | null => {
      const parent = reached[side].get(key);
      const own = made.parts[key]?.[side] ?? null;
      return parent === undefined || own === null ? null : patched(own, made.parts[parent]?.[side]);
    };
    const parents = new Set(sides.flatMap((side) => reached[side].get(key) ?? []));
    const parts = { base: part('base'), head: part('head') };
    kustomizations.set(key, { ...changeOf(made, key, parts), between: between(made, key, parts, parents) });
  }
  const unknowns = [...kustomizations.values()].flatMap((change) =>
    sides.flatMap((side) => {
      const build = change.view(side, side);
      return build?.kind === 'unknown' ? build.unknowns : [];
    }),
  );
  return {
    change: { cluster: 'clusters/random', entry: entryKey, kustomizations, unknowns },
    truth: (key, spec, tree) => {
      const part = kustomizations.get(key)?.spec[spec] === null ? null : made.parts[key]?.[spec];
      return part === null || part === undefined ? null : buildOf(made, key, part, tree, true);
    },
    inherited: new Map(
      Object.entries(made.inherited).map(([key, texts]) => [key, texts.map((text) => madeObject(text, key))]),
    ),
  };
}

/** Who is reached, and by which Kustomization first; the entry by itself. */
function reachedAt(made: MadeCase, side: Side): ReadonlyMap<string, string> {
  const reached = new Map<string, string>();
  const visit = (key: string, parent: string): void => {
    const part = made.parts[key]?.[side];
    if (part === null || part === undefined || reached.has(key)) return;
    reached.set(key, parent);
    const folder = made.trees[part.source]?.[side][part.path];
    if (folder?.state !== 'builds') return;
    for (const item of folder.items) if (item.kind === 'child') visit(item.key, key);
  };
  visit(entryKey, entryKey);
  return reached;
}

function changeOf(
  made: MadeCase,
  key: string,
  parts: Readonly<Record<Side, CasePart | null>>,
): KustomizationChange {
  const builds = new Map<string, Build | null>();
  const spec = (side: Side) => {
    const part = parts[side];
    return part === null ? null : kustomizationOf(key, part);
  };
  return {
    key,
    spec: { base: spec('base'), head: spec('head') },
    source: { base: parts.base?.source ?? null, head: parts.head?.source ?? null },
    view(side, tree) {
      const name = `${side} ${tree}`;
      let build = builds.get(name);
      if (build === undefined) {
        const part = parts[side];
        build = part === null ? null : buildOf(made, key, part, tree, false);
        builds.set(name, build);
      }
      return build;
    },
  };
}

/** A Kustomization's part as its parent builds it; the entry's own manifest is nobody's to patch. */
function patched(part: CasePart, parent: CasePart | null | undefined): CasePart {
  return parent?.patch === undefined || parent === part
    ? part
    : { ...part, spec: { ...part.spec, ...parent.patch } };
}

/** Specs of one side as the parent's spec of the other makes them. */
function between(
  made: MadeCase,
  key: string,
  parts: Readonly<Record<Side, CasePart | null>>,
  parents: ReadonlySet<string>,
): SpecBetween[] {
  const known = new Set(sides.map((side) => JSON.stringify(parts[side])));
  const found: SpecBetween[] = [];
  for (const parent of parents)
    for (const spec of sides)
      for (const tree of sides) {
        const [own, above] = [made.parts[key]?.[tree], made.parts[parent]?.[spec]];
        if (own === null || own === undefined || above === null || above === undefined) continue;
        const part = patched(own, key === parent ? undefined : above);
        if (known.has(JSON.stringify(part))) continue;
        known.add(JSON.stringify(part));
        const view = (side: Side): Build => buildOf(made, key, part, side, false);
        found.push({ spec: kustomizationOf(key, part), source: part.source, view });
      }
  return found;
}

function kustomizationOf(key: string, part: CasePart): ReturnType<typeof madeKustomization> {
  const [kind = '', namespace = '', name = ''] = part.source.split('/');
  return madeKustomization(key, {
    path: part.path,
    sourceRef: { kind, namespace, name },
    ...(part.suffix === undefined ? {} : { nameSuffix: part.suffix }),
    // what it sets on its children is a field of its own: one whose patch changes has another spec
    ...(part.patch === undefined ? {} : { patches: [patchText(part.patch)] }),
    ...part.spec,
  });
}

function patchText(patch: SpecPart): Value {
  return mappingOf([['patch', stringOf(JSON.stringify(patch))]]);
}

function buildOf(made: MadeCase, key: string, part: CasePart, tree: Side, truly: boolean): Build {
  const folder = made.trees[part.source]?.[tree][part.path];
  if (folder === undefined || folder.state === 'fails') return madeBuild(key, 'fails');
  if (folder.state === 'unknown' && !truly) return madeBuild(key, 'unknown');
  const objects = new Map<string, BuiltObject>();
  for (const item of folder.items) {
    const object = objectOf(made, key, part, item, tree);
    if (object !== null) objects.set(object.id, object);
  }
  return { kind: 'built', objects: [...objects.values()], unknowns: [] };
}

function objectOf(
  made: MadeCase,
  key: string,
  part: CasePart,
  item: CaseItem,
  tree: Side,
): BuiltObject | null {
  if (item.kind === 'object') return madeObject(item.text + suffixOf(part, item.text), key, item.part);
  if (item.kind === 'source')
    return madeObject(`GitRepository.source.toolkit.fluxcd.io flux-system/${item.name}`, key);
  const parts = made.parts[item.key];
  const child = parts?.[tree] ?? parts?.base ?? parts?.head;
  return child === null || child === undefined
    ? null
    : builtKustomization(kustomizationOf(item.key, item.key === key ? child : patched(child, part)), key);
}

/** kustomize gives no suffix to what another name is made of. */
function suffixOf({ suffix = '' }: CasePart, text: string): string {
  return /^(Namespace|CustomResourceDefinition)/.test(text) ? '' : suffix;
}
