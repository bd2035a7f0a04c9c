import { createHash } from 'node:crypto';
import type { Build, Builder, BuiltObject } from '../../../src/flux/build/build.ts';
import { keyOf } from '../../../src/flux/kustomization.ts';
import { printId } from '../../../src/flux/object-id.ts';
import { formatNamed } from '../../../src/formats/registry.ts';
import { entriesOf, valueAt } from '../../../src/tree/mapping.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';

export interface PlainBuilder extends Builder {
  /** Keys of what was built, in order, each as often as it was. */
  readonly built: readonly string[];
}

/**
 * Builds folders of plain manifests without kustomize, for tests of what is done with builds: all objects below the path,
 * with `${NAME}` filled in from ConfigMaps. Kustomization files and everything else of kustomize's are not looked at.
 */
export function plainBuilder(): PlainBuilder {
  const built: string[] = [];
  return {
    built,
    async build(kustomization, tree, cluster): Promise<Build> {
      built.push(keyOf(kustomization));
      const { path, postBuild } = kustomization.spec;
      const prefix = path === '' ? '' : `${path}/`;
      const files = tree.files.filter(({ path: file }) => file.startsWith(prefix));
      if (files.length === 0)
        return { kind: 'failed', message: `kustomization path not found: ${path}`, fix: '' };
      const variables = new Map(postBuild?.substitute);
      for (const { kind, name } of postBuild?.substituteFrom ?? []) {
        const data = valueAt(
          cluster.find(kind, kustomization.namespace, name) ?? { kind: 'mapping', entries: [] },
          'data',
        );
        for (const { key, value } of data?.kind === 'mapping' ? entriesOf(data) : [])
          if (value.kind === 'string') variables.set(String(key), value.value);
      }
      const yaml = await formatNamed('yaml');
      const objects: BuiltObject[] = [];
      for (const { path: file } of files) {
        if (!file.endsWith('.yaml') || file.endsWith('kustomization.yaml')) continue;
        const text = Buffer.from((await tree.read(file)) ?? []).toString();
        const filled = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole);
        if (/^(?!---)[^#\s]/m.test(filled))
          objects.push(...yaml.parse(Buffer.from(filled)).branches.map(builtObject));
      }
      return { kind: 'built', objects, unknowns: [] };
    },
    close: () => Promise.resolve(),
  };
}

function builtObject(manifest: Mapping): BuiltObject {
  const apiVersion = text(valueAt(manifest, 'apiVersion'));
  const metadata = valueAt(manifest, 'metadata');
  const field = (name: string) => (metadata?.kind === 'mapping' ? text(valueAt(metadata, name)) : '');
  const identity = {
    namespace: field('namespace'),
    name: field('name'),
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    kind: text(valueAt(manifest, 'kind')),
  };
  return {
    id: printId(identity),
    identity,
    apiVersion,
    labels: new Map(),
    annotations: new Map(),
    manifest,
    digest: createHash('sha256')
      .update(JSON.stringify(withoutPlaces(manifest)))
      .digest('hex'),
  };
}

function text(value: Value | undefined): string {
  return value?.kind === 'string' ? value.value : '';
}

function withoutPlaces(value: Value): unknown {
  if (value.kind === 'mapping')
    return entriesOf(value).map((entry) => [entry.key, withoutPlaces(entry.value)]);
  if (value.kind === 'sequence')
    return value.items.map((item) => (item.kind === 'comment' ? null : withoutPlaces(item)));
  return 'value' in value ? String(value.value) : null;
}
