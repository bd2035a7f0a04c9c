import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ControlPlane, Json } from './control-plane.ts';

export interface SceneOptions {
  /** First revision: content by path from the repository's top. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Sync path, where the root Kustomization begins. Default: `clusters/test`. */
  readonly path?: string;
  /** Begins the namespace's and the repository's name. Default: `scene`. */
  readonly name?: string;
  /**
   * Whether `<path>/flux-system/gotk-sync.yaml` is committed, so that the root Kustomization applies itself, as
   * `flux bootstrap` leaves it. Default: true. Otherwise both objects are applied by hand only.
   */
  readonly syncFile?: boolean;
  /** Lines for the root Kustomization's `spec`, two spaces deep (`  decryption: …`). */
  readonly spec?: string;
  /** Whether to wait until the root is Ready at the first revision. Default: true. */
  readonly wait?: boolean;
}

/**
 * Makes a Flux of its own on a shared control plane: a namespace, a git repository with a working copy, a GitRepository
 * and a root Kustomization, both named `flux-system` in that namespace. In `files`, `$NS` stands for the namespace,
 * whose name differs in every scene. Call `remove()` at the end.
 */
export async function startScene(controlPlane: ControlPlane, options: SceneOptions): Promise<FluxScene> {
  const namespace = await controlPlane.createNamespace(options.name ?? 'scene');
  const scene = new FluxScene(controlPlane, namespace, options);
  const revision = scene.push(options.files, 'the first revision');
  controlPlane.apply(scene.syncManifest(), 'kustomize-controller');
  if (options.wait !== false) await scene.reconcile(revision);
  return scene;
}

export class FluxScene {
  readonly controlPlane: ControlPlane;
  /** Namespace of the scene's sources and Kustomizations. Also the repository's name on the git server. */
  readonly namespace: string;
  /** The working copy: a clone whose `origin` is the git server, on branch `main`. */
  readonly folder: string;
  readonly url: string;
  readonly path: string;
  readonly #base: string;
  readonly #options: SceneOptions;

  constructor(controlPlane: ControlPlane, namespace: string, options: SceneOptions) {
    this.controlPlane = controlPlane;
    this.namespace = namespace;
    this.path = options.path ?? 'clusters/test';
    this.#options = options;
    this.url = controlPlane.createRepository(namespace);
    this.#base = mkdtempSync(path.join(tmpdir(), 'sopskit-scene-'));
    this.folder = path.join(this.#base, 'repository');
    mkdirSync(path.join(this.#base, 'home'));
    mkdirSync(this.folder);
    this.git('init', '-q', '-b', 'main');
    this.git('remote', 'add', 'origin', this.url);
    if (options.syncFile !== false)
      this.write({ [`${this.path}/flux-system/gotk-sync.yaml`]: this.syncManifest() });
  }

  /** The environment of git, and of a command line that works on the working copy: nothing of this user's. */
  get env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: path.join(this.#base, 'home'),
      KUBECONFIG: this.controlPlane.kubeconfig,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    };
  }

  /** The GitRepository and the root Kustomization, as YAML. */
  syncManifest(): string {
    return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: ${this.namespace}
spec:
  interval: 10m
  ref:
    branch: main
  url: ${this.url}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: ${this.namespace}
spec:
  interval: 10m
  path: ./${this.path}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
${this.#options.spec === undefined ? '' : `${this.#options.spec.replace(/\n$/, '')}\n`}`;
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: this.env, encoding: 'utf8', stdio: 'pipe' });
  }

  /** Writes files into the working copy (`null` removes one); `$NS` becomes the namespace. */
  write(files: Readonly<Record<string, string | Uint8Array | null>>): void {
    for (const [name, content] of Object.entries(files)) {
      const full = path.join(this.folder, name);
      if (content === null) {
        rmSync(full, { recursive: true, force: true });
        continue;
      }
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, typeof content === 'string' ? content.replaceAll('$NS', this.namespace) : content);
    }
  }

  /** Writes files, commits all changes and pushes them. Returns the commit. */
  push(files: Readonly<Record<string, string | Uint8Array | null>>, message = 'a commit'): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    this.git('push', '-q', 'origin', 'HEAD:main');
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** Has the source fetch now, and waits until it has the commit. */
  async fetch(revision: string): Promise<void> {
    await this.annotate('gitrepositories', 'flux-system');
    await this.controlPlane.waitFor(
      `the fetch of ${revision}`,
      async () => (await this.source('flux-system'))?.status?.artifact?.revision?.endsWith(revision) === true,
      { describe: () => this.status() },
    );
  }

  /** Fetches a commit, and waits until these Kustomizations (default: the root) are Ready at it. */
  async reconcile(revision: string, names: readonly string[] = ['flux-system']): Promise<void> {
    await this.fetch(revision);
    for (const name of names) await this.ready(name, revision);
  }

  /** Waits until a Kustomization is Ready at a commit, with its status of its present spec. */
  async ready(name: string, revision: string): Promise<Json> {
    return await this.controlPlane.waitFor(
      `Kustomization ${name} at ${revision}`,
      async () => {
        const live = await this.kustomization(name);
        const ready = conditionOf(live, 'Ready')?.status === 'True';
        const settled = live?.status?.observedGeneration === live?.metadata?.generation;
        return ready && settled && live.status.lastAppliedRevision?.endsWith(revision) ? live : null;
      },
      { describe: () => this.status() },
    );
  }

  /** Waits until the Ready condition of a Kustomization is False and its message has this text. */
  async notReady(name: string, text: string, seconds = 60): Promise<Json> {
    return await this.controlPlane.waitFor(
      `failure of Kustomization ${name}`,
      async () => {
        const ready = conditionOf(await this.kustomization(name), 'Ready');
        return ready?.status === 'False' && ready.message.includes(text) ? ready : null;
      },
      { describe: () => this.status(), seconds },
    );
  }

  /** Asks a Flux object to act now: `kustomizations`, `gitrepositories` … */
  async annotate(resource: string, name: string): Promise<void> {
    const annotations = { 'reconcile.fluxcd.io/requestedAt': `${Date.now()}` };
    await this.controlPlane.patch(resource, this.namespace, name, { metadata: { annotations } });
  }

  async suspend(name: string, suspend = true): Promise<void> {
    await this.controlPlane.patch('kustomizations', this.namespace, name, { spec: { suspend } });
  }

  async kustomization(name: string): Promise<Json | null> {
    return await this.controlPlane.get('kustomizations', this.namespace, name);
  }

  async source(name: string): Promise<Json | null> {
    return await this.controlPlane.get('gitrepositories', this.namespace, name);
  }

  /** The uid of an object; `null` where it is not there. An object that was made anew has another. */
  async uid(resource: string, name: string, namespace: string = this.namespace): Promise<string | null> {
    return (await this.controlPlane.get(resource, namespace, name))?.metadata.uid ?? null;
  }

  /** Ids of a Kustomization's inventory, sorted. */
  async inventory(name: string): Promise<readonly string[]> {
    const entries: readonly { id: string }[] =
      (await this.kustomization(name))?.status?.inventory?.entries ?? [];
    return entries.map(({ id }) => id).sort();
  }

  /** What all Kustomizations of the scene say, for messages. */
  async status(): Promise<string> {
    const all = [
      ...(await this.controlPlane.list('gitrepositories', this.namespace)),
      ...(await this.controlPlane.list('kustomizations', this.namespace)),
    ];
    return all
      .map((one) => {
        const ready = conditionOf(one, 'Ready');
        return `${one.kind}/${one.metadata.name}: ${ready?.status} ${ready?.reason}: ${ready?.message}`;
      })
      .join('\n');
  }

  /**
   * Removes the working copy, and has the controllers leave the scene alone: its Kustomizations are suspended, and
   * deleted without what they applied (that the control plane goes with).
   */
  async remove(): Promise<void> {
    for (const one of await this.controlPlane.list('kustomizations', this.namespace)) {
      await this.suspend(one.metadata.name);
      await this.controlPlane.delete('kustomizations', this.namespace, one.metadata.name).catch(() => {});
    }
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** A condition of an object's status. */
export function conditionOf(object: Json | null, type: string): Json | undefined {
  return object?.status?.conditions?.find((one: { type: string }) => one.type === type);
}
