import type { Build } from '../build/build.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import { keyOfSource } from '../source/source-in-cluster.ts';
import type { KustomizationChange, Side, SpecBetween } from './change.ts';
import type { SourcedSpec } from './changes-between.ts';
import { inParallel } from './in-parallel.ts';
import { buildText } from './spec-text.ts';
import { appliedSpecs, isKustomization, readQuietly } from './specs-in-build.ts';
import type { ViewBuilder } from './view-builder.ts';

const sides = ['base', 'head'] as const;
/** As often as specs that are only there for a moment are looked for in builds that are only there for a moment. */
const maxRounds = 4;

interface Views {
  readonly specs: Readonly<Record<Side, SourcedSpec | null>>;
  readonly builds: Map<string, Build>;
  readonly midway: Map<Side, Build>;
  readonly stale: Map<string, Build>;
  readonly between: Between[];
}

interface Between extends SpecBetween {
  readonly builds: Map<Side, Build>;
}

/** All views of a cluster's Kustomizations: collected, built, handed out as a change. */
export class ViewSet {
  readonly #builder: ViewBuilder;
  readonly #views = new Map<string, Views>();

  constructor(builder: ViewBuilder) {
    this.#builder = builder;
  }

  add(key: string, specs: Views['specs']): void {
    this.#views.set(key, { ...noViews(), specs });
  }

  /** Builds the four pairs of each, then what their builds apply that is neither side's spec. */
  async buildAll(): Promise<void> {
    await inParallel([...this.#views.values()], async (views) => {
      await this.#buildPairs(views);
      await this.#buildMidway(views);
      await this.#buildStale(views);
    });
    for (let round = 0; round < maxRounds; round++) {
      const found = this.#findBetween();
      if (found.length === 0) return;
      await inParallel(found, async (between) => {
        for (const side of sides)
          between.builds.set(side, await this.#builder.build(between.spec, between.source, side));
      });
    }
  }

  changes(): ReadonlyMap<string, KustomizationChange> {
    return new Map([...this.#views].map(([key, views]) => [key, changeOf(key, views)]));
  }

  async #buildPairs({ specs, builds }: Views): Promise<void> {
    const { base, head } = specs;
    for (const tree of sides) {
      if (base !== null)
        builds.set(`base ${tree}`, await this.#builder.build(base.kustomization, base.source, tree));
      if (head === null) continue;
      const same = base !== null && isAlike(base, head) ? builds.get(`base ${tree}`) : undefined;
      builds.set(`head ${tree}`, same ?? (await this.#builder.build(head.kustomization, head.source, tree)));
    }
  }

  async #buildMidway({ specs, midway }: Views): Promise<void> {
    for (const side of sides) {
      const spec = specs[side];
      const build = spec === null ? null : await this.#builder.midway(spec.kustomization, spec.source);
      if (build !== null) midway.set(side, build);
    }
  }

  async #buildStale({ specs, stale }: Views): Promise<void> {
    for (const side of sides) {
      const spec = specs[side];
      if (spec === null) continue;
      for (const tree of sides) {
        const build = await this.#builder.stale(spec.kustomization, spec.source, tree);
        if (build !== null) stale.set(`${side} ${tree}`, build);
      }
    }
  }

  #findBetween(): readonly Between[] {
    const found: Between[] = [];
    for (const views of [...this.#views.values()]) {
      for (const [tree, build] of treesAndBuilds(views)) {
        if (build.kind !== 'built') continue;
        for (const object of build.objects) {
          if (!isKustomization(object)) continue;
          const made = this.#betweenOf(keyOf(object.identity), object, tree);
          if (made !== null) found.push(made);
        }
      }
    }
    return found;
  }

  #betweenOf(key: string, object: Parameters<typeof appliedSpecs>[0], tree: Side): Between | null {
    const known = this.#views.get(key);
    if (known !== undefined && !appliedSpecs(object, changeOf(key, known), tree).includes(null)) return null;
    const spec = readQuietly(object);
    if (spec === null || spec === 'no-spec') return null;
    const views = known ?? noViews();
    if (known === undefined) this.#views.set(key, views);
    const between = betweenOf(spec);
    views.between.push(between);
    return between;
  }
}

function noViews(): Views {
  return {
    specs: { base: null, head: null },
    builds: new Map(),
    midway: new Map(),
    stale: new Map(),
    between: [],
  };
}

function treesAndBuilds({ builds, midway, stale, between }: Views): readonly (readonly [Side, Build])[] {
  return [
    ...[...builds, ...stale].map(
      ([name, build]) => [name.endsWith('base') ? 'base' : 'head', build] as const,
    ),
    ...[...midway.values()].map((build) => ['head', build] as const),
    ...between.flatMap((one) => [...one.builds]),
  ];
}

function betweenOf(spec: FluxKustomization): Between {
  const builds = new Map<Side, Build>();
  return {
    spec,
    source: keyOfSource(spec.spec.sourceRef),
    builds,
    view: (tree) => builds.get(tree) ?? { kind: 'unknown', unknowns: [] },
  };
}

function isAlike(base: SourcedSpec, head: SourcedSpec): boolean {
  const [one, other] = [base.kustomization.spec, head.kustomization.spec];
  return (
    base.source === head.source &&
    one.remoteCluster === other.remoteCluster &&
    buildText(one) === buildText(other)
  );
}

function changeOf(key: string, { specs, builds, midway, stale, between }: Views): KustomizationChange {
  return {
    key,
    spec: { base: specs.base?.kustomization ?? null, head: specs.head?.kustomization ?? null },
    source: { base: specs.base?.source ?? null, head: specs.head?.source ?? null },
    view: (spec, tree) => builds.get(`${spec} ${tree}`) ?? null,
    ...(midway.size === 0 ? {} : { midway: (side: Side) => midway.get(side) ?? null }),
    ...(stale.size === 0 ? {} : { stale: (spec: Side, tree: Side) => stale.get(`${spec} ${tree}`) ?? null }),
    ...(between.length === 0 ? {} : { between }),
  };
}
