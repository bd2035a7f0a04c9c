import { textAt } from '../../manifests/kubernetes-object.ts';
import type { Mapping } from '../../tree/value.ts';
import { type LintObject, mappingAt } from './lint-object.ts';

/** Well-known charts, and the API groups whose CRDs they bring. */
const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ['cert-manager', ['cert-manager.io', 'acme.cert-manager.io']],
  ['trust-manager', ['trust.cert-manager.io']],
  ['external-secrets', ['external-secrets.io', 'generators.external-secrets.io']],
  ['kube-prometheus-stack', ['monitoring.coreos.com']],
  ['prometheus-operator-crds', ['monitoring.coreos.com']],
  ['grafana-operator', ['grafana.integreatly.org']],
  ['victoria-metrics-operator', ['operator.victoriametrics.com']],
  ['victoria-metrics-k8s-stack', ['operator.victoriametrics.com']],
  ['metallb', ['metallb.io']],
  ['cilium', ['cilium.io']],
  ['tigera-operator', ['operator.tigera.io', 'crd.projectcalico.org']],
  ['traefik', ['traefik.io', 'traefik.containo.us']],
  ['gateway-helm', ['gateway.envoyproxy.io']],
  ['base', ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io']],
  ['longhorn', ['longhorn.io']],
  ['rook-ceph', ['ceph.rook.io']],
  ['openebs', ['openebs.io']],
  ['cloudnative-pg', ['postgresql.cnpg.io']],
  ['plugin-barman-cloud', ['barmancloud.cnpg.io']],
  ['pgo', ['postgres-operator.crunchydata.com']],
  ['postgres-operator', ['acid.zalan.do']],
  ['mariadb-operator-crds', ['k8s.mariadb.com']],
  ['dragonfly-operator', ['dragonflydb.io']],
  ['strimzi-kafka-operator', ['kafka.strimzi.io']],
  ['eck-operator', ['elasticsearch.k8s.elastic.co', 'kibana.k8s.elastic.co']],
  ['kyverno', ['kyverno.io', 'policies.kyverno.io']],
  ['gatekeeper', ['templates.gatekeeper.sh', 'config.gatekeeper.sh', 'constraints.gatekeeper.sh']],
  ['velero', ['velero.io']],
  ['volsync', ['volsync.backube']],
  ['keda', ['keda.sh']],
  ['node-feature-discovery', ['nfd.k8s-sigs.io']],
  ['intel-device-plugins-operator', ['deviceplugin.intel.com']],
  ['gpu-operator', ['nvidia.com']],
  ['snapshot-controller', ['snapshot.storage.k8s.io']],
  ['argo-workflows', ['argoproj.io']],
  ['argo-events', ['argoproj.io']],
  ['gha-runner-scale-set-controller', ['actions.github.com']],
  ['silence-operator', ['observability.giantswarm.io']],
  ['vault-secrets-operator', ['secrets.hashicorp.com']],
  ['secrets-store-csi-driver', ['secrets-store.csi.x-k8s.io']],
  ['sealed-secrets', ['bitnami.com']],
  ['linkerd-crds', ['linkerd.io', 'policy.linkerd.io']],
  ['crossplane', ['apiextensions.crossplane.io', 'pkg.crossplane.io']],
  ['kubevirt', ['kubevirt.io']],
  ['flux-operator', ['fluxcd.controlplane.io']],
]);

/** The API groups that a chart brings CRDs of; none for a chart that is not known. */
export function groupsOfChart(chart: string): readonly string[] {
  return groups.get(chart) ?? [];
}

/** The name of a HelmRelease's chart: of its own template, or of the OCI address of what it refers to. */
export function chartOf(release: Mapping, others: readonly LintObject[]): string | null {
  const spec = mappingAt(release, 'spec');
  const chart = mappingAt(mappingAt(spec, 'chart'), 'spec');
  if (chart !== null) return textAt(chart, 'chart').split('/').at(-1) || null;
  const reference = mappingAt(spec, 'chartRef');
  if (reference === null) return null;
  const [kind, name] = [textAt(reference, 'kind'), textAt(reference, 'name')];
  const source = others.find(({ identity }) => identity.kind === kind && identity.name === name);
  const found = mappingAt(source?.manifest, 'spec');
  const address = found === null ? '' : textAt(found, kind === 'HelmChart' ? 'chart' : 'url');
  return (address === '' ? name : address).split('/').at(-1) ?? null;
}
