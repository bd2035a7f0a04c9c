import type { RuleInfo } from '../../../findings/finding.ts';
import { textAt } from '../../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import type { Path } from '../../../tree/path.ts';
import { type ObjectId, showObject } from '../../object-id.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const clusterDomainInfo: RuleInfo = {
  code: 'flux.cluster-domain',
  level: 'warning',
  title: 'a cluster domain unlike that of the rest of the repository',
  about:
    'The controllers find each other under source-controller.flux-system.svc.<domain>. With a wrong domain kustomize-controller can fetch no artifact ("no such host"), not even the commit that would mend it: it takes a kubectl apply. flux bootstrap and flux install take --cluster-domain, at every upgrade anew; a FluxInstance has spec.cluster.domain. The cluster\'s own domain stands in CoreDNS\' Corefile.',
};

const host = /(?:^|[^\w.$}-])[a-z0-9-]+\.[a-z0-9-]+\.svc\.((?:[a-z0-9-]+\.)*[a-z0-9-]*[a-z][a-z0-9-]*)/g;

interface Installed {
  readonly node: LintNode;
  readonly identity: ObjectId;
  readonly domain: string;
}

/** The domain that Flux is installed with, against the addresses of services in everything else; and of these the odd one. */
export const clusterDomain: FluxRule = {
  infos: [clusterDomainInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const installed = await installedDomain(cluster);
      const uses = await domainsUsed(cluster);
      if (installed !== null) await lintCluster(scene, uses, installed);
      await lintOdd(scene, uses);
    }
  },
};

async function lintCluster(
  scene: LintScene,
  uses: Uses,
  { node, identity, domain }: Installed,
): Promise<void> {
  const own = uses.get(domain)?.length ?? 0;
  const [other, { length: count }] = mostUsed(uses, [domain]);
  if (count < 2 || count <= own) return;
  scene.tell(clusterDomainInfo, {
    place: await node.placeOf(identity),
    message: `Flux is installed with the cluster domain ${domain}, and ${count} addresses of services in the repository end in .svc.${other}`,
    fix:
      identity.kind === 'FluxInstance'
        ? `If the cluster's domain is ${other}, set spec.cluster.domain: ${other}.`
        : `If the cluster's domain is ${other}, run flux bootstrap (or flux install --export) with --cluster-domain=${other}.`,
  });
}

/** So many times as often as all others together a domain is used before they are odd. */
const clear = 3;

/** A few addresses unlike all others: only where there is a clear majority, as a repository may name other clusters. */
async function lintOdd(scene: LintScene, uses: Uses): Promise<void> {
  const [usual, { length: count }] = mostUsed(uses, []);
  // `.svc.cluster` in a list of allowed hosts is a search domain cut short
  const odd = [...uses].filter(([domain]) => !`${usual}.`.startsWith(`${domain}.`));
  if (count < clear * Math.max(1, odd.flatMap(([, list]) => list).length)) return;
  for (const [domain, list] of odd) {
    for (const { node, identity, path } of list)
      scene.tell(clusterDomainInfo, {
        place: await node.placeOf(identity, path),
        message: `${showObject(identity)} names a service in .svc.${domain}, and ${count} other addresses in the repository end in .svc.${usual}`,
        fix: `If the cluster's domain is ${usual}, write .svc.${usual}, or leave the domain out: .svc.`,
      });
  }
}

function mostUsed(uses: Uses, but: readonly string[]): readonly [string, readonly Use[]] {
  const others = [...uses].filter(([domain]) => !but.includes(domain));
  return others.sort(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];
}

/** The flags of the controllers, or a FluxInstance. */
async function installedDomain(cluster: LintCluster): Promise<Installed | null> {
  for (const node of cluster.nodes) {
    for (const { identity, manifest } of await node.objects()) {
      if (identity.kind === 'FluxInstance') {
        const settings = mappingAt(mappingAt(manifest, 'spec'), 'cluster');
        const domain = settings === null ? '' : textAt(settings, 'domain');
        return { node, identity, domain: domain === '' ? 'cluster.local' : domain };
      }
      if (identity.kind !== 'Deployment' || identity.name !== 'source-controller') continue;
      for (const { leaf } of leavesBelow(manifest)) {
        const [, domain] =
          leaf.kind === 'string'
            ? (/^--storage-adv-addr=[^.]+\.[^.]+\.svc\.(.+?)\.?$/.exec(leaf.value) ?? [])
            : [];
        if (domain !== undefined) return { node, identity, domain };
      }
    }
  }
  return null;
}

/** An address of a service. */
interface Use {
  readonly node: LintNode;
  readonly identity: ObjectId;
  readonly path: Path;
}

type Uses = ReadonlyMap<string, readonly Use[]>;

/** Of several clusters one name: the Multi-Cluster Services API. */
const everywhere = 'clusterset.local';

async function domainsUsed(cluster: LintCluster): Promise<Uses> {
  const found = new Map<string, Use[]>();
  for (const node of cluster.nodes) {
    for (const { manifest, labels, identity } of await node.objects()) {
      // the controllers' own flags are what is judged
      if (labels.get('app.kubernetes.io/part-of') === 'flux') continue;
      for (const { leaf, path } of leavesBelow(manifest)) {
        if (leaf.kind !== 'string' || !leaf.value.includes('.svc.')) continue;
        for (const [, domain = ''] of leaf.value.matchAll(host)) {
          if (domain === everywhere) continue;
          found.set(domain, [...(found.get(domain) ?? []), { node, identity, path }]);
        }
      }
    }
  }
  return found;
}
