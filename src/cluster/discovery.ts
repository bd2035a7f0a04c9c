import { SopskitError } from '../errors/sopskit-error.ts';
import type { KindRef } from './cluster.ts';
import type { Posing } from './doing.ts';
import { flagIn, itemsIn, textIn, textsIn } from './fields.ts';
import type { Transport } from './transport.ts';

/** How the API serves a kind. */
export interface Resource extends KindRef {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly singular: string;
}

/** Path below which an API's resources are: `/api/v1`, `/apis/apps/v1`. */
export function basePath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** `secrets`, `kustomizations.kustomize.toolkit.fluxcd.io`: as kubectl and RBAC name it. */
export function resourceName(plural: string, apiVersion: string): string {
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

/** What messages name. */
export interface About {
  readonly server: string;
  readonly context: string;
  readonly flags: string;
  readonly posing?: Posing;
}

/** The error for a server that speaks HTTP, and is something else. */
export function notKubernetes({ server, flags }: About): SopskitError {
  return new SopskitError('cluster.refused', `What answers at ${server} is no Kubernetes API server`, {
    hint: `kubectl${flags} config view --minify shows the address; kubectl${flags} get --raw /version tries it.`,
  });
}

/** Asks the server once for each API what is in it. What is not there is asked again: a CRD may come. */
export class Discovery {
  readonly #transport: Transport;
  readonly #about: About;
  readonly #known = new Map<string, Promise<readonly Resource[]>>();
  #versions: Promise<readonly string[]> | null = null;

  constructor(transport: Transport, about: About) {
    this.#transport = transport;
    this.#about = about;
  }

  /** Returns how a kind is served; `null` where it is not. */
  async find({ apiVersion, kind }: KindRef): Promise<Resource | null> {
    const found = (await this.resources(apiVersion)).find((one) => one.kind === kind);
    if (found === undefined) this.#known.delete(apiVersion);
    return found ?? null;
  }

  /** Lists what one API serves, without subresources; nothing where there is no such API. */
  resources(apiVersion: string): Promise<readonly Resource[]> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) return known;
    const asked = this.#ask(apiVersion);
    this.#known.set(apiVersion, asked);
    asked.catch(() => this.#known.delete(apiVersion));
    return asked;
  }

  async #ask(apiVersion: string): Promise<readonly Resource[]> {
    const list = await this.#transport.ask(
      { method: 'GET', path: basePath(apiVersion) },
      { ...this.#about, verb: 'read', resource: `the API ${apiVersion}`, namespace: '', name: '' },
    );
    if (list === null) return [];
    if (textIn(list, 'kind') !== 'APIResourceList') throw notKubernetes(this.#about);
    return itemsIn(list, 'resources')
      .filter((item) => !textIn(item, 'name').includes('/'))
      .map((item) => ({
        apiVersion,
        kind: textIn(item, 'kind'),
        plural: textIn(item, 'name'),
        namespaced: flagIn(item, 'namespaced'),
        singular: textIn(item, 'singularName'),
        shortNames: textsIn(item, 'shortNames'),
      }));
  }

  /** All APIs of the server, preferred versions first (`v1`, `apps/v1`, …). */
  versions(): Promise<readonly string[]> {
    this.#versions ??= this.#askVersions().catch((error: unknown) => {
      this.#versions = null;
      throw error;
    });
    return this.#versions;
  }

  /** What was not found is asked for again next time. */
  forgetVersions(): void {
    this.#versions = null;
  }

  async #askVersions(): Promise<readonly string[]> {
    const about = { ...this.#about, verb: 'list', resource: 'APIs', namespace: '', name: '' };
    const groups = await this.#transport.ask({ method: 'GET', path: '/apis' }, about);
    // whatever answers there, a Kubernetes API server it is not
    if (groups === null || textIn(groups, 'kind') !== 'APIGroupList') throw notKubernetes(this.#about);
    const listed = itemsIn(groups, 'groups');
    const preferred = listed.map((group) => textIn(group, 'preferredVersion', 'groupVersion'));
    const others = listed.flatMap((group) =>
      itemsIn(group, 'versions').map((version) => textIn(version, 'groupVersion')),
    );
    return [...new Set(['v1', ...preferred, ...others])];
  }
}
