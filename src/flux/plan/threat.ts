import type { Origin } from './scene.ts';
import type { Actor, ObjectKey, State } from './state.ts';

/** One way in which an object may be deleted. */
export type Threat =
  /** A run of a Kustomization finds it in its inventory and no more in what it applied. */
  | { readonly by: 'prune'; readonly actor: Actor; readonly origin: Origin; readonly state: State }
  /** The Kustomization is deleted, and its finalizer deletes what it holds. */
  | { readonly by: 'finalizer'; readonly actor: Actor; readonly origin: Origin }
  /** Its Namespace, or the definition of its kind, goes. */
  | { readonly by: 'namespace'; readonly via: ObjectKey }
  | { readonly by: 'definition'; readonly via: ObjectKey }
  /** A field that cannot be changed is changed, with `force`. */
  | {
      readonly by: 'recreate';
      readonly actor: Actor;
      readonly state: State;
      readonly sure: boolean;
      readonly why: string;
    };

export type Threats = ReadonlyMap<ObjectKey, readonly Threat[]>;

/** Collects threats, each way and Kustomization once for an object. */
export class ThreatList {
  readonly #threats = new Map<ObjectKey, Threat[]>();
  readonly #seen = new Set<string>();

  /** Returns whether it is new. */
  add(key: ObjectKey, threat: Threat): boolean {
    const name = `${key}\n${wayOf(threat)}`;
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    const list = this.#threats.get(key);
    if (list === undefined) this.#threats.set(key, [threat]);
    else list.push(threat);
    return true;
  }

  has(key: ObjectKey): boolean {
    return this.#threats.has(key);
  }

  get all(): Threats {
    return this.#threats;
  }
}

function wayOf(threat: Threat): string {
  switch (threat.by) {
    case 'namespace':
    case 'definition':
      return `${threat.by} ${threat.via}`;
    case 'prune':
      return `${threat.by} ${threat.actor.key} ${nameOf(threat.origin)} ${nameOf(threat.state)}`;
    case 'finalizer':
      return `${threat.by} ${threat.actor.key} ${nameOf(threat.origin)}`;
    case 'recreate':
      return `${threat.by} ${threat.actor.key} ${threat.sure}`;
  }
}

function nameOf(origin: Origin): string {
  return origin === 'start' ? origin : `${origin.side} ${origin.tree} ${origin.midway} ${origin.stale}`;
}
