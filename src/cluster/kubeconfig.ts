import path from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { nearest } from '../errors/suggestion.ts';
import { yamlFormat } from '../formats/yaml/yaml-format.ts';
import type { System } from '../system/system.ts';
import { entriesOf, mappingOf, stringOf, valueAt } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import { shellWord } from './doing.ts';
import { textIn } from './fields.ts';

/** What kubeconfigs say together, each part by its name. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, Mapping>;
  readonly users: ReadonlyMap<string, Mapping>;
  readonly contexts: ReadonlyMap<string, Mapping>;
  readonly currentContext: string;
  /** The file that each user is from. */
  readonly userFiles: ReadonlyMap<string, string>;
  /** The files that were looked for, for messages. */
  readonly files: readonly string[];
  /** What kubectl needs for the same files: ` --kubeconfig f`, or nothing. */
  readonly flags: string;
}

/**
 * Reads the kubeconfig as client-go does (clientcmd, loader.go): the file that was named, else those of `KUBECONFIG`
 * that exist, else `~/.kube/config`. Of several the first that has a name wins; relative paths are from each file's
 * folder. Throws `cluster.config`. Without any file all is empty.
 */
export function readKubeconfig(system: System, named: string | null): Kubeconfig {
  const files = filesOf(system, named);
  const parts = { clusters: new Map(), users: new Map(), contexts: new Map() } as const;
  const userFiles = new Map<string, string>();
  let currentContext = '';
  for (const file of files) {
    const config = readFile(system, file, named !== null);
    if (config === null) continue;
    currentContext ||= textIn(config, 'current-context');
    for (const [list, one] of lists) collect(parts[list], config, list, one, file);
    for (const name of parts.users.keys()) if (!userFiles.has(name)) userFiles.set(name, file);
  }
  const flags = named === null ? '' : ` --kubeconfig ${shellWord(named)}`;
  return { ...parts, currentContext, userFiles, files, flags };
}

const lists = [
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
] as const;

function filesOf({ env, files }: System, named: string | null): readonly string[] {
  if (named !== null) return [path.resolve(files.cwd, named)];
  const listed = (env.get('KUBECONFIG') ?? '').split(path.delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed.map((file) => path.resolve(files.cwd, file));
  return files.home === null ? [] : [path.join(files.home, '.kube', 'config')];
}

function readFile({ files }: System, file: string, isNamed: boolean): Mapping | null {
  const bytes = files.read(file);
  if (bytes === null) {
    if (isNamed)
      throw new SopskitError('cluster.config', `There is no kubeconfig ${file}`, {
        hint: 'Give the path of a kubeconfig with --kubeconfig, or leave it out to take $KUBECONFIG or ~/.kube/config.',
      });
    return null;
  }
  if (Buffer.from(bytes).toString().trim() === '') return null;
  try {
    return yamlFormat.parse(bytes).branches[0] ?? null;
  } catch (error) {
    throw broken(file, error instanceof SopskitError ? error.message : 'it cannot be read', error);
  }
}

function collect(into: Map<string, Mapping>, config: Mapping, list: string, one: string, file: string): void {
  const items = valueAt(config, list);
  if (items === undefined || items.kind === 'null') return;
  if (items.kind !== 'sequence') throw broken(file, `${list} is no list`);
  for (const item of items.items) {
    if (item.kind !== 'mapping') continue;
    const [name, content] = [textIn(item, 'name'), valueAt(item, one)];
    if (name === '') throw broken(file, `an item of ${list} has no name`);
    if (!into.has(name) && content?.kind === 'mapping')
      into.set(name, withPaths(content, path.dirname(file)));
    else if (!into.has(name)) into.set(name, mappingOf([]));
  }
}

const pathFields = new Set(['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']);

/** Makes the paths of a cluster or user absolute. A program is looked for on PATH where its name has no slash. */
function withPaths(content: Mapping, folder: string): Mapping {
  return mappingOf(
    entriesOf(content).map(({ key, value }) => {
      const name = String(key);
      if (pathFields.has(name) && value.kind === 'string' && value.value !== '')
        return [name, stringOf(path.resolve(folder, value.value))] as const;
      if (name !== 'exec' || value.kind !== 'mapping') return [name, value] as const;
      const command = textIn(value, 'command');
      if (!command.includes('/') || path.isAbsolute(command)) return [name, value] as const;
      const others = entriesOf(value).filter((entry) => entry.key !== 'command');
      const absolute = {
        kind: 'entry',
        key: 'command',
        value: stringOf(path.resolve(folder, command)),
      } as const;
      return [name, { kind: 'mapping', entries: [absolute, ...others] }] as const;
    }),
  );
}

/** One context with all that it names. */
export interface ChosenContext {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: Mapping;
  readonly user: Mapping;
  readonly userName: string;
  /** The kubeconfig that has the user; `null`: none has. */
  readonly userFile: string | null;
}

/** Returns the context to use; throws `cluster.config` where it, or what it names, is not in the kubeconfig. */
export function chooseContext(config: Kubeconfig, asked: string | null): ChosenContext {
  const name = asked ?? config.currentContext;
  const names = [...config.contexts.keys()];
  if (name === '')
    throw new SopskitError('cluster.config', `No context is chosen in ${shown(config)}`, {
      hint: `Choose one with --context, or with kubectl${config.flags} config use-context: ${names.join(', ')}.`,
    });
  const context = config.contexts.get(name);
  if (context === undefined) throw missingContext(config, name, names);
  const part = (kind: 'cluster' | 'user'): string => textIn(context, kind);
  const cluster = config.clusters.get(part('cluster'));
  if (cluster === undefined) throw missingPart(config, name, 'cluster', part('cluster'));
  if (textIn(cluster, 'server') === '')
    throw new SopskitError('cluster.config', `Cluster ${part('cluster')} in ${shown(config)} has no server`);
  const user = config.users.get(part('user'));
  if (user === undefined && part('user') !== '') throw missingPart(config, name, 'user', part('user'));
  return {
    name,
    namespace: textIn(context, 'namespace') || 'default',
    cluster,
    user: user ?? mappingOf([]),
    userName: part('user'),
    userFile: config.userFiles.get(part('user')) ?? null,
  };
}

function missingContext(config: Kubeconfig, name: string, names: readonly string[]): SopskitError {
  const near = nearest(name, names);
  return new SopskitError('cluster.config', `There is no context ${name} in ${shown(config)}`, {
    hint: near === null ? `It has ${names.join(', ') || 'none'}.` : `Did you mean ${near}?`,
  });
}

function missingPart(config: Kubeconfig, context: string, kind: string, name: string): SopskitError {
  const message =
    name === '' ? `names no ${kind}` : `names the ${kind} ${name}, which is not in ${shown(config)}`;
  return new SopskitError('cluster.config', `Context ${context} ${message}`, {
    hint: `kubectl${config.flags} config get-contexts ${shellWord(context)} shows what it names.`,
  });
}

function shown({ files }: Kubeconfig): string {
  return files.join(', ');
}

function broken(file: string, why: string, cause?: unknown): SopskitError {
  return new SopskitError('cluster.config', `The kubeconfig ${file} is broken: ${why}`, {
    hint: `kubectl --kubeconfig ${shellWord(file)} config view tells whether kubectl can read it.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
