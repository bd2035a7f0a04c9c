import { SopskitError } from '../errors/sopskit-error.ts';
import { mappingOf, stringOf } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import type { Cluster, ClusterEvent, KindRef, ObjectRef, WriteOptions } from './cluster.ts';
import {
  type About,
  basePath,
  Discovery,
  groupOf,
  notKubernetes,
  type Resource,
  resourceName,
} from './discovery.ts';
import type { Doing } from './doing.ts';
import { readEvent } from './event.ts';
import { itemsIn, textIn } from './fields.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** Items a page of a list. */
const pageSize = 500;
const ownManager = 'sopskit';

/** A `Cluster` over one transport. */
export class ApiCluster implements Cluster {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly flags: string;
  readonly #transport: Transport;
  readonly #discovery: Discovery;
  readonly #about: About;

  constructor(transport: Transport, about: About & { readonly namespace: string }) {
    this.server = about.server;
    this.context = about.context;
    this.namespace = about.namespace;
    this.flags = about.flags;
    this.#transport = transport;
    this.#about = about;
    this.#discovery = new Discovery(transport, about);
  }

  async version(): Promise<string> {
    const doing = this.#doing('read', 'the version', '', '');
    const version = await this.#transport.ask({ method: 'GET', path: '/version' }, doing);
    const text = version === null ? '' : textIn(version, 'gitVersion');
    if (text === '') throw notKubernetes(this.#about);
    return text;
  }

  async serves(kind: KindRef): Promise<boolean> {
    return (await this.#discovery.find(kind)) !== null;
  }

  async resolve(typed: string): Promise<readonly KindRef[]> {
    const [name = '', ...group] = typed.toLowerCase().split('.');
    const versions = (await this.#discovery.versions()).filter((one) => isInGroup(one, group.join('.')));
    // an API whose server is away must not hide the others
    const served = await Promise.all(versions.map((one) => this.#discovery.resources(one).catch(() => [])));
    const kinds = new Map<string, KindRef>();
    for (const { apiVersion, kind } of served.flat().filter((one) => isNamed(one, name))) {
      const key = resourceName(kind, apiVersion);
      if (!kinds.has(key)) kinds.set(key, { apiVersion, kind });
    }
    if (kinds.size === 0) this.#discovery.forgetVersions();
    return [...kinds.values()];
  }

  async isNamespaced(kind: KindRef): Promise<boolean | null> {
    return (await this.#discovery.find(kind))?.namespaced ?? null;
  }

  async get(object: ObjectRef): Promise<Mapping | null> {
    const resource = await this.#discovery.find(object);
    if (resource === null) return null;
    const found = await this.#ask('get', resource, object, { method: 'GET' });
    return found === null ? null : this.#checked(found, object);
  }

  async list(kind: KindRef, namespace: string | null, labelSelector?: string): Promise<readonly Mapping[]> {
    const resource = await this.#discovery.find(kind);
    if (resource === null) return [];
    return await this.#pages(resource, namespace ?? '', {
      ...(labelSelector === undefined ? {} : { labelSelector }),
    });
  }

  async apply(manifest: Mapping, options: WriteOptions = {}): Promise<Mapping> {
    const kind = { apiVersion: textIn(manifest, 'apiVersion'), kind: textIn(manifest, 'kind') };
    const resource = await this.#served(kind, 'apply');
    const namespace = resource.namespaced ? textIn(manifest, 'metadata', 'namespace') || this.namespace : '';
    const object = { ...kind, namespace, name: textIn(manifest, 'metadata', 'name') };
    const query = {
      ...writeQuery(options),
      ...(options.force === true ? { force: 'true' } : {}),
      fieldValidation: 'Strict',
    };
    const type = 'application/apply-patch+yaml';
    return this.#there(
      await this.#ask('apply', resource, object, { method: 'PATCH', body: manifest, type }, query),
      object,
    );
  }

  async patch(object: ObjectRef, patch: Mapping, options: WriteOptions = {}): Promise<Mapping> {
    const resource = await this.#served(object, 'patch');
    const type = 'application/merge-patch+json';
    const answer = await this.#ask(
      'patch',
      resource,
      object,
      { method: 'PATCH', body: patch, type },
      writeQuery(options),
    );
    return this.#there(answer, object);
  }

  async delete(object: ObjectRef, options: { readonly uid?: string } = {}): Promise<void> {
    const resource = await this.#discovery.find(object);
    if (resource === null) return;
    const { uid } = options;
    const body = mappingOf([
      ['apiVersion', stringOf('v1')],
      ['kind', stringOf('DeleteOptions')],
      ['propagationPolicy', stringOf('Background')],
      ['preconditions', uid === undefined ? undefined : mappingOf([['uid', stringOf(uid)]])],
    ]);
    await this.#ask('delete', resource, object, { method: 'DELETE', body });
  }

  async events(object: ObjectRef): Promise<readonly ClusterEvent[]> {
    const resource = await this.#discovery.find({ apiVersion: 'v1', kind: 'Event' });
    if (resource === null) return [];
    const fields = [`involvedObject.kind=${object.kind}`];
    if (object.name !== '') fields.push(`involvedObject.name=${object.name}`);
    if (object.namespace !== '') fields.push(`involvedObject.namespace=${object.namespace}`);
    // events of what is in no namespace are kept in `default`
    const where = object.namespace || (object.name === '' ? '' : 'default');
    const found = await this.#pages(resource, where, { fieldSelector: fields.join(',') });
    return found.map(readEvent).sort((a, b) => a.time.getTime() - b.time.getTime());
  }

  async #pages(
    resource: Resource,
    namespace: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly Mapping[]> {
    const all: Mapping[] = [];
    let next = '';
    do {
      const page = await this.#ask(
        'list',
        resource,
        { namespace, name: '' },
        { method: 'GET' },
        { ...query, limit: `${pageSize}`, ...(next === '' ? {} : { continue: next }) },
      );
      if (page === null) return all;
      if (!textIn(page, 'kind').endsWith('List')) throw notKubernetes(this.#about);
      for (const item of itemsIn(page, 'items')) all.push(withKind(item, resource));
      next = textIn(page, 'metadata', 'continue');
    } while (next !== '');
    return all;
  }

  async #ask(
    verb: string,
    resource: Resource,
    { namespace, name }: { readonly namespace: string; readonly name: string },
    request: Omit<ApiRequest, 'path'>,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Mapping | null> {
    const scope =
      resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const one = name === '' ? '' : `/${encodeURIComponent(name)}`;
    const asked = new URLSearchParams(query).toString();
    const path = `${basePath(resource.apiVersion)}${scope}/${resource.plural}${one}${asked === '' ? '' : `?${asked}`}`;
    const about = resourceName(resource.plural, resource.apiVersion);
    return await this.#transport.ask(
      { ...request, path },
      { ...this.#doing(verb, about, scope && namespace, name), dryRun: 'dryRun' in query },
    );
  }

  #doing(verb: string, resource: string, namespace: string, name: string): Doing {
    const { context, server, flags, posing } = this.#about;
    const about = { verb, resource, namespace, name, context, server, flags };
    return posing === undefined ? about : { ...about, posing };
  }

  async #served(kind: KindRef, verb: string): Promise<Resource> {
    const resource = await this.#discovery.find(kind);
    if (resource !== null) return resource;
    throw new SopskitError(
      'cluster.not-found',
      `The API server cannot ${verb} a ${kind.kind}: it serves no ${kind.apiVersion}`,
      {
        hint: `Install its CustomResourceDefinition first; kubectl${this.flags} api-resources lists what is there.`,
      },
    );
  }

  /** What answers for an API server must not be taken for the object that was asked for. */
  #checked(answer: Mapping, { kind, name }: ObjectRef): Mapping {
    if (textIn(answer, 'kind') === kind && textIn(answer, 'metadata', 'name') === name) return answer;
    throw notKubernetes(this.#about);
  }

  #there(answer: Mapping | null, object: ObjectRef): Mapping {
    if (answer !== null) return this.#checked(answer, object);
    const { kind, namespace, name } = object;
    const where = namespace === '' ? '' : ` in namespace ${namespace}, or there is no such namespace`;
    throw new SopskitError('cluster.not-found', `There is no ${kind} ${name}${where}`, {
      hint: `kubectl${this.flags} get ${kind.toLowerCase()}${namespace === '' ? '' : ` -n ${namespace}`} lists those there are.`,
    });
  }
}

function writeQuery({ fieldManager, dryRun }: WriteOptions): Record<string, string> {
  return { fieldManager: fieldManager ?? ownManager, ...(dryRun === true ? { dryRun: 'All' } : {}) };
}

/** kubectl takes `deployments.apps` and `deployments.v1.apps`. */
function isInGroup(apiVersion: string, typed: string): boolean {
  return typed === '' || typed === groupOf(apiVersion) || typed === apiVersion.split('/').reverse().join('.');
}

function isNamed({ kind, plural, singular, shortNames }: Resource, name: string): boolean {
  return [kind.toLowerCase(), plural, singular, ...shortNames].includes(name);
}

/** Items of a list come without their kind. */
function withKind(item: Mapping, { apiVersion, kind }: Resource): Mapping {
  if (textIn(item, 'kind') !== '') return item;
  const own = mappingOf([
    ['apiVersion', stringOf(apiVersion)],
    ['kind', stringOf(kind)],
  ]);
  return { kind: 'mapping', entries: [...own.entries, ...item.entries] };
}
