import type { Build, Builder, ClusterObjects } from '../../../src/flux/build/build.ts';
import { readKubernetesObject } from '../../../src/flux/build/kubernetes-yaml.ts';
import type { SourceTree } from '../../../src/flux/build/source-tree.ts';
import type { FluxKustomization } from '../../../src/flux/kustomization.ts';
import { readKustomization } from '../../../src/flux/kustomization-read.ts';
import type { Mapping } from '../../../src/tree/value.ts';

/** A tree of texts; a text that begins with `-> ` is a link. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): SourceTree {
  const names = Object.keys(files).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return {
    label: 'the working tree',
    files: names.map((path) => ({
      path,
      kind: linkOf(files[path]) === null ? 'file' : 'symlink',
      blob: null,
    })),
    read: async (path) => {
      const content = files[path];
      if (content === undefined) return null;
      return Buffer.from(linkOf(content) ?? content);
    },
  };
}

function linkOf(content: string | Uint8Array | undefined): string | null {
  return typeof content === 'string' && content.startsWith('-> ') ? content.slice(3) : null;
}

/** A Kustomization `flux-system/apps` with this spec, as YAML in flow style or lines. */
export function kustomizationOf(spec: string, name = 'apps'): FluxKustomization {
  const head = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\n`;
  const rest = 'interval: 1m\nprune: true\nsourceRef: {kind: GitRepository, name: flux-system}\n';
  const body = `${rest}${spec}`.replace(/^(?=.)/gm, '  ');
  const read = readKustomization(objectOf(`${head}spec:\n${body}`));
  if (read === null) throw new TypeError('no Kustomization');
  return read;
}

export function objectOf(yaml: string): Mapping {
  const object = readKubernetesObject(yaml);
  if (object === null) throw new TypeError('no object');
  return object;
}

/** ConfigMaps and Secrets of the repository, as YAML. */
export function clusterOf(...objects: readonly string[]): ClusterObjects {
  const manifests = objects.map(objectOf);
  return {
    find: (kind, namespace, name) =>
      manifests.find((manifest) => idText(manifest) === `${kind} ${namespace}/${name}`) ?? null,
  };
}

function idText(manifest: Mapping): string {
  const at = (mapping: Mapping, key: string): string => {
    const entry = mapping.entries.find((member) => member.kind === 'entry' && member.key === key);
    return entry?.kind === 'entry' && entry.value.kind === 'string' ? entry.value.value : '';
  };
  const metadata = manifest.entries.find((member) => member.kind === 'entry' && member.key === 'metadata');
  const names = metadata?.kind === 'entry' && metadata.value.kind === 'mapping' ? metadata.value : manifest;
  return `${at(manifest, 'kind')} ${at(names, 'namespace')}/${at(names, 'name')}`;
}

export const noObjects: ClusterObjects = { find: () => null };

/** Builds, and returns the ids; anything else than a build is returned as text. */
export async function idsOf(
  builder: Builder,
  spec: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  cluster: ClusterObjects = noObjects,
): Promise<readonly string[] | string> {
  return summary(await builder.build(kustomizationOf(spec), treeOf(files), cluster));
}

export function summary(build: Build): readonly string[] | string {
  switch (build.kind) {
    case 'built':
      return build.objects.map(({ id }) => id);
    case 'failed':
      return `failed: ${build.message}`;
    case 'unknown':
      return `unknown: ${build.unknowns.map(({ reason, message }) => `${reason}: ${message}`).join('; ')}`;
  }
}
