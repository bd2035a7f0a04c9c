import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Build, Builder, BuiltObject } from '../../../src/flux/build/build.ts';
import type { SourceTree } from '../../../src/flux/build/source-tree.ts';
import { printId } from '../../../src/flux/object-id.ts';
import { formatNamed } from '../../../src/formats/registry.ts';
import { entriesOf, valueAt } from '../../../src/tree/mapping.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';

/**
 * Builds what is listed, as kustomize does with `resources` and the controller with folders that have no kustomization,
 * and nothing else: for tests that run without kustomize.
 */
export function listingBuilder(): Builder {
  return {
    async build({ spec }, tree): Promise<Build> {
      const files = new Set(tree.files.map(({ path }) => path));
      const failed = (message: string): Build => ({ kind: 'failed', message, fix: '' });
      if (![...files].some((file) => isBelow(file, spec.path))) return failed(`path not found: ${spec.path}`);
      const found: string[] = [];
      const problem = await collect(tree, files, spec.path, found);
      if (problem !== null) return failed(problem);
      const objects: BuiltObject[] = [];
      for (const file of found)
        for (const manifest of await branches(tree, file)) objects.push(builtObject(manifest));
      const ids = objects.map(({ id }) => id);
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      return twice === undefined
        ? { kind: 'built', objects, unknowns: [] }
        : failed(`may not add resource with an already registered id: ${twice}`);
    },
    close: () => Promise.resolve(),
  };
}

async function collect(
  tree: SourceTree,
  files: ReadonlySet<string>,
  folder: string,
  found: string[],
): Promise<string | null> {
  const own = posix.join(folder, 'kustomization.yaml');
  if (!files.has(own)) return search(tree, files, folder, found);
  const [kustomization] = await branches(tree, own);
  const list = kustomization === undefined ? undefined : valueAt(kustomization, 'resources');
  for (const item of list?.kind === 'sequence' ? list.items : []) {
    if (item.kind !== 'string') continue;
    const target = posix.join(folder, item.value);
    if (files.has(target)) found.push(target);
    else if (!files.has(`${target}/kustomization.yaml`)) return `${own}: ${item.value} is not there`;
    else {
      const problem = await collect(tree, files, target, found);
      if (problem !== null) return problem;
    }
  }
  return null;
}

async function search(
  tree: SourceTree,
  files: ReadonlySet<string>,
  folder: string,
  found: string[],
): Promise<string | null> {
  const below = [...files].filter((file) => isBelow(file, folder));
  const folders = below
    .filter((file) => file.endsWith('/kustomization.yaml'))
    .map((file) => posix.dirname(file));
  const tops = folders.filter((one) => !folders.some((other) => other !== one && isBelow(one, other)));
  for (const top of tops) {
    const problem = await collect(tree, files, top, found);
    if (problem !== null) return problem;
  }
  found.push(...below.filter((file) => file.endsWith('.yaml') && !tops.some((top) => isBelow(file, top))));
  return null;
}

function isBelow(file: string, folder: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

async function branches(tree: SourceTree, file: string): Promise<readonly Mapping[]> {
  const bytes = (await tree.read(file)) ?? new Uint8Array();
  if (!/^(?!---)[^#\s]/m.test(Buffer.from(bytes).toString())) return [];
  return (await formatNamed('yaml')).parse(bytes).branches.filter(({ entries }) => entries.length > 0);
}

function builtObject(manifest: Mapping): BuiltObject {
  const apiVersion = text(valueAt(manifest, 'apiVersion'));
  const metadata = valueAt(manifest, 'metadata');
  const fields = metadata?.kind === 'mapping' ? metadata : ({ kind: 'mapping', entries: [] } as const);
  const identity = {
    namespace: text(valueAt(fields, 'namespace')),
    name: text(valueAt(fields, 'name')),
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind: text(valueAt(manifest, 'kind')),
  };
  return {
    id: printId(identity),
    identity,
    apiVersion,
    labels: texts(valueAt(fields, 'labels')),
    annotations: texts(valueAt(fields, 'annotations')),
    manifest,
    digest: createHash('sha256')
      .update(JSON.stringify(plain(manifest)))
      .digest('hex'),
  };
}

function texts(value: Value | undefined): Map<string, string> {
  const entries = value?.kind === 'mapping' ? entriesOf(value) : [];
  return new Map(entries.map((entry) => [String(entry.key), text(entry.value)]));
}

function text(value: Value | undefined): string {
  return value?.kind === 'string' ? value.value : '';
}

function plain(value: Value): unknown {
  if (value.kind === 'mapping') return entriesOf(value).map((entry) => [entry.key, plain(entry.value)]);
  if (value.kind === 'sequence')
    return value.items.map((item) => (item.kind === 'comment' ? null : plain(item)));
  return 'value' in value ? String(value.value) : null;
}
