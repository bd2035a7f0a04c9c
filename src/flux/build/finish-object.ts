import { entriesOf, mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { type ObjectId, printId } from '../object-id.ts';
import type { BuiltObject, ClusterObjects } from './build.ts';
import { digestOf } from './json-text.ts';
import { textOf } from './kustomization-file.ts';
import { annotationsOf, groupOf, labelsOf, metadataText } from './object-fields.ts';
import { isBuiltIn, isNamespaced } from './scope.ts';

export type Finished =
  | { readonly kind: 'object'; readonly object: BuiltObject }
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string };

/** Lists the objects that the controller takes from a built one (fluxcd/pkg/ssa, ReadObjects): Lists are opened. */
export function applied(manifest: Mapping): readonly Mapping[] {
  const items = valueAt(manifest, 'items');
  if ((textOf(manifest, 'kind') ?? '').endsWith('List') && items?.kind === 'sequence')
    return items.items.filter((item): item is Mapping => item.kind === 'mapping');
  return isObject(manifest) && !isKustomizeOwn(manifest) ? [manifest] : [];
}

/** One whose name has become a number is none: the controller drops it and says nothing. */
function isObject(manifest: Mapping): boolean {
  return (
    metadataText(manifest, 'name') !== '' &&
    ['kind', 'apiVersion'].every((key) => (textOf(manifest, key) ?? '') !== '')
  );
}

function isKustomizeOwn(manifest: Mapping): boolean {
  const apiVersion = textOf(manifest, 'apiVersion') ?? '';
  return (
    textOf(manifest, 'kind')?.toLowerCase() === 'kustomization' &&
    apiVersion.startsWith('kustomize.config.k8s.io/')
  );
}

/**
 * Makes of a built object what is applied: owner labels, the Kustomization's own labels and annotations, no status, a
 * Secret's `stringData` in its `data`. `secrets`: opened values in it. Fails where the controller or its dry run does.
 */
export function finishObject(
  built: Mapping,
  kustomization: FluxKustomization,
  cluster: ClusterObjects,
  secrets: ReadonlySet<string>,
): Finished {
  const apiVersion = textOf(built, 'apiVersion') ?? '';
  const found = {
    name: metadataText(built, 'name'),
    group: groupOf(apiVersion),
    kind: textOf(built, 'kind') ?? '',
  };
  const namespace = metadataText(built, 'namespace');
  const scope = isNamespaced(found, cluster);
  if (scope === true && namespace === '')
    return failed(
      `${found.kind}/${found.name} namespace not specified: the server could not find the requested resource`,
      `Give ${found.kind} ${found.name} a metadata.namespace, or the Kustomization a spec.targetNamespace.`,
    );
  const identity: ObjectId = { namespace: scope === false ? '' : namespace, ...found };
  if (isRefusedSecret(built, kustomization))
    return failed(
      `Secret/${namespace}/${found.name} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
      `Add spec.decryption with provider: sops to the Kustomization ${kustomization.namespace}/${kustomization.name}.`,
    );
  const manifest = normalized(
    withOwner(built, kustomization),
    identity,
    kustomization.spec.decryption !== null,
  );
  const object: BuiltObject = {
    id: printId(identity),
    identity,
    apiVersion,
    labels: labelsOf(manifest),
    annotations: annotationsOf(manifest),
    manifest,
    digest: digestOf(manifest),
    ...(secrets.size === 0 ? {} : { secrets }),
  };
  return { kind: 'object', object };
}

/**
 * An encrypted Secret where nothing is decrypted: the controller sees it only by a `sops` that is still there, and its
 * own normalisation takes that away unless `data` is no base64 - as ciphertext is not.
 */
function isRefusedSecret(built: Mapping, { spec }: FluxKustomization): boolean {
  const isSecret = textOf(built, 'kind') === 'Secret' && textOf(built, 'apiVersion') === 'v1';
  if (!isSecret || spec.decryption !== null || valueAt(built, 'sops') === undefined) return false;
  if (annotationsOf(built).get('kustomize.toolkit.fluxcd.io/decrypt')?.toLowerCase() === 'disabled')
    return false;
  const data = valueAt(built, 'data');
  return (
    data?.kind === 'mapping' &&
    entriesOf(data).some(
      ({ value }) => value.kind === 'string' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value.value),
    )
  );
}

function withOwner(built: Mapping, { name, namespace, spec }: FluxKustomization): Mapping {
  const labels = new Map([
    ...labelsOf(built),
    ['kustomize.toolkit.fluxcd.io/name', name] as const,
    ['kustomize.toolkit.fluxcd.io/namespace', namespace] as const,
    ...spec.commonLabels,
  ]);
  const annotations = new Map([...annotationsOf(built), ...spec.commonAnnotations]);
  const metadata = valueAt(built, 'metadata');
  const fields = new Map<string, Value>(
    metadata?.kind === 'mapping' ? entriesOf(metadata).map(({ key, value }) => [String(key), value]) : [],
  );
  fields.delete('creationTimestamp');
  fields.set('labels', textsOf(labels));
  if (annotations.size > 0) fields.set('annotations', textsOf(annotations));
  return replaced(built, new Map([['metadata', mappingOf(fields)]]));
}

function normalized(object: Mapping, identity: ObjectId, decrypts: boolean): Mapping {
  const isDefinition =
    identity.kind === 'CustomResourceDefinition' && identity.group === 'apiextensions.k8s.io';
  const changes = new Map<string, Value | null>();
  if (!isDefinition) changes.set('status', null);
  const isRole = identity.group === 'rbac.authorization.k8s.io' && identity.kind.endsWith('Role');
  // where decryption is on, a `sops` that is left belongs to what could not be opened here
  if (isBuiltIn(identity) && !isRole && !decrypts) changes.set('sops', null);
  const isSealed = decrypts && valueAt(object, 'sops') !== undefined;
  if (identity.kind === 'Secret' && identity.group === '' && !isSealed) {
    const data = joinedData(object);
    if (data !== null) {
      changes.set('stringData', null);
      changes.set('data', data);
    }
  }
  return changes.size === 0 ? object : replaced(object, changes);
}

function joinedData(secret: Mapping): Value | null {
  const plain = valueAt(secret, 'stringData');
  if (plain?.kind !== 'mapping') return null;
  const data = valueAt(secret, 'data');
  const values = new Map<string, Value>(
    data?.kind === 'mapping' ? entriesOf(data).map(({ key, value }) => [String(key), value]) : [],
  );
  for (const { key, value } of entriesOf(plain)) {
    if (value.kind !== 'string') return null; // no Go Secret: it stays as it is, and the API server refuses it
    values.set(String(key), stringOf(Buffer.from(value.value, 'utf8').toString('base64')));
  }
  return mappingOf(values);
}

/** Sets fields at their place, new ones at the end; `null` takes one out. */
function replaced(object: Mapping, changes: ReadonlyMap<string, Value | null>): Mapping {
  const fields = new Map<string, Value>(entriesOf(object).map(({ key, value }) => [String(key), value]));
  for (const [key, value] of changes) {
    if (value === null) fields.delete(key);
    else fields.set(key, value);
  }
  return mappingOf(fields);
}

function textsOf(texts: ReadonlyMap<string, string>): Mapping {
  return mappingOf([...texts].map(([key, value]) => [key, stringOf(value)] as const));
}

function failed(message: string, fix: string): Finished {
  return { kind: 'failed', message, fix };
}
