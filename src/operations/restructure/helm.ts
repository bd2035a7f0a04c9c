import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { type ChartPlace, ociAddress } from '../../flux/restructure/adopt-release.ts';
import { formatNamed } from '../../formats/registry.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';
import { walk } from '../../tree/walk.ts';

/** A release as Helm has it. Values and manifests hold secrets. */
export interface InstalledRelease {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly revision: string;
  /** What the user gave, without the chart's defaults. */
  readonly values: Mapping;
  /** What Helm applied last, hooks left out. */
  readonly manifests: readonly Mapping[];
}

/** What an upgrade would apply. */
export interface RenderedRelease {
  readonly manifests: readonly Mapping[];
  /** Hooks that run at an upgrade: `Job migrate`. */
  readonly hooks: readonly string[];
}

/** The user's own program helm, spoken to with the connection that is asked for. Throws `process.missing`, `process.failed`. */
export class Helm {
  readonly #system: System;
  readonly #connection: readonly string[];

  constructor(system: System, { kubeconfig, context, asUser, asGroups }: ConnectionOptions) {
    this.#system = system;
    this.#connection = [
      ...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]),
      ...(context === null ? [] : ['--kube-context', context]),
      ...(asUser === null ? [] : ['--kube-as-user', asUser]),
      ...asGroups.flatMap((group) => ['--kube-as-group', group]),
    ];
    if (system.processes.find('helm') === null)
      throw new SopskitError('process.missing', 'the program helm is not installed, or not on PATH', {
        hint: 'A Helm release is read and compared with helm itself: https://helm.sh/docs/intro/install/',
      });
  }

  /** Reads a release. Throws `restructure.refused` for one that is not deployed, or not there. */
  async release(name: string, namespace: string): Promise<InstalledRelease> {
    const of = [name, '--namespace', namespace];
    const metadata = await this.#json(['get', 'metadata', ...of, '--output', 'json']);
    const status = textAt(metadata, 'status');
    if (status !== 'deployed')
      throw new SopskitError(
        'restructure.refused',
        `the Helm release ${name} is ${status || 'in no known state'}, and not deployed`,
        {
          hint: `Bring it into order first: helm history ${name} -n ${namespace}`,
        },
      );
    const values = await this.#json(['get', 'values', ...of, '--output', 'json']);
    const manifest = await this.#run(['get', 'manifest', ...of]);
    return {
      name,
      namespace,
      chart: textAt(metadata, 'chart'),
      version: textAt(metadata, 'version'),
      revision: String(metadata.entries.length === 0 ? '' : numberText(metadata, 'revision')),
      values,
      manifests: await manifestsIn(manifest),
    };
  }

  /** Asks what an upgrade to the same chart and values would apply; nothing is changed. The values go over standard input. */
  async rendered(release: InstalledRelease, place: ChartPlace): Promise<RenderedRelease> {
    const { name, namespace, values } = release;
    const chart = place.repository.startsWith('oci://')
      ? [ociAddress(place)]
      : [place.chart, '--repo', place.repository];
    const input = Secret.fromText(
      Buffer.from((await formatNamed('json')).emit([values], {})).toString('utf8'),
    );
    try {
      const args = [
        ...['upgrade', name, ...chart, '--version', place.version, '--namespace', namespace],
        ...['--reset-values', '--values', '-', '--dry-run=server', '--output', 'json'],
      ];
      const output = await this.#run(args, { input, hidden: textsOf(values) });
      return await renderedOf(output);
    } finally {
      input.wipe();
    }
  }

  /** Addresses of repositories that the user has added to Helm, and that have the chart in this version. */
  async repositoriesWith(chart: string, version: string): Promise<readonly string[]> {
    try {
      const found = listIn(await this.#run(['search', 'repo', chart, '--versions', '--output', 'json']));
      const known = listIn(await this.#run(['repo', 'list', '--output', 'json']));
      const names = found
        .filter((one) => one['version'] === version && String(one['name']).endsWith(`/${chart}`))
        .map((one) => String(one['name']).slice(0, -chart.length - 1));
      const urls = known
        .filter((one) => names.includes(String(one['name'])))
        .map((one) => String(one['url']));
      return [...new Set(urls)];
    } catch (error) {
      // no repository was added, or its index was never fetched
      if (error instanceof SopskitError && error.code === 'process.failed') return [];
      throw error;
    }
  }

  async #json(args: readonly string[]): Promise<Mapping> {
    const bytes = await this.#run(args);
    if (Buffer.from(bytes).toString('latin1').trim() === 'null') return { kind: 'mapping', entries: [] };
    return (await formatNamed('json')).parse(bytes).branches[0] ?? { kind: 'mapping', entries: [] };
  }

  async #run(
    args: readonly string[],
    { input, hidden = [] }: { readonly input?: Secret; readonly hidden?: readonly string[] } = {},
  ): Promise<Uint8Array> {
    const options = input === undefined ? {} : { input };
    const { status, stdout, stderr } = await this.#system.processes.run(
      'helm',
      [...args, ...this.#connection],
      options,
    );
    if (status === 0) return stdout;
    throw failure(args, Buffer.from(stderr).toString('utf8'), hidden);
  }
}

function failure(args: readonly string[], said: string, hidden: readonly string[]): SopskitError {
  const command = args
    .slice(0, args[0] === 'get' || args[0] === 'search' || args[0] === 'repo' ? 2 : 1)
    .join(' ');
  // a chart's own failure may quote a value
  const first = said.split('\n').find((line) => line.startsWith('Error:')) ?? said.split('\n')[0] ?? '';
  const words = hidden.reduce((text, value) => text.replaceAll(value, '***'), first.replace(/^Error: */, ''));
  return new SopskitError(
    'process.failed',
    `helm ${command} failed: ${words.slice(0, 500).replace(/\p{C}/gu, ' ')}`,
    {
      hint: /not found|release: not found/.test(words)
        ? 'helm list -A shows the releases, with their namespaces.'
        : 'Look at it with helm itself.',
    },
  );
}

/** Texts of values that a message must not repeat. */
function textsOf(values: Mapping): string[] {
  const found = new Set<string>();
  walk(values, ({ leaf }) => {
    if (leaf.kind === 'string' && leaf.value.length >= 4)
      for (const line of [leaf.value, ...leaf.value.split('\n')])
        if (line.trim().length >= 4) found.add(line.trim());
  });
  return [...found].sort((a, b) => b.length - a.length);
}

async function renderedOf(output: Uint8Array): Promise<RenderedRelease> {
  const release: unknown = JSON.parse(Buffer.from(output).toString('utf8'));
  const { manifest, hooks } = (release ?? {}) as { manifest?: unknown; hooks?: unknown };
  const listed = Array.isArray(hooks) ? (hooks as readonly Record<string, unknown>[]) : [];
  return {
    manifests: await manifestsIn(Buffer.from(typeof manifest === 'string' ? manifest : '')),
    hooks: listed
      .filter(({ events }) => Array.isArray(events) && events.some((one) => /-upgrade$/.test(String(one))))
      .map(({ kind, name }) => `${String(kind)} ${String(name)}`),
  };
}

async function manifestsIn(bytes: Uint8Array): Promise<readonly Mapping[]> {
  if (/^(?:\s*(?:#[^\n]*|---[^\n]*)?\n?)*$/.test(Buffer.from(bytes).toString('latin1'))) return [];
  const { branches } = (await formatNamed('yaml')).parse(bytes);
  return branches.filter((one) => textAt(one, 'kind') !== '');
}

function listIn(bytes: Uint8Array): readonly Record<string, unknown>[] {
  const list: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : [];
}

function numberText(mapping: Mapping, key: string): string {
  for (const entry of mapping.entries)
    if (entry.kind === 'entry' && entry.key === key && entry.value.kind === 'int')
      return entry.value.value.toString();
  return '';
}
