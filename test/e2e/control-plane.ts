import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from './control-plane/address.ts';
import { findBinaries, findDefinitions } from './control-plane/binaries.ts';

export interface ControlPlaneOptions {
  /** Host that artifacts' addresses name. Default: one that works. A cluster domain that is wrong: any other. */
  readonly artifactHost?: string;
  /** More flags for the controllers, e.g. `--sops-age-secret=sops-age`. */
  readonly sourceFlags?: readonly string[];
  readonly kustomizeFlags?: readonly string[];
}

/**
 * Starts etcd, kube-apiserver (RBAC), source-controller, kustomize-controller and a git server on loopback, in a
 * temporary folder; ready in about 5 s. Most tests share one instead (`describeE2e` in `describe-e2e.ts`). Nothing of
 * it outlives this process, however that ends. Call `stop()`.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { found: binaries, missing } = findBinaries();
  if (missing.length > 0) throw new Error(`no control plane without ${missing.join(', ')}`);
  const request = JSON.stringify({ ...options, binaries, crds: findDefinitions() });
  for (let tries = 1; ; tries++) {
    try {
      return await start(request);
    } catch (error) {
      // another process may have taken one of the ports that were free
      if (tries === 3) throw error;
    }
  }
}

async function start(request: string): Promise<ControlPlane> {
  const child = spawn(process.execPath, [supervisor, request], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C at the terminal is for the test runner, whose end is the end of this process's standard input.
    detached: true,
  });
  const answer = await new Promise<{ address?: Address; error?: string }>((resolve, reject) => {
    let text = '';
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the control plane ended before it was ready')));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(JSON.parse(text));
    });
  });
  if (answer.address === undefined) throw new Error(answer.error ?? 'the control plane did not start');
  child.unref();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new ControlPlane(answer.address, () => {
    child.ref();
    child.stdin.end();
    return ended;
  });
}

const supervisor = fileURLToPath(new URL('control-plane/supervisor.js', import.meta.url));

/** An object as the API server's JSON has it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into objects freely
export type Json = any;

/** A running control plane, and what tests do with one. */
export class ControlPlane {
  readonly address: Address;
  readonly #stop: () => Promise<void>;
  readonly #agent: https.Agent;

  constructor(address: Address, stop: () => Promise<void> = async () => {}) {
    this.address = address;
    this.#stop = stop;
    this.#agent = new https.Agent({ keepAlive: true, ca: readFileSync(address.ca) });
  }

  /** Path of a kubeconfig with the contexts `admin` (current) and `guest`. */
  get kubeconfig(): string {
    return this.address.kubeconfig;
  }
  get server(): string {
    return this.address.server;
  }
  /** The bearer token of `admin`. */
  get token(): string {
    return this.address.tokens.admin;
  }

  /** A folder with a client certificate for `system:masters` (admin.crt, admin.key) and its authority (ca.crt). */
  get clientCertificates(): string {
    return path.join(this.address.folder, 'client-ca');
  }

  /** The address of a repository, for git and for `spec.url`. */
  gitUrl(name: string): string {
    return `${this.address.git}/${name}.git`;
  }

  /** Makes an empty bare repository that takes pushes; its branch is `main`. Returns its address. */
  createRepository(name: string): string {
    const folder = path.join(this.address.repositories, `${name}.git`);
    mkdirSync(folder, { recursive: true });
    const env = { PATH: process.env['PATH'] ?? '', HOME: this.address.folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', folder], { env });
    execFileSync('git', ['-C', folder, 'config', 'http.receivepack', 'true'], { env });
    return this.gitUrl(name);
  }

  /** Runs kubectl as admin; returns what it printed, throws what it said. About 0.2 s: `get` and `list` are faster. */
  kubectl(...args: readonly string[]): string {
    return this.#kubectl(args, '');
  }

  /** Applies YAML as `kubectl apply --server-side` does. */
  apply(yaml: string, fieldManager = 'test'): void {
    this.#kubectl(
      ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '-f', '-'],
      yaml,
    );
  }

  #kubectl(args: readonly string[], input: string): string {
    const env = { PATH: process.env['PATH'] ?? '', HOME: path.join(this.address.folder, 'home') };
    const file = this.address.binaries.kubectl;
    return execFileSync(file, ['--kubeconfig', this.kubeconfig, ...args], {
      env,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** Makes a namespace that no other test has, and returns its name. It cannot be removed for good, nor need it be. */
  async createNamespace(prefix = 'test'): Promise<string> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } };
    return (await this.request('POST', '/api/v1/namespaces', body)).metadata.name;
  }

  /** Returns one object, or `null`. `resource`: plural, with its API as `kubectl api-resources` has them, see `apiPath`. */
  async get(resource: string, namespace: string, name: string): Promise<Json | null> {
    return await this.request('GET', `${apiPath(resource, namespace)}/${name}`).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
  }

  async list(resource: string, namespace: string): Promise<readonly Json[]> {
    return (await this.request('GET', apiPath(resource, namespace))).items;
  }

  /** A JSON merge patch, by the field manager that a parent Kustomization leaves alone. */
  async patch(
    resource: string,
    namespace: string,
    name: string,
    patch: Json,
    options: { readonly subresource?: string; readonly fieldManager?: string } = {},
  ): Promise<Json> {
    const manager = options.fieldManager ?? 'flux-client-side-apply';
    const sub = options.subresource === undefined ? '' : `/${options.subresource}`;
    const url = `${apiPath(resource, namespace)}/${name}${sub}?fieldManager=${manager}`;
    return await this.request('PATCH', url, patch, 'application/merge-patch+json');
  }

  async delete(resource: string, namespace: string, name: string): Promise<void> {
    await this.request('DELETE', `${apiPath(resource, namespace)}/${name}`);
  }

  /** Asks the API server as admin. Throws an Error with `status` for an answer of 300 and more. */
  async request(method: string, url: string, body?: Json, type = 'application/json'): Promise<Json> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    return await new Promise((resolve, reject) => {
      const request = https.request(
        `${this.server}${url}`,
        { method, headers, agent: this.#agent },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('end', () => {
            const status = answer.statusCode ?? 0;
            if (status < 300) resolve(JSON.parse(text));
            else reject(Object.assign(new Error(`${method} ${url}: ${status} ${text}`), { status }));
          });
        },
      );
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /**
   * Asks `probe` every 40 ms until it returns something other than `null`, `undefined` and `false`, and returns that.
   * Throws after `seconds` (default 60), with what `describe` then says and the end of kustomize-controller's log.
   */
  async waitFor<T>(
    what: string,
    probe: () => Promise<T | null | undefined | false>,
    options: { readonly seconds?: number; readonly describe?: () => Promise<string> } = {},
  ): Promise<T> {
    const end = Date.now() + (options.seconds ?? 60) * 1000;
    while (Date.now() < end) {
      const found = await probe();
      if (found !== null && found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    const state = (await options.describe?.()) ?? '';
    throw new Error(`${what} did not happen\n${state}\n${this.log('kustomize-controller').slice(-3000)}`);
  }

  /** The log of `kustomize-controller`, `source-controller`, `kube-apiserver` or `etcd`. */
  log(server: string): string {
    return readFileSync(path.join(this.address.folder, `${server}.log`), 'utf8');
  }

  /** Writes a file that goes with the control plane (a kubeconfig, e.g.), and returns its path. */
  writeFile(name: string, text: string): string {
    const file = path.join(this.address.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** Ends all servers and removes the folder; does nothing to one that is shared. */
  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#stop();
  }
}

/**
 * Returns the path of a resource: `configmaps`, `secrets`, `events` …, or one of Flux's (`kustomizations`,
 * `gitrepositories`, `helmreleases` …), or any other as `plural.version.group`. Empty `namespace`: cluster-scoped.
 */
export function apiPath(resource: string, namespace: string): string {
  const known = fluxApis.get(resource);
  const [plural = '', version = '', ...group] = resource.split('.');
  const api = known ?? (group.length > 0 ? `apis/${group.join('.')}/${version}` : 'api/v1');
  return `/${api}${namespace === '' ? '' : `/namespaces/${namespace}`}/${plural}`;
}

const fluxApis: ReadonlyMap<string, string> = new Map([
  ['kustomizations', 'apis/kustomize.toolkit.fluxcd.io/v1'],
  ['gitrepositories', 'apis/source.toolkit.fluxcd.io/v1'],
  ['helmrepositories', 'apis/source.toolkit.fluxcd.io/v1'],
  ['ocirepositories', 'apis/source.toolkit.fluxcd.io/v1'],
  ['helmreleases', 'apis/helm.toolkit.fluxcd.io/v2'],
  ['customresourcedefinitions', 'apis/apiextensions.k8s.io/v1'],
]);
