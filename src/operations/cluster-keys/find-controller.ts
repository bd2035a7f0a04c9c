import type { Cluster } from '../../cluster/cluster.ts';
import { itemsIn, textIn, textMapIn, textsIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import type { FluxController } from './bound-cluster.ts';

const deploymentKind = { apiVersion: 'apps/v1', kind: 'Deployment' };
const controllerName = 'kustomize-controller';
const usualNamespace = 'flux-system';

/**
 * Finds the Deployment of kustomize-controller, as `flux install`, the flux-operator and Helm make it. `null`: there is
 * none, or Deployments may not be read. Throws `cluster.unreachable`, `cluster.timeout`.
 */
export async function findController(cluster: Cluster): Promise<FluxController | null> {
  const listed = await readable(
    () => cluster.list(deploymentKind, null, 'app.kubernetes.io/part-of=flux'),
    [],
  );
  const found = listed.filter(isController).sort((a, b) => rank(b) - rank(a))[0] ?? null;
  const manifest = found ?? (await inUsualPlace(cluster));
  return manifest === null ? null : controllerOf(manifest);
}

/** Where only some namespaces may be read, or its labels are others. */
async function inUsualPlace(cluster: Cluster): Promise<Mapping | null> {
  for (const namespace of new Set([usualNamespace, cluster.namespace])) {
    const object = { ...deploymentKind, namespace, name: controllerName };
    const found = await readable(() => cluster.get(object), null);
    if (found !== null) return found;
  }
  return null;
}

async function readable<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (
      error instanceof SopskitError &&
      (error.code === 'cluster.denied' || error.code === 'cluster.refused')
    )
      return otherwise;
    throw error;
  }
}

function isController(manifest: Mapping): boolean {
  const component = textMapIn(manifest, 'metadata', 'labels').get('app.kubernetes.io/component');
  return nameOf(manifest) === controllerName || component === controllerName;
}

/** The main one before shards, and the usual namespace before others. */
function rank(manifest: Mapping): number {
  const isUsual = textIn(manifest, 'metadata', 'namespace') === usualNamespace;
  return (nameOf(manifest) === controllerName ? 2 : 0) + (isUsual ? 1 : 0);
}

function nameOf(manifest: Mapping): string {
  return textIn(manifest, 'metadata', 'name');
}

/** Reads the Deployment of kustomize-controller. */
export function controllerOf(manifest: Mapping): FluxController {
  const containers = itemsIn(manifest, 'spec', 'template', 'spec', 'containers');
  const manager = containers.find((one) => textIn(one, 'name') === 'manager') ?? containers[0];
  const args = manager === undefined ? [] : [...textsIn(manager, 'command'), ...textsIn(manager, 'args')];
  const label = textMapIn(manifest, 'metadata', 'labels').get('app.kubernetes.io/version') ?? '';
  const version = /^v?\d+\.\d+/.test(label) ? `v${label.replace(/^v/, '')}` : null;
  const image = manager === undefined ? '' : textIn(manager, 'image');
  return {
    namespace: textIn(manifest, 'metadata', 'namespace'),
    version,
    readsHybrid: readsHybrid(image, version),
    sopsAgeSecret: flagOf(args, 'sops-age-secret'),
  };
}

/** kustomize-controller 1.9 came with Flux 2.9; the tag says more than a label that others set. */
function readsHybrid(image: string, version: string | null): boolean | null {
  const tag = /:v?(\d+)\.(\d+)[^:/]*$/.exec(image.replace(/@.*$/, ''));
  const release = tag === null && version !== null ? /^v(\d+)\.(\d+)/.exec(version) : tag;
  if (release === null) return null;
  const [major, minor] = [Number(release[1]), Number(release[2])];
  const since = tag === null ? 2 : 1;
  return major > since || (major === since && minor >= 9);
}

/** Go's flags: `--name=value` or `--name value`; the last one counts. */
export function flagOf(args: readonly string[], name: string): string | null {
  let value: string | null = null;
  args.forEach((arg, index) => {
    const bare = arg.replace(/^--?/, '');
    if (bare === arg) return;
    if (bare === name) value = args[index + 1] ?? null;
    else if (bare.startsWith(`${name}=`)) value = bare.slice(name.length + 1);
  });
  return value === '' ? null : value;
}
