import type { Place } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { type ObjectId, showObject } from '../../object-id.ts';
import { chartOf } from '../chart-groups.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintObject } from '../lint-object.ts';
import type { FluxRule } from '../rule.ts';

const pruneInfo: RuleInfo = {
  code: 'flux.prune-unprotected',
  level: 'note',
  title: 'an object whose pruning takes others with it, unprotected',
  about:
    'With prune: true an object that leaves the Kustomization, by a rename, a move, a folder that is empty for one commit, is deleted. With a Namespace goes everything in it, with a CRD all objects of its kind, with a PersistentVolumeClaim the data, and with the CNI the network that Flux itself needs to bring it back: this one is a warning. Annotate it with kustomize.toolkit.fluxcd.io/prune: disabled.',
};

/** Objects under `prune: true` that are better kept, whatever happens in the repository. */
export const prune: FluxRule = {
  infos: [pruneInfo],
  async lint(scene) {
    const risks = new Map<string, Risk>();
    for (const { nodes } of scene.clusters) for (const node of nodes) await collect(risks, node);
    for (const { kind, place, first, owners } of risks.values()) {
      const one = owners.size === 1;
      scene.tell(pruneInfo, {
        place,
        level: kind === 'cni' ? 'warning' : 'note',
        message: `${showObject(first.identity)}${one ? '' : ` (and ${owners.size - 1} more from this manifest)`} is pruned when it leaves ${one ? [...owners][0]?.key : 'its Kustomization'}: ${falls[kind] ?? ''}`,
        fix: 'Annotate it with kustomize.toolkit.fluxcd.io/prune: disabled, and keep that.',
      });
    }
  },
};

/** What several Kustomizations make of one manifest is one risk: there it is mended. */
interface Risk {
  readonly kind: string;
  readonly place: Place;
  readonly first: LintObject;
  readonly owners: Set<LintNode>;
}

async function collect(risks: Map<string, Risk>, node: LintNode): Promise<void> {
  if (!node.spec.prune || node.spec.deletionPolicy === 'Orphan') return;
  const objects = await node.objects();
  for (const object of objects) {
    const kind = isProtected(object) ? null : riskOf(object, objects);
    if (kind === null) continue;
    const { file, line } = await node.placeOf(object.identity);
    // flux bootstrap writes it anew
    if (file?.endsWith('gotk-components.yaml')) continue;
    const key = kind === 'CustomResourceDefinition' ? `${kind} ${file}` : `${kind} ${file}:${line}`;
    const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
    const risk = risks.get(key) ?? { kind, place, first: object, owners: new Set() };
    risks.set(key, risk);
    risk.owners.add(node);
  }
}

const falls: Readonly<Record<string, string>> = {
  Namespace: 'with a Namespace goes everything in it',
  CustomResourceDefinition: 'with a CRD go all objects of its kind',
  PersistentVolumeClaim: 'with a claim goes the data',
  cni: 'it is the network of the cluster, without which Flux cannot bring it back',
};

function riskOf({ identity, manifest }: LintObject, others: readonly LintObject[]): string | null {
  if (falls[identity.kind] !== undefined) return identity.kind;
  if (identity.kind === 'HelmRelease') {
    const chart = chartOf(manifest, others);
    return isCni(chart ?? '') ? 'cni' : null;
  }
  return identity.kind === 'DaemonSet' && isCniDaemon(identity) ? 'cni' : null;
}

function isCni(chart: string): boolean {
  return /^(?:cilium|tigera-operator|calico|flannel|kube-flannel|kube-ovn|antrea|weave-net|kube-router|aws-vpc-cni|canal|rke2-(?:cilium|calico|canal|flannel))$/.test(
    chart,
  );
}

function isCniDaemon({ name }: ObjectId): boolean {
  return /^(?:cilium|calico-node|kube-flannel-ds|kube-flannel|antrea-agent|weave-net|kube-router|aws-node|canal)$/.test(
    name,
  );
}

/** What the controller leaves alone, by label or annotation (ssa, DeleteOptions.Exclusions). */
export function isProtected({ labels, annotations }: LintObject): boolean {
  const group = 'kustomize.toolkit.fluxcd.io';
  const has = (key: string, value: string) =>
    [labels, annotations].some((map) => map.get(`${group}/${key}`)?.toLowerCase() === value);
  return has('prune', 'disabled') || has('reconcile', 'disabled') || has('ssa', 'ignore');
}
