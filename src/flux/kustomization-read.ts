import type { Mapping } from '../tree/value.ts';
import {
  type Decryption,
  type Dependency,
  type FluxKustomization,
  type HealthCheck,
  type KustomizationSpec,
  kustomizationGroup,
  type PostBuild,
  type SourceRef,
} from './kustomization.ts';
import { ManifestFields } from './manifest-fields.ts';

/**
 * Reads a Kustomization of Flux, of any version of its API, with the defaults that the API server fills in. `null` for
 * another kind of object. Throws `flux.manifest`, placed, for what the API server would refuse: a field of another type
 * than the CRD's, or one that has to be there and is not. Fields that the CRD does not have are not looked at.
 */
export function readKustomization(manifest: Mapping): FluxKustomization | null {
  if (!isFluxKustomization(manifest)) return null;
  const root = new ManifestFields('Kustomization', manifest);
  const name = root.requiredBelow('metadata').requiredText('name');
  const namespace = root.requiredBelow('metadata').text('namespace') ?? 'default';
  const fields = new ManifestFields(`Kustomization ${namespace}/${name}`, manifest);
  const metadata = fields.requiredBelow('metadata');
  return {
    namespace,
    name,
    labels: metadata.texts('labels'),
    annotations: metadata.texts('annotations'),
    manifest,
    spec: readSpec(fields.requiredBelow('spec'), namespace),
  };
}

/** Whether an object is a Kustomization of Flux, and not kustomize's own file of that kind. */
export function isFluxKustomization(manifest: Mapping): boolean {
  const fields = new ManifestFields('', manifest);
  const [kind, version] = [fields.value('kind'), fields.value('apiVersion')];
  return (
    kind?.kind === 'string' &&
    kind.value === 'Kustomization' &&
    version?.kind === 'string' &&
    version.value.startsWith(`${kustomizationGroup}/`)
  );
}

function readSpec(spec: ManifestFields, namespace: string): KustomizationSpec {
  const common = spec.below('commonMetadata');
  return {
    path: trimmedPath(spec.text('path')),
    prune: spec.requiredFlag('prune'),
    deletionPolicy:
      spec.choice('deletionPolicy', ['MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan']) ??
      'MirrorPrune',
    suspend: spec.flag('suspend'),
    wait: spec.flag('wait'),
    force: spec.flag('force'),
    sourceRef: readSourceRef(spec.requiredBelow('sourceRef'), namespace),
    dependsOn: spec.items('dependsOn').map((item) => readDependency(item, namespace)),
    decryption: readDecryption(spec.below('decryption')),
    targetNamespace: spec.text('targetNamespace'),
    namePrefix: spec.text('namePrefix'),
    nameSuffix: spec.text('nameSuffix'),
    commonLabels: common?.texts('labels') ?? new Map(),
    commonAnnotations: common?.texts('annotations') ?? new Map(),
    components: spec.textItems('components'),
    ignoreMissingComponents: spec.flag('ignoreMissingComponents'),
    patches: spec.list('patches'),
    images: spec.list('images'),
    buildMetadata: spec.textItems('buildMetadata'),
    postBuild: readPostBuild(spec.below('postBuild')),
    healthChecks: spec.items('healthChecks').map((item) => readHealthCheck(item, namespace)),
    healthCheckExprs: spec.list('healthCheckExprs'),
    remoteCluster: spec.below('kubeConfig') !== null,
    serviceAccountName: spec.text('serviceAccountName'),
    interval: spec.requiredText('interval'),
    retryInterval: spec.text('retryInterval'),
    timeout: spec.text('timeout'),
  };
}

/** `./apps/`, `/apps` and `apps` are one folder of the source. `..` stays within it, as the controller's secure join has it. */
export function trimmedPath(path: string | null): string {
  const parts: string[] = [];
  for (const part of (path ?? '').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

const sourceKinds = ['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact'] as const;

function readSourceRef(fields: ManifestFields, namespace: string): SourceRef {
  const kind = fields.choice('kind', sourceKinds);
  if (kind === null) throw fields.missing('kind');
  return {
    kind,
    namespace: fields.text('namespace') ?? namespace,
    name: fields.requiredText('name'),
  };
}

function readDependency(fields: ManifestFields, namespace: string): Dependency {
  return {
    namespace: fields.text('namespace') ?? namespace,
    name: fields.requiredText('name'),
    readyExpr: fields.text('readyExpr'),
  };
}

function readDecryption(fields: ManifestFields | null): Decryption | null {
  if (fields === null) return null;
  const provider = fields.choice('provider', ['sops']);
  if (provider === null) throw fields.missing('provider');
  return {
    provider,
    secretName: fields.below('secretRef')?.requiredText('name') ?? null,
    serviceAccountName: fields.text('serviceAccountName'),
  };
}

function readPostBuild(fields: ManifestFields | null): PostBuild | null {
  if (fields === null) return null;
  return {
    substitute: fields.texts('substitute'),
    substituteFrom: fields.items('substituteFrom').map((item) => {
      const kind = item.choice('kind', ['ConfigMap', 'Secret']);
      if (kind === null) throw item.missing('kind');
      return { kind, name: item.requiredText('name'), optional: item.flag('optional') };
    }),
    strategy: fields.choice('substituteStrategy', ['WithVariables', 'Always']) ?? 'WithVariables',
  };
}

function readHealthCheck(fields: ManifestFields, namespace: string): HealthCheck {
  return {
    apiVersion: fields.text('apiVersion') ?? '',
    kind: fields.requiredText('kind'),
    namespace: fields.text('namespace') ?? namespace,
    name: fields.requiredText('name'),
  };
}
