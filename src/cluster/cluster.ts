import type { Mapping } from '../tree/value.ts';

/** A kind of object in an API. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One object; empty `namespace`: cluster-scoped. */
export interface ObjectRef extends KindRef {
  readonly namespace: string;
  readonly name: string;
}

export interface WriteOptions {
  /** Default: `sopskit`. What a parent Kustomization must not revert is written as `flux-client-side-apply`. */
  readonly fieldManager?: string;
  /** Whether fields of other managers are taken over (server-side apply only). */
  readonly force?: boolean;
  /** Asks the server what it would do. */
  readonly dryRun?: boolean;
}

/**
 * A Kubernetes API server. Objects are trees as a JSON document's. Everything throws `cluster.unreachable` (no
 * connection, TLS), `cluster.denied` (401, 403: names the verb, resource and namespace), `cluster.refused` (every
 * other refusal, with the server's reason and never with a value), `cluster.timeout`.
 */
export interface Cluster {
  /** Address of the API server, for messages. */
  readonly server: string;
  /** Name of the kubeconfig's context, or `in-cluster`. */
  readonly context: string;
  /** Namespace that the context names; `default` where it names none. */
  readonly namespace: string;
  /** What kubectl needs to reach the same cluster as the same user, for hints: ` --context x`; empty in a pod. */
  readonly flags: string;
  /** The server's version, e.g. `v1.36.3`. */
  version(): Promise<string>;
  /** Whether the API server serves the kind. */
  serves(kind: KindRef): Promise<boolean>;
  /**
   * Returns the kinds that a name means, as kubectl takes it: kind, plural, singular or short name, in any case, with
   * its group behind a point or without (`ks`, `helmrelease`, `deployments.apps`). Several, where several APIs have it.
   */
  resolve(typed: string): Promise<readonly KindRef[]>;
  /** Whether objects of a kind are in namespaces; `null` where it is not served. */
  isNamespaced(kind: KindRef): Promise<boolean | null>;
  /** Returns an object, or `null` where there is none (also where its kind is not served). */
  get(object: ObjectRef): Promise<Mapping | null>;
  /** Lists objects of a kind, all pages; `namespace` `null`: of all namespaces. */
  list(kind: KindRef, namespace: string | null, labelSelector?: string): Promise<readonly Mapping[]>;
  /** Server-side apply. Returns the object as the server has it then. */
  apply(manifest: Mapping, options?: WriteOptions): Promise<Mapping>;
  /** JSON merge patch (RFC 7386). */
  patch(object: ObjectRef, patch: Mapping, options?: WriteOptions): Promise<Mapping>;
  /** Deletes an object in the background, if it is there. */
  delete(object: ObjectRef, options?: { readonly uid?: string }): Promise<void>;
  /** Events about an object, oldest first; with an empty name about all of its kind, with an empty namespace everywhere. */
  events(object: ObjectRef): Promise<readonly ClusterEvent[]>;
}

export interface ClusterEvent {
  /** The last time, of what happened several times. */
  readonly time: Date;
  /** The first time: what an annotation says is of then, as only time, count and message are renewed. Absent: `time`. */
  readonly firstTime?: Date;
  /** How often; absent: once. */
  readonly count?: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly reporter: string;
  /** What it is about. */
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** Flux notes the revision here (`kustomize.toolkit.fluxcd.io/revision`). */
  readonly annotations: ReadonlyMap<string, string>;
}
