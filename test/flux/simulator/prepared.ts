import type { Build, BuiltObject } from '../../../src/flux/build/build.ts';
import { type FluxKustomization, kustomizationGroup } from '../../../src/flux/kustomization.ts';
import { parseId, printId } from '../../../src/flux/object-id.ts';
import type { ClusterChange, Side } from '../../../src/flux/plan/change.ts';
import { valueAt } from '../../../src/tree/mapping.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';
import { compareForApply, type Stages, staged } from './apply-order.ts';
import type { Version } from './kustomization-object.ts';
import type { Scenario } from './scenario.ts';

const sides: readonly Side[] = ['base', 'head'];

/** What all runs of one scenario share. */
export class Prepared {
  readonly scenario: Scenario;
  readonly change: ClusterChange;
  /** Every object of any view by id. */
  readonly managed: ReadonlyMap<string, BuiltObject>;
  /** Ids of Namespaces that some Kustomization makes, by the namespace's name; others are there anyway. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Ids of definitions by `group/kind` of what they define. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Keys of sources that some Kustomization makes, by object id. */
  readonly sources: ReadonlyMap<string, string>;
  readonly #builds = new Map<string, Build | null>();
  readonly #stages = new Map<Build, Stages>();
  readonly #versions = new Map<BuiltObject, Version>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.change = scenario.change;
    const managed = new Map<string, BuiltObject>();
    const take = (objects: readonly BuiltObject[]): void => {
      for (const object of objects) managed.set(object.id, object);
    };
    for (const key of this.change.kustomizations.keys())
      for (const version of this.versions(key))
        for (const tree of sides) {
          const build = this.build(key, version, tree);
          if (build?.kind === 'built') take(build.objects);
        }
    for (const objects of scenario.inherited?.values() ?? []) take(objects);
    this.managed = managed;
    this.namespaces = new Map(
      [...managed.values()]
        .filter(({ identity }) => identity.kind === 'Namespace' && identity.group === '')
        .map(({ id, identity }) => [identity.name, id]),
    );
    this.definitions = new Map(
      [...managed.values()]
        .filter(({ identity }) => identity.kind === 'CustomResourceDefinition')
        .map(({ id, manifest }) => [definedBy(manifest), id]),
    );
    this.sources = new Map(
      [...managed.values()].flatMap(({ id, identity }) =>
        identity.group === 'source.toolkit.fluxcd.io'
          ? [[id, `${identity.kind}/${identity.namespace}/${identity.name}`] as const]
          : [],
      ),
    );
  }

  versions(key: string): readonly Version[] {
    return [...sides, ...(this.change.kustomizations.get(key)?.between ?? []).map((_, place) => place)];
  }

  spec(key: string, version: Version): FluxKustomization | null {
    const change = this.change.kustomizations.get(key);
    return (typeof version === 'number' ? change?.between?.[version]?.spec : change?.spec[version]) ?? null;
  }

  source(key: string, version: Version): string {
    const change = this.change.kustomizations.get(key);
    return (typeof version === 'number' ? change?.between?.[version]?.source : change?.source[version]) ?? '';
  }

  build(key: string, version: Version, tree: Side): Build | null {
    const name = `${key} ${version} ${tree}`;
    let build = this.#builds.get(name);
    if (build === undefined) {
      const change = this.change.kustomizations.get(key);
      build =
        (typeof version === 'number'
          ? change?.between?.[version]?.view(tree)
          : change?.view(version, tree)) ?? null;
      if (build?.kind === 'unknown' && typeof version !== 'number')
        build = this.scenario.truth?.(key, version, tree) ?? null;
      this.#builds.set(name, build);
    }
    return build;
  }

  stages(build: Build & { readonly kind: 'built' }): Stages {
    let stages = this.#stages.get(build);
    if (stages === undefined) {
      stages = staged(build.objects);
      this.#stages.set(build, stages);
    }
    return stages;
  }

  /** Which of its specs a built Kustomization has; where it is none, that of the side that is not gone. */
  versionOf(key: string, built: BuiltObject): Version {
    let version = this.#versions.get(built);
    if (version === undefined) {
      version =
        this.versions(key)
          .toReversed()
          .find((one) => sameSpec(this.spec(key, one)?.manifest, built.manifest)) ??
        (this.spec(key, 'head') === null ? 'base' : 'head');
      this.#versions.set(built, version);
    }
    return version;
  }

  /** The key of the Kustomization that an object is, `null` where it is none. */
  kustomizationOf(id: string): string | null {
    const { group, kind, namespace, name } = this.identity(id);
    return group === kustomizationGroup && kind === 'Kustomization' ? `${namespace}/${name}` : null;
  }

  identity(id: string): BuiltObject['identity'] {
    return this.managed.get(id)?.identity ?? parseId(id);
  }

  /** In the order in which objects are deleted: the reverse of that in which they are applied. */
  forDeletion(ids: readonly string[]): string[] {
    return [...ids].sort((a, b) => compareForApply(this.identity(b), this.identity(a)));
  }
}

export function idOfKustomization(key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return printId({ namespace, name, group: kustomizationGroup, kind: 'Kustomization' });
}

function definedBy(manifest: Mapping): string {
  const spec = valueAt(manifest, 'spec');
  if (spec?.kind !== 'mapping') return '';
  const names = valueAt(spec, 'names');
  return `${textOf(valueAt(spec, 'group'))}/${names?.kind === 'mapping' ? textOf(valueAt(names, 'kind')) : ''}`;
}

function textOf(value: Value | undefined): string {
  return value?.kind === 'string' ? value.value : '';
}

function sameSpec(a: Mapping | undefined, b: Mapping): boolean {
  if (a === undefined) return false;
  if (a === b) return true;
  return canonical(valueAt(a, 'spec')) === canonical(valueAt(b, 'spec'));
}

/** Text that is equal for equal values; places in files and comments do not count. */
function canonical(value: Value | undefined): string {
  if (value === undefined || value.kind === 'null') return 'null';
  if (value.kind === 'sequence')
    return `[${value.items.flatMap((item) => (item.kind === 'comment' ? [] : [canonical(item)])).join()}]`;
  if (value.kind !== 'mapping')
    return `${value.kind}:${JSON.stringify('value' in value ? String(value.value) : '')}`;
  const entries = value.entries.flatMap((entry) =>
    entry.kind === 'entry' ? [`${JSON.stringify(entry.key)}:${canonical(entry.value)}`] : [],
  );
  return `{${entries.sort().join()}}`;
}
