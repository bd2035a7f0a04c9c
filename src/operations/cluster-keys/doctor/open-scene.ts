import type { RuleInfo } from '../../../findings/finding.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import { LintScene } from '../../../flux/lint/lint-scene.ts';
import type { RepositoryModel } from '../../../flux/model/model.ts';
import { findIdentities } from '../../../keys/age/find-identities.ts';
import { RuleRecipients } from '../../../repository/audit/rule-recipients.ts';
import { quietSystem } from '../../../repository/quiet-system.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import { controllerInModel } from './controller-in-model.ts';
import type { KeyFinding, KeyRemark } from './key-rule.ts';
import { keyedKustomizations } from './keyed-kustomizations.ts';
import { readLive } from './read-live.ts';
import type { KeyScene, SceneCluster } from './scene.ts';

export interface SceneSources {
  readonly repository: {
    readonly model: RepositoryModel;
    readonly snapshot: Snapshot;
  } | null;
  readonly bound: BoundCluster | null;
  /** Only Kustomizations of this namespace; `null`: all. */
  readonly namespace: string | null;
  /** What could not be looked at, as is known beforehand. */
  readonly missed?: readonly string[];
}

/** What rules look at, and what they find. */
export class OpenScene implements KeyScene {
  readonly system: System;
  readonly repository: KeyScene['repository'];
  readonly clusters: readonly SceneCluster[];
  readonly own: ReadonlySet<string>;
  readonly #namespace: string | null;
  readonly #findings = new Map<string, KeyFinding>();
  readonly #missed: Set<string>;
  readonly #unchecked = new Set<string>();

  /** Reads all that rules may ask for. Throws `cluster.unreachable`, `cluster.timeout`. */
  static async open(system: System, sources: SceneSources): Promise<OpenScene> {
    const missed = new Set(sources.missed);
    const { repository, bound, namespace } = sources;
    const lint = repository === null ? null : await LintScene.open(repository.model, repository.snapshot);
    const clusters: SceneCluster[] = [];
    for (const model of repository?.model.clusters ?? []) {
      const decryptions = await findDecryptions(model, lint?.files);
      const own = bound?.model === model ? bound : null;
      const controller = own?.controller ?? controllerInModel(model);
      const live = own?.live ?? new Map();
      const kustomizations = keyedKustomizations(decryptions, live, controller, namespace);
      const part = { name: model.name, model, kustomizations, controller };
      clusters.push({ ...part, live: own === null ? null : await readSide(system, own, part) });
    }
    if (bound !== null && bound.model === null) {
      const kustomizations = keyedKustomizations([], bound.live, bound.controller, namespace);
      const part = { name: bound.cluster.context, model: null, kustomizations, controller: bound.controller };
      clusters.push({ ...part, live: await readSide(system, bound, part) });
    }
    const seen =
      lint === null || repository === null
        ? null
        : {
            lint,
            recipients: await RuleRecipients.read(system, repository.snapshot, null),
          };
    return new OpenScene(system, { seen, clusters, namespace, missed, own: await ownRecipients(system) });
  }

  private constructor(
    system: System,
    parts: {
      readonly seen: KeyScene['repository'];
      readonly clusters: readonly SceneCluster[];
      readonly namespace: string | null;
      readonly missed: Set<string>;
      readonly own: ReadonlySet<string>;
    },
  ) {
    this.system = system;
    this.repository = parts.seen;
    this.clusters = parts.clusters;
    this.own = parts.own;
    this.#namespace = parts.namespace;
    this.#missed = parts.missed;
  }

  get findings(): readonly KeyFinding[] {
    return [...this.#findings.values()];
  }

  get missed(): readonly string[] {
    return [...this.#missed];
  }

  /** Files whose MAC could not be checked. */
  get unchecked(): readonly string[] {
    return [...this.#unchecked];
  }

  tell(rule: RuleInfo, remark: KeyRemark): void {
    const { cluster, kustomizations, message, fix, place = {}, mend = [], level = rule.level } = remark;
    const isOther = (key: string): boolean => !key.startsWith(`${this.#namespace}/`);
    if (this.#namespace !== null && kustomizations.length > 0 && kustomizations.every(isOther)) return;
    const id = JSON.stringify([rule.code, cluster?.name, place, message]);
    if (this.#findings.has(id)) return;
    this.#findings.set(id, {
      ...{ rule, level, place, message, fix, mend, kustomizations },
      cluster: cluster?.name ?? null,
      secret: remark.secret ?? null,
    });
  }

  miss(what: string): void {
    this.#missed.add(what);
  }

  leaveUnchecked(path: string): void {
    this.#unchecked.add(path);
  }

  /** Overwrites the keys that were read. */
  wipe(): void {
    for (const { live } of this.clusters)
      for (const seen of live?.secrets.values() ?? [])
        if (seen.kind === 'found') for (const { value } of seen.secret.entries) value.wipe();
  }
}

async function readSide(
  system: System,
  bound: BoundCluster,
  { kustomizations }: Pick<SceneCluster, 'kustomizations'>,
): Promise<SceneCluster['live']> {
  const refs = kustomizations.flatMap(({ secret, next }) => [secret ?? [], next?.secret ?? []].flat());
  return await readLive(bound, refs, system.now());
}

async function ownRecipients(system: System): Promise<ReadonlySet<string>> {
  const identities = await findIdentities(quietSystem(system), { runCommands: false });
  const own = new Set(identities.found.map(({ recipient }) => recipient));
  identities.wipe();
  return own;
}
