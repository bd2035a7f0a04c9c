import { SopskitError } from '../../errors/sopskit-error.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Build, Builder, BuiltObject } from '../build/build.ts';
import { jsonText } from '../build/json-text.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import { keyOfSource } from '../source/source-in-cluster.ts';
import type { SourceReader } from '../source/source-reader.ts';
import type { Unknown } from '../unknown.ts';
import { type Candidate, clusterName } from './candidate.ts';
import type { ClusterModel, KustomizationNode, SourceNode } from './model.ts';
import type { Placer } from './placer.ts';
import {
  clusterObjects,
  kustomizationReader,
  type Made,
  type Survey,
  survey,
  withRefusals,
} from './survey.ts';

/** So many builds run at once. */
const atOnce = 6;
/** Builds of one Kustomization that each change what the next is made from; more is a circle that does not settle. */
const maxBuilds = 12;

export interface ClusterWorld {
  readonly builder: Builder;
  readonly sources: SourceReader;
  readonly placer: Placer;
}

/**
 * Reads a cluster from its entry on: builds Kustomizations, finds in what is built others, their sources and the
 * ConfigMaps and Secrets that variables come from, and builds again what those change, until nothing does.
 */
export async function readCluster(entry: Candidate, world: ClusterWorld): Promise<ClusterModel> {
  const read = kustomizationReader();
  const made: Builds = new Map();
  const gleaned: Gleaned = { variables: new Map(), looked: new Set() };
  let state = survey(entry, made, read);
  for (;;) {
    world.sources.know(state.sources);
    const stale = await staleIn(state, made, world);
    if (stale.length === 0 && !(await glean(state, made, gleaned, world))) break;
    const ready = stale.filter(({ key }) => hasVariables(state, key));
    const now = state;
    await inParallel(ready.length > 0 ? ready : stale, async ({ key, signature }) => {
      const reached = now.kustomizations.get(key);
      if (reached === undefined) return;
      const { kustomization } = reached;
      const scopes: AskedScopes = new Map();
      const build = withRefusals(await buildOne(kustomization, now, world, scopes), kustomization, read);
      made.set(key, { build, kustomization, signature, scopes, count: (made.get(key)?.count ?? 0) + 1 });
    });
    state = survey(entry, made, read, gleaned.variables);
  }
  return clusterModel(entry, state, made, world);
}

type Builds = Map<
  string,
  Made & { readonly signature: string; readonly count: number; readonly scopes: AskedScopes }
>;

/** What a build asked of the scopes of kinds, and was told. */
type AskedScopes = Map<
  string,
  { readonly group: string; readonly kind: string; readonly scope: string | null }
>;

interface Gleaned {
  readonly variables: Map<string, BuiltObject>;
  /** In what it was looked for, and need not be again. */
  readonly looked: Set<string>;
}

/**
 * A Kustomization may take variables from a ConfigMap that it has itself: in the cluster it is there since the first
 * time, here nothing could begin. What is missing is looked for in builds without substitution of those that have it
 * missing, or could not be built; true where something new was found.
 */
async function glean(
  state: Survey,
  made: Builds,
  { variables, looked }: Gleaned,
  world: ClusterWorld,
): Promise<boolean> {
  const isMissing = (name: string) => !state.variables.has(name);
  const missing = new Set(
    [...state.kustomizations.keys()].flatMap((key) => variableKeys(state, key)).filter(isMissing),
  );
  const before = variables.size;
  for (const [key, { kustomization }] of missing.size === 0 ? [] : state.kustomizations) {
    const lacks = variableKeys(state, key).some(isMissing);
    if (kustomization.spec.remoteCluster || (!lacks && made.get(key)?.build.kind !== 'unknown')) continue;
    const from = `${key}\n${made.get(key)?.signature}`;
    if (looked.has(from)) continue;
    looked.add(from);
    const plain = { ...kustomization, spec: { ...kustomization.spec, postBuild: null } };
    const build = await buildOne(plain, state, world, new Map());
    for (const object of build.kind === 'built' ? build.objects : []) {
      const { kind, namespace, name, group } = object.identity;
      const id = `${kind}/${namespace}/${name}`;
      if (group === '' && missing.has(id) && !jsonText(object.manifest).includes('${'))
        variables.set(id, object);
    }
  }
  return variables.size > before;
}

/** Which Kustomizations are not built yet, or from something else than what is there now. */
async function staleIn(
  state: Survey,
  made: Builds,
  { sources }: ClusterWorld,
): Promise<{ key: string; signature: string }[]> {
  const stale: { key: string; signature: string }[] = [];
  for (const [key, { kustomization }] of state.kustomizations) {
    const { id } = await sources.read(keyOfSource(kustomization.spec.sourceRef));
    const variables = variableKeys(state, key).map((name) => state.variables.get(name)?.digest ?? '');
    const spec = valueAt(kustomization.manifest, 'spec');
    const lenient = kustomization.spec.postBuild === null ? '' : String(state.lenient);
    const text = spec === undefined ? '' : jsonText(spec, { sorted: true });
    const certain = String(kustomization.alternative === undefined);
    const signature = [text, certain, id, lenient, ...variables].join('\n');
    const before = made.get(key);
    const isSame =
      before?.signature === signature &&
      [...before.scopes.values()].every(
        ({ group, kind, scope }) => state.definitions.scope(group, kind) === scope,
      );
    if (!isSame && (before?.count ?? 0) < maxBuilds) stale.push({ key, signature });
  }
  return stale;
}

function variableKeys({ kustomizations }: Survey, key: string): string[] {
  const kustomization = kustomizations.get(key)?.kustomization;
  return (kustomization?.spec.postBuild?.substituteFrom ?? []).map(
    ({ kind, name }) => `${kind}/${kustomization?.namespace}/${name}`,
  );
}

/** Those that wait for variables are built when nothing else is left to build. */
function hasVariables(state: Survey, key: string): boolean {
  return variableKeys(state, key).every((name) => state.variables.has(name));
}

async function buildOne(
  kustomization: FluxKustomization,
  state: Survey,
  { builder, sources }: ClusterWorld,
  asked: AskedScopes,
): Promise<Build> {
  const { tree, content } = await sources.read(keyOfSource(kustomization.spec.sourceRef));
  if (tree === null || content.kind === 'opaque')
    return { kind: 'unknown', unknowns: content.kind === 'opaque' ? [content.why] : [] };
  try {
    const cluster = clusterObjects(state);
    return await builder.build(kustomization, tree, {
      ...cluster,
      scope(group, kind) {
        const scope = state.definitions.scope(group, kind);
        asked.set(`${group} ${kind}`, { group, kind, scope });
        return scope;
      },
    });
  } catch (error) {
    // whatever a build meets is an answer about this Kustomization, not the end of the others
    if (!(error instanceof SopskitError)) throw error;
    const unknown: Unknown = {
      reason: error.code.startsWith('process.') ? 'no-kustomize' : 'unreadable',
      subject: keyOf(kustomization),
      message: error.message,
      fix: error.hint ?? 'See the message.',
    };
    return { kind: 'unknown', unknowns: [unknown] };
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner));
}

async function clusterModel(
  entry: Candidate,
  state: Survey,
  made: ReadonlyMap<string, { readonly build: Build; readonly count: number }>,
  { sources, placer }: ClusterWorld,
): Promise<ClusterModel> {
  const kustomizations = new Map<string, KustomizationNode>();
  const unknowns = new Map<string, Unknown>();
  const note = (found: readonly Unknown[]) => {
    for (const unknown of found) unknowns.set(JSON.stringify(unknown), unknown);
  };
  const named = new Map(state.sources);
  for (const [key, { kustomization, owners }] of state.kustomizations) {
    const source = keyOfSource(kustomization.spec.sourceRef);
    if (!named.has(source)) named.set(source, { ...kustomization.spec.sourceRef, manifest: null });
    const { tree } = await sources.read(source);
    const { build = { kind: 'unknown', unknowns: [] } as Build, count = 0 } = made.get(key) ?? {};
    if (build.kind !== 'failed') note(build.unknowns);
    if (count >= maxBuilds) note([unsettled(key)]);
    kustomizations.set(key, { kustomization, owners, source, tree, build, place: null });
  }
  const placed = placer(kustomizations, entry);
  const nodes = new Map<string, SourceNode>();
  for (const [key, source] of named) {
    const { content, tree } = await sources.read(key);
    nodes.set(key, { ...source, content, tree });
  }
  return {
    name: clusterName(entry),
    entry: { kind: entry.kind, file: entry.file, kustomization: keyOf(entry.kustomization) },
    kustomizations: placed,
    sources: nodes,
    lenient: state.lenient,
    unknowns: [...unknowns.values()],
  };
}

function unsettled(key: string): Unknown {
  return {
    reason: 'variable',
    subject: key,
    message: `${key} is built from what it builds itself, and is another one each time`,
    fix: 'Break the circle: variables of a Kustomization should come from another one.',
  };
}
