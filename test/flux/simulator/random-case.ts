import type { Side } from '../../../src/flux/plan/change.ts';
import { add, type DraftState, hasChildren, putItem, setState } from './draft-state.ts';
import { type CaseFolder, type CaseItem, type CasePart, entryKey, type MadeCase } from './made-case.ts';
import type { Random } from './random.ts';
import { mutate } from './random-mutation.ts';
import { randomItem, randomPatch, randomSpec, sourceKeys } from './random-part.ts';

const entryPath = 'clusters/random';

/** Makes up a repository and a change of it: two to six Kustomizations, one or two sources, one to four changes. */
export function randomCase(random: Random): MadeCase {
  const base = randomState(random);
  const head = copyOf(base);
  const count = random.pick([1, 1, 2, 2, 3, 4]);
  for (let done = 0; done < count; done++) mutate(random, head);
  const inherited: Record<string, string[]> = {};
  for (const [key, part] of base.parts) {
    const folder = base.trees.get(part.source)?.get(part.path);
    if (folder?.state === 'fails' && random.chance(0.5))
      inherited[key] = [`ConfigMap a/from-before-${key.split('/')[1]}`];
  }
  return caseOf(base, head, inherited);
}

export function caseOf(base: DraftState, head: DraftState, inherited: Record<string, string[]>): MadeCase {
  const parts: Record<string, Record<Side, CasePart | null>> = {};
  for (const key of new Set([...base.parts.keys(), ...head.parts.keys()]))
    parts[key] = { base: base.parts.get(key) ?? null, head: head.parts.get(key) ?? null };
  const trees: Record<string, Record<Side, Record<string, CaseFolder>>> = {};
  for (const source of sourceKeys)
    trees[source] = {
      base: Object.fromEntries(base.trees.get(source) ?? []),
      head: Object.fromEntries(head.trees.get(source) ?? []),
    };
  return { parts, trees, inherited };
}

function copyOf(state: DraftState): DraftState {
  return {
    parts: new Map(state.parts),
    trees: new Map([...state.trees].map(([source, folders]) => [source, new Map(folders)])),
  };
}

function randomState(random: Random): DraftState {
  const [first = '', second = ''] = sourceKeys;
  const state: DraftState = { parts: new Map(), trees: new Map(sourceKeys.map((key) => [key, new Map()])) };
  const twoSources = random.chance(0.35);
  const own: CaseItem[] = random.chance(0.7) ? [{ kind: 'child', key: entryKey }] : [];
  if (twoSources && random.chance(0.6)) own.push({ kind: 'source', name: 'apps' });
  const patch = random.chance(0.1) ? { patch: randomPatch(random) } : {};
  add(state, entryKey, { source: first, path: entryPath, spec: {}, ...patch }, own);
  const keys = [entryKey];
  const names = ['k1', 'k2', 'k3', 'k4', 'k5'].slice(0, 1 + random.below(5));
  for (const name of names) {
    const key = `flux-system/${name}`;
    const source = twoSources && random.chance(0.4) ? second : first;
    add(state, key, { source, path: name, spec: randomSpec(random, keys) }, []);
    const parent = random.chance(0.25) ? random.pick(keys) : entryKey;
    putItem(state, parent, { kind: 'child', key });
    keys.push(key);
  }
  for (const text of randomTexts(random)) {
    putItem(state, random.pick(keys), randomItem(random, text));
    if (random.chance(0.04)) putItem(state, random.pick(keys), randomItem(random, text));
  }
  for (const key of keys.slice(1)) {
    if (random.chance(0.03)) setState(state, key, 'fails');
    if (random.chance(0.02) && !hasChildren(state, key)) setState(state, key, 'unknown');
  }
  return state;
}

function randomTexts(random: Random): string[] {
  const texts = ['x1', 'x2', 'x3', 'x4', 'x5', 'x6']
    .slice(0, 2 + random.below(4))
    .map((name) => `ConfigMap a/${name}`);
  if (random.chance(0.25)) texts.push('Namespace m', 'ConfigMap m/y');
  if (random.chance(0.2))
    texts.push('CustomResourceDefinition.apiextensions.k8s.io widgets.example.com', 'Widget.example.com a/w');
  if (random.chance(0.2)) texts.push('HelmRelease.helm.toolkit.fluxcd.io a/release');
  if (random.chance(0.1)) texts.push('PersistentVolumeClaim a/data');
  if (random.chance(0.05)) texts.push('Namespace flux-system');
  return texts;
}
