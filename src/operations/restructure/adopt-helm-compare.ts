import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { parseId, showObject } from '../../flux/object-id.ts';
import { differingFields, lostFields } from '../../flux/restructure/adopt-difference.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { shownFields } from './adopt-compare.ts';
import { idOfRef } from './adopt-names.ts';
import { withData } from './adopt-secret-data.ts';
import type { InstalledRelease, RenderedRelease } from './helm.ts';

/** Fields that a chart makes afresh at every rendering, by object. */
export type Afresh = ReadonlyMap<string, readonly string[]>;

/**
 * Compares what an upgrade would apply with what Helm applied and with what the cluster holds. Returns the fields that the
 * chart makes afresh each time (they differ between two renderings); refuses any other difference. Throws
 * `restructure.refused`, `cluster.*`.
 */
export async function compareRelease(
  cluster: Cluster,
  release: InstalledRelease,
  [first, second]: readonly [RenderedRelease, RenderedRelease],
): Promise<Afresh> {
  const [installed, rendered, again] = await Promise.all(
    [release.manifests, first.manifests, second.manifests].map((all) =>
      byId(cluster, all, release.namespace),
    ),
  );
  if (installed === undefined || rendered === undefined || again === undefined) return new Map();
  const afresh = new Map<string, readonly string[]>();
  const wrong: string[] = [];
  for (const [id, manifest] of rendered) {
    const fields = differingFields(manifest, again.get(id) ?? manifest);
    if (fields.length > 0) afresh.set(id, fields);
    wrong.push(...(await differences(cluster, id, manifest, installed.get(id), fields)));
  }
  for (const id of installed.keys())
    if (!rendered.has(id)) wrong.push(`${show(id)} would be deleted: the chart does not make it any more`);
  if (wrong.length > 0) throw refused(release, wrong);
  return afresh;
}

async function differences(
  cluster: Cluster,
  id: string,
  manifest: Mapping,
  installed: Mapping | undefined,
  afresh: readonly string[],
): Promise<string[]> {
  if (installed === undefined) return [`${show(id)} would be made: Helm has not applied it`];
  const lasting = (fields: readonly string[]): readonly string[] =>
    fields.filter(
      (field) =>
        !afresh.some((one) => field === one || field.startsWith(`${one}.`) || field.startsWith(`${one}[`)),
    );
  const changed = lasting([...differingFields(installed, manifest), ...lostFields(installed, manifest)]);
  if (changed.length > 0)
    return [`${show(id)} would be rendered otherwise: ${shownFields([...new Set(changed)])}`];
  const live = await cluster.get(refOf(manifest));
  if (live === null) return [`${show(id)} is not in the cluster, and would be made anew`];
  const after = await cluster.apply(manifest, { fieldManager: 'helm', force: true, dryRun: true });
  const drifted = lasting(differingFields(live, after));
  return drifted.length === 0
    ? []
    : [`${show(id)} was changed in the cluster since: ${shownFields(drifted)}`];
}

/** Objects by id, with the namespace that Helm gives those that name none. */
async function byId(
  cluster: Cluster,
  manifests: readonly Mapping[],
  namespace: string,
): Promise<ReadonlyMap<string, Mapping>> {
  const found = new Map<string, Mapping>();
  for (const manifest of manifests) {
    const kind = { apiVersion: textAt(manifest, 'apiVersion'), kind: textAt(manifest, 'kind') };
    const placed = (await cluster.isNamespaced(kind)) === false ? manifest : inNamespace(manifest, namespace);
    found.set(idOfRef(refOf(placed)), withData(placed));
  }
  return found;
}

function inNamespace(manifest: Mapping, namespace: string): Mapping {
  const metadata = valueAt(manifest, 'metadata');
  if (metadata?.kind !== 'mapping' || textAt(metadata, 'namespace') !== '') return manifest;
  const placed = mappingOf([['namespace', stringOf(namespace)]]).entries;
  return {
    kind: 'mapping',
    entries: manifest.entries.map((entry) =>
      entry.kind === 'entry' && entry.key === 'metadata'
        ? { ...entry, value: { kind: 'mapping' as const, entries: [...metadata.entries, ...placed] } }
        : entry,
    ),
  };
}

function refOf(manifest: Mapping): Parameters<typeof idOfRef>[0] {
  const metadata = valueAt(manifest, 'metadata');
  const named: Mapping = metadata?.kind === 'mapping' ? metadata : { kind: 'mapping', entries: [] };
  return {
    apiVersion: textAt(manifest, 'apiVersion'),
    kind: textAt(manifest, 'kind'),
    namespace: textAt(named, 'namespace'),
    name: textAt(named, 'name'),
  };
}

function show(id: string): string {
  return showObject(parseId(id));
}

/** `Secret apps/web: data.password`. */
export function shownAfresh(afresh: Afresh): string[] {
  return [...afresh].map(([id, fields]) => `${show(id)}: ${shownFields(fields)}`);
}

function refused({ name }: InstalledRelease, wrong: readonly string[]): SopskitError {
  const shown = wrong.slice(0, 10).map((line) => `  - ${line}`);
  const more = wrong.length > shown.length ? [`  - and ${wrong.length - shown.length} more`] : [];
  return new SopskitError(
    'restructure.refused',
    `Flux's first upgrade of ${name} would change what the cluster holds\n${[...shown, ...more].join('\n')}`,
    {
      hint: 'Bring both together first: helm upgrade with the chart version and values that are wanted, or take back what was changed by hand. Is it the right repository (--repo)?',
    },
  );
}
