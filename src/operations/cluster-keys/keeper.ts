import { itemsIn, textIn, textMapIn } from '../../cluster/fields.ts';
import type { Mapping } from '../../tree/value.ts';

/** What tells whose an object is. */
export interface Marks {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** `metadata.ownerReferences`. */
  readonly owners: readonly Mapping[];
}

type Reader = (marks: Marks) => string | null;

/** Programs that write an object anew, by their marks on it. */
const readers: readonly Reader[] = [
  byOwner,
  ({ labels, annotations }) =>
    isLetBe(annotations) ? null : named('Kustomization', labels, 'kustomize.toolkit.fluxcd.io'),
  ({ labels }) => named('HelmRelease', labels, 'helm.toolkit.fluxcd.io'),
  ({ labels }) => named('ResourceSet', labels, 'resourceset.fluxcd.controlplane.io'),
  ({ labels }) => named('FluxInstance', labels, 'fluxcd.controlplane.io'),
  byHelm,
  byArgo,
  ({ annotations }) => copyOf(annotations, 'reflector.v1.k8s.emberstack.com/reflects', 'reflector'),
  ({ annotations }) => copyOf(annotations, 'replicator.v1.mittwald.de/replicate-from', 'replicator'),
  ({ annotations, namespace }) => byCertificate(annotations, namespace),
  ({ labels }) =>
    labels.get('reconcile.external-secrets.io/managed') === 'true' ? 'an ExternalSecret' : null,
  ({ annotations }) =>
    annotations.get('sealedsecrets.bitnami.com/managed') === 'true' ? 'a SealedSecret' : null,
  ({ annotations }) => byFleet(annotations),
];

/** Who would write over a change to an object: `Kustomization apps/keys`; `null`: nobody that can be told. */
export function keeperOf(marks: Marks): string | null {
  for (const read of readers) {
    const keeper = read(marks);
    if (keeper !== null) return keeper;
  }
  return null;
}

/**
 * Whether an object is kept by a Kustomization of Flux and by nobody else: its server-side apply writes the fields that git
 * has, and leaves what other field managers put beside them.
 */
export function leavesEntries(manifest: Mapping): boolean {
  const labels = textMapIn(manifest, 'metadata', 'labels');
  const alone = new Map([...labels].filter(([key]) => !key.startsWith('kustomize.toolkit.fluxcd.io/')));
  const marks = {
    namespace: textIn(manifest, 'metadata', 'namespace'),
    annotations: textMapIn(manifest, 'metadata', 'annotations'),
    owners: itemsIn(manifest, 'metadata', 'ownerReferences'),
  };
  return keeperOf({ ...marks, labels }) !== null && keeperOf({ ...marks, labels: alone }) === null;
}

/** The owner that controls it; owners are of its namespace, or of none. */
function byOwner({ owners, namespace }: Marks): string | null {
  const [first] = [...owners].sort((a, b) => Number(controls(b)) - Number(controls(a)));
  return first === undefined ? null : `${textIn(first, 'kind')} ${namespace}/${textIn(first, 'name')}`;
}

function controls(owner: Mapping): boolean {
  return owner.entries.some(
    (entry) =>
      entry.kind === 'entry' &&
      entry.key === 'controller' &&
      entry.value.kind === 'bool' &&
      entry.value.value,
  );
}

/** Annotations that keep a Kustomization from writing an object again. */
function isLetBe(annotations: ReadonlyMap<string, string>): boolean {
  const group = 'kustomize.toolkit.fluxcd.io';
  const apply = annotations.get(`${group}/ssa`)?.toLowerCase();
  const reconcile = annotations.get(`${group}/reconcile`)?.toLowerCase();
  return reconcile === 'disabled' || apply === 'ifnotpresent' || apply === 'ignore';
}

function named(kind: string, labels: ReadonlyMap<string, string>, group: string): string | null {
  const name = labels.get(`${group}/name`);
  const namespace = labels.get(`${group}/namespace`);
  if (name === undefined) return null;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function byHelm({ labels, annotations, namespace }: Marks): string | null {
  const release = annotations.get('meta.helm.sh/release-name');
  if (labels.get('app.kubernetes.io/managed-by') !== 'Helm' || release === undefined) return null;
  return `Helm release ${annotations.get('meta.helm.sh/release-namespace') ?? namespace}/${release}`;
}

/** `app:group/Kind:namespace/name`, or the label of before. */
function byArgo({ labels, annotations }: Marks): string | null {
  const tracked = annotations.get('argocd.argoproj.io/tracking-id')?.split(':')[0];
  const app = tracked || labels.get('argocd.argoproj.io/instance');
  return app ? `Argo CD application ${app}` : null;
}

function copyOf(annotations: ReadonlyMap<string, string>, key: string, program: string): string | null {
  const original = annotations.get(key);
  return original ? `Secret ${original} (copied by the ${program})` : null;
}

function byCertificate(annotations: ReadonlyMap<string, string>, namespace: string): string | null {
  const name = annotations.get('cert-manager.io/certificate-name');
  return name ? `Certificate ${namespace}/${name}` : null;
}

function byFleet(annotations: ReadonlyMap<string, string>): string | null {
  const name = annotations.get('objectset.rio.cattle.io/owner-name');
  if (!name) return null;
  const namespace = annotations.get('objectset.rio.cattle.io/owner-namespace');
  return `${annotations.get('objectset.rio.cattle.io/owner-gvk')?.match(/Kind=(\w+)/)?.[1] ?? 'an object'} ${namespace ? `${namespace}/` : ''}${name}`;
}
