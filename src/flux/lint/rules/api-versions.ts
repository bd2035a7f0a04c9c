import type { Level, RuleInfo } from '../../../findings/finding.ts';
import { textAt } from '../../../manifests/kubernetes-object.ts';
import { valueAt } from '../../../tree/mapping.ts';
import type { Mapping } from '../../../tree/value.ts';
import { showObject } from '../../object-id.ts';
import { deprecatedApi } from '../deprecated-apis.ts';
import { type FluxVersion, fluxVersion, isAtLeast } from '../flux-version.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import { type LintObject, mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import { removedApi } from '../removed-apis.ts';
import type { FluxRule } from '../rule.ts';

const removedInfo: RuleInfo = {
  code: 'flux.removed-api',
  level: 'error',
  title: 'an API version that is no longer served',
  about:
    'The API server refuses the object ("no matches for kind … in version …"), and with it everything that its Kustomization applies in the same stage. Where the repository has the CRD (gotk-components.yaml has those of Flux), that decides; else the release that removed it is named: a warning for those of Flux, as the release that runs is then not known.',
};
const deprecated: RuleInfo = {
  code: 'flux.deprecated-api',
  level: 'note',
  title: 'an API version that is deprecated',
  about:
    'A later release does not serve the version any more: by the CRD in the repository, or because the Flux that the repository installs is older than the one that removed it, or has deprecated it. Change apiVersion before the upgrade; fields may have changed, too.',
};

/** Objects of API versions that are gone, or going. */
export const apiVersions: FluxRule = {
  infos: [removedInfo, deprecated],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const served = await servedVersions(cluster);
      const version = await fluxVersion(cluster);
      for (const node of cluster.nodes) {
        for (const object of await node.objects()) await lintObject(scene, node, object, { served, version });
      }
    }
  },
};

/** What a cluster says of the APIs that it has. */
interface Apis {
  readonly served: Served;
  readonly version: FluxVersion | null;
}

type Served = ReadonlyMap<string, ReadonlyMap<string, 'served' | 'deprecated' | 'off'>>;

async function lintObject(scene: LintScene, node: LintNode, object: LintObject, apis: Apis): Promise<void> {
  const { identity, apiVersion } = object;
  const verdict = verdictOn(object, apis);
  if (verdict === null) return;
  scene.tell(verdict.rule, {
    place: await node.placeOf(identity, ['apiVersion']),
    level: verdict.level,
    message: `${showObject(identity)} has ${apiVersion}, which ${verdict.why}`,
    fix: `Use ${verdict.instead ?? 'a newer version'}.`,
  });
}

interface Verdict {
  readonly rule: RuleInfo;
  readonly level: Level;
  readonly why: string;
  readonly instead: string | null;
}

/** The CRD in the repository decides; without one, what is known of the version. `null`: nothing against it. */
function verdictOn(
  { identity, apiVersion }: LintObject,
  { served, version: installed }: Apis,
): Verdict | null {
  const versions = served.get(`${identity.group}/${identity.kind}`);
  if (versions !== undefined) {
    const state = versions.get(apiVersion.slice(apiVersion.lastIndexOf('/') + 1));
    const newest = newestOf(versions);
    const instead = newest === null ? null : `${identity.group}/${newest}`;
    if (state === 'served') return null;
    return state === 'deprecated'
      ? { rule: deprecated, level: 'note', why: 'its CRD calls deprecated', instead }
      : { rule: removedInfo, level: 'error', why: 'its CRD in this repository does not serve', instead };
  }
  const known = removedApi(apiVersion, identity.kind);
  if (known === null) return deprecation(apiVersion, identity.kind, installed);
  const { since, instead } = known;
  const why = `${since} no longer serves`;
  if (since.startsWith('Kubernetes')) return { rule: removedInfo, level: 'error', why, instead };
  if (installed === null || isAtLeast(installed, since.slice('Flux '.length)))
    return { rule: removedInfo, level: 'warning', why, instead };
  const here = `(here ${installed.major}.${installed.minor} is installed)`;
  return { rule: deprecated, level: 'note', why: `${why} ${here}`, instead };
}

/** What is still served, and has been called deprecated by the release that runs. */
function deprecation(apiVersion: string, kind: string, installed: FluxVersion | null): Verdict | null {
  const known = deprecatedApi(apiVersion, kind);
  if (known === null) return null;
  const { since, instead } = known;
  const isOlder =
    since.startsWith('Flux ') && installed !== null && !isAtLeast(installed, since.slice('Flux '.length));
  return isOlder ? null : { rule: deprecated, level: 'note', why: `is deprecated since ${since}`, instead };
}

/** The versions of all CRDs of a cluster, by `group/Kind`. */
async function servedVersions(cluster: LintCluster): Promise<Served> {
  const found = new Map<string, Map<string, 'served' | 'deprecated' | 'off'>>();
  for (const owned of (await cluster.objects()).values()) {
    for (const { object } of owned) {
      if (object.identity.kind !== 'CustomResourceDefinition') continue;
      const spec = mappingAt(object.manifest, 'spec');
      const names = mappingAt(spec, 'names');
      const list = spec === null ? undefined : valueAt(spec, 'versions');
      if (spec === null || names === null || list?.kind !== 'sequence') continue;
      const versions = new Map<string, 'served' | 'deprecated' | 'off'>();
      for (const item of list.items)
        if (item.kind === 'mapping') versions.set(textAt(item, 'name'), stateOf(item));
      found.set(`${textAt(spec, 'group')}/${textAt(names, 'kind')}`, versions);
    }
  }
  return found;
}

function stateOf(version: Mapping): 'served' | 'deprecated' | 'off' {
  const is = (key: string) => {
    const value = valueAt(version, key);
    return value?.kind === 'bool' && value.value;
  };
  return is('served') ? (is('deprecated') ? 'deprecated' : 'served') : 'off';
}

function newestOf(versions: ReadonlyMap<string, string>): string | null {
  const served = [...versions].filter(([, state]) => state === 'served').map(([name]) => name);
  return served.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** As Kubernetes orders versions: GA before beta before alpha. */
function rank(version: string): number {
  const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return (stage === '' ? 2000 : stage === 'beta' ? 1000 : 0) + Number(major) * 50 + Number(minor);
}
