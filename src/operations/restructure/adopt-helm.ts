import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../../flux/kustomization.ts';
import { printId } from '../../flux/object-id.ts';
import type { AdoptedFile, Adoption } from '../../flux/restructure/adopt.ts';
import {
  type ChartPlace,
  chartSource,
  helmRelease,
  nameOfSource,
  type ReleaseManifests,
  valuesSecret,
} from '../../flux/restructure/adopt-release.ts';
import { dividedValues } from '../../flux/restructure/adopt-values.ts';
import { type Ground, requireBuilt } from '../../flux/restructure/ground.ts';
import { join } from '../../flux/restructure/place-path.ts';
import { formatNamed } from '../../formats/registry.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';
import { compareRelease, shownAfresh } from './adopt-helm-compare.ts';
import { type AdoptionPlace, inventories, requireDecryption } from './adopt-objects.ts';
import { sealedFile } from './adopt-seal.ts';
import type { Helm, InstalledRelease } from './helm.ts';
import { textIn } from './live-object.ts';

/** A release that is asked for. */
export interface ReleaseRequest {
  readonly name: string;
  readonly namespace: string;
  /** The chart's repository; `null`: looked for among Helm's own, else asked for. */
  readonly repository: string | null;
  /** Paths of more values that are secret. */
  readonly secretValues: readonly string[];
}

/** A release as files. */
export interface AdoptedRelease extends Pick<Adoption, 'files' | 'ids' | 'remarks'> {
  /** The HelmRelease and the Secret as they are written, before encryption, by inventory id. */
  readonly plain: ReadonlyMap<string, Mapping>;
}

const helmGroup = 'helm.toolkit.fluxcd.io';
const sourceGroup = 'source.toolkit.fluxcd.io';

/**
 * Makes files of a Helm release that was installed by hand, once a rendering shows that Flux's first upgrade changes
 * nothing but what the chart makes afresh each time. Throws `restructure.refused`, `process.*`, `config.*`, `cluster.*`.
 */
export async function readRelease(
  system: System,
  ground: Ground,
  cluster: Cluster,
  helm: Helm,
  request: ReleaseRequest,
  place: AdoptionPlace,
): Promise<AdoptedRelease> {
  await requireHelmController(cluster);
  const installed = await helm.release(request.name, request.namespace);
  const ownNamespace = place.target.kustomization.spec.targetNamespace ?? request.namespace;
  await refuseKnown(cluster, request.name, ownNamespace, place);
  const chart = await chartPlace(system, helm, installed, request.repository);
  const first = await helm.rendered(installed, chart);
  const afresh = await compareRelease(cluster, installed, [first, await helm.rendered(installed, chart)]);
  const { plain, secret, paths } = dividedValues(installed.values, request.secretValues);
  refuseUnknownPaths(request.secretValues, paths);
  const known = knownSource(ground, chart);
  const secretName = paths.length === 0 ? null : `${request.name}-values`;
  const release: ReleaseManifests = {
    name: request.name,
    namespace: request.namespace,
    ownNamespace,
    place: chart,
    source: known,
    sourceName: freeSourceName(ground, chart, ownNamespace),
    values: plain,
    secretName,
  };
  const files = [await releaseFile(release, place)];
  const written = new Map([
    [printId({ ...named(release), group: helmGroup, kind: 'HelmRelease' }), helmRelease(release)],
  ]);
  if (secretName !== null) {
    const tree = await secretOf(release, secretName, secret);
    written.set(printId({ ...named(release), name: secretName, group: '', kind: 'Secret' }), tree);
    requireDecryption(place.target);
    files.push(await sealedFile(system, ground.snapshot, place.folder, secretName, tree));
  }
  return {
    plain: written,
    files,
    ids: idsOf(release),
    remarks: remarksOf(release, paths, shownAfresh(afresh), first.hooks),
  };
}

async function requireHelmController(cluster: Cluster): Promise<void> {
  if (await cluster.serves({ apiVersion: `${helmGroup}/v2`, kind: 'HelmRelease' })) return;
  throw new SopskitError(
    'restructure.refused',
    'the cluster has no HelmRelease: Flux runs without helm-controller there',
    {
      hint: 'Install it first: flux install --components-extra, or bootstrap with all components.',
    },
  );
}

async function refuseKnown(
  cluster: Cluster,
  name: string,
  namespace: string,
  { target }: AdoptionPlace,
): Promise<void> {
  const kind = { apiVersion: `${helmGroup}/v2`, kind: 'HelmRelease' };
  const live = await cluster.get({ ...kind, namespace, name });
  if (live === null) return;
  const id = printId({ namespace, name, group: helmGroup, kind: 'HelmRelease' });
  const owner = (await inventories(cluster, keyOf(target.kustomization))).get(id);
  if (
    owner === undefined &&
    textIn(live, ['metadata', 'labels', 'kustomize.toolkit.fluxcd.io/name']) === target.kustomization.name
  )
    return;
  throw new SopskitError(
    'restructure.refused',
    `Flux has HelmRelease ${namespace}/${name} already${owner === undefined ? '' : `: ${owner} applies it`}`,
    { hint: 'To move it: sopskit restructure move.' },
  );
}

/** Throws `prompt.unavailable` where nobody can be asked. */
async function chartPlace(
  system: System,
  helm: Helm,
  { name, chart, version }: InstalledRelease,
  asked: string | null,
): Promise<ChartPlace> {
  const found = asked === null ? await helm.repositoriesWith(chart, version) : [asked];
  const [only, second] = found;
  const repository =
    only !== undefined && second === undefined
      ? only
      : (
          await system.prompts.text(
            `Repository of the chart ${chart} ${version} (https://… or oci://…)${found.length > 1 ? `: one of ${found.join(', ')}` : ''}`,
            `Helm's own repositories have ${found.length === 0 ? 'none' : 'several'} with ${chart} ${version}, which ${name} was installed from: name one with --repo URL.`,
          )
        ).trim();
  if (!/^(?:https?|oci):\/\/[^\s@]+$/.test(repository))
    throw new SopskitError(
      'usage.invalid',
      'the repository of a chart is an address https://… or oci://…, without a password in it',
      {
        hint: '--repo https://charts.example.com',
      },
    );
  return { chart, version, repository: repository.replace(/\/+$/, '') };
}

function refuseUnknownPaths(named: readonly string[], paths: readonly string[]): void {
  const unknown = named.find(
    (one) =>
      !paths.some(
        (path) =>
          path === one ||
          path.startsWith(`${one}.`) ||
          one.startsWith(`${path}.`) ||
          one.startsWith(`${path}[`),
      ),
  );
  if (unknown === undefined) return;
  throw new SopskitError('usage.invalid', `the release has no value ${unknown}`, {
    hint: 'Name it as it is nested: --secret-value auth.password; helm get values shows them.',
  });
}

/** A source of the repository that has the same address. */
function knownSource(ground: Ground, { repository }: ChartPlace): ReleaseManifests['source'] {
  for (const { identity, manifest } of sourcesOf(ground))
    if (
      identity.kind === 'HelmRepository' &&
      textIn(manifest, ['spec', 'url']).replace(/\/+$/, '') === repository
    )
      return { kind: identity.kind, name: identity.name, namespace: identity.namespace };
  return null;
}

function freeSourceName(ground: Ground, chart: ChartPlace, namespace: string): string {
  const name = nameOfSource(chart);
  const taken = sourcesOf(ground).some(
    ({ identity }) => identity.namespace === namespace && identity.name === name,
  );
  return taken ? `${name}-charts` : name;
}

function sourcesOf({ cluster }: Ground) {
  return [...cluster.kustomizations.values()]
    .flatMap((node) => (node.build.kind === 'built' ? requireBuilt(node) : []))
    .filter(({ identity }) => identity.group === sourceGroup);
}

async function releaseFile(release: ReleaseManifests, { folder }: AdoptionPlace): Promise<AdoptedFile> {
  const manifests = [...(release.source === null ? [chartSource(release)] : []), helmRelease(release)];
  const bytes = (await formatNamed('yaml')).emit(manifests, { indent: 2 });
  return { path: join(folder, `${release.name}.yaml`), bytes };
}

async function secretOf({ ownNamespace }: ReleaseManifests, name: string, values: Mapping): Promise<Mapping> {
  const yaml = (await formatNamed('yaml')).emit([values], { indent: 2 });
  return valuesSecret(name, ownNamespace, yaml);
}

function named({ name, ownNamespace: namespace }: ReleaseManifests): {
  readonly name: string;
  readonly namespace: string;
} {
  return { name, namespace };
}

function idsOf({
  name,
  ownNamespace: namespace,
  source,
  sourceName,
  secretName,
  place,
}: ReleaseManifests): string[] {
  const sourceKind = place.repository.startsWith('oci://') ? 'OCIRepository' : 'HelmRepository';
  return [
    ...(source === null
      ? [printId({ namespace, name: sourceName, group: sourceGroup, kind: sourceKind })]
      : []),
    printId({ namespace, name, group: helmGroup, kind: 'HelmRelease' }),
    ...(secretName === null ? [] : [printId({ namespace, name: secretName, group: '', kind: 'Secret' })]),
  ];
}

function remarksOf(
  { name, namespace, ownNamespace, secretName }: ReleaseManifests,
  paths: readonly string[],
  afresh: readonly string[],
  hooks: readonly string[],
): string[] {
  return [
    'helm-controller takes the release over with one upgrade to the same chart and values, which changes no field that was compared here.',
    ...(afresh.length === 0
      ? []
      : [
          `The chart makes these fields afresh each time, so that upgrade sets them anew: ${afresh.join('; ')}.`,
        ]),
    ...(hooks.length === 0 ? [] : [`Hooks run at that upgrade: ${hooks.join(', ')}.`]),
    ...(secretName === null
      ? []
      : [
          `Values in the encrypted Secret ${ownNamespace}/${secretName}: ${paths.join(', ')}. The others can be read in git; --secret-value PATH hides more.`,
        ]),
    `Afterwards: flux get helmreleases ${name} -n ${ownNamespace}; and leave helm upgrade alone. Deleting the HelmRelease uninstalls ${name} from ${namespace}.`,
  ];
}
