import type { KubernetesObject } from '../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../manifests/leaves-below.ts';
import { decodeBase64 } from '../../manifests/secret-manifest.ts';
import type { Part } from '../../repository/check/content.ts';
import { ciphertextOf } from '../../repository/check/sealed-leaves.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Path } from '../../tree/path.ts';
import { groupOf, mappingAt, textsAt } from './lint-object.ts';

/** An object of a document with sops metadata. */
export type SealedObject = KubernetesObject & { readonly part: Part };

/** What becomes of an encrypted object that nobody decrypts (measured; see the guide). */
export type Outcome =
  /** Ready, and the ciphertext is stored as the value. */
  | 'stored'
  /** `… is SOPS encrypted, configuring decryption is required …` */
  | 'refused'
  /** `.sops: field not declared in schema` */
  | 'no-field'
  /** Nothing in it is encrypted, and its `sops` block is dropped. */
  | 'harmless';

/**
 * Built-in kinds pass through their Go type, which drops the `sops` block; where that fails, because ciphertext stands
 * where a number or base64 belongs, the block stays and is seen.
 */
export function outcomeOf(object: SealedObject): Outcome {
  const sealed = sealedPaths(object);
  if (object.kind === 'Secret' && object.apiVersion === 'v1')
    return hasBrokenData(object) ? 'refused' : sealed.length > 0 ? 'stored' : 'harmless';
  if (!isBuiltIn(object)) return 'no-field';
  if (object.kind !== 'ConfigMap' && sealed.some(({ type }) => type !== 'str')) return 'no-field';
  return sealed.length > 0 ? 'stored' : 'harmless';
}

function hasBrokenData({ manifest }: SealedObject): boolean {
  const data = mappingAt(manifest, 'data');
  return (
    data !== null &&
    entriesOf(data).some(
      ({ value }) => value.kind !== 'null' && (value.kind !== 'string' || decodeBase64(value.value) === null),
    )
  );
}

/** Groups of the API server itself that client-go's scheme has. */
const builtInGroups: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'extensions',
  'admissionregistration.k8s.io',
  'apiserverinternal.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** Whether an object's kind comes with Kubernetes. */
export function isBuiltInGroup(group: string): boolean {
  return builtInGroups.has(group) || group === 'apiextensions.k8s.io' || group === 'apiregistration.k8s.io';
}

function isBuiltIn({ apiVersion, kind }: KubernetesObject): boolean {
  const group = groupOf(apiVersion);
  const isRole = group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole');
  return builtInGroups.has(group) && !isRole;
}

/** The ciphertexts in an object, with the type of what is in each. */
export function sealedPaths({
  manifest,
  path,
}: KubernetesObject): { path: Path; line: number | undefined; type: string }[] {
  return leavesBelow(manifest, path).flatMap(({ leaf, path: at }) => {
    const text = ciphertextOf(leaf);
    return text === null
      ? []
      : [{ path: at, line: leaf.line, type: /type:(\w+)\]$/.exec(text)?.[1] ?? 'str' }];
  });
}

/** Objects whose ciphertext is meant to stay: for an operator in the cluster, or by Flux's annotation. */
export function isLeftSealed(object: KubernetesObject): boolean {
  return object.kind === 'SopsSecret' || isDecryptionDisabled(object);
}

/** Whether Flux's annotation keeps the controller from decrypting an object (decryptor.go, IsDecryptionDisabled). */
export function isDecryptionDisabled({ manifest }: KubernetesObject): boolean {
  const annotations = textsAt(mappingAt(manifest, 'metadata'), 'annotations');
  return annotations.get('kustomize.toolkit.fluxcd.io/decrypt')?.toLowerCase() === 'disabled';
}

/** `Secret db`, as it is called in messages. */
export function titleOf({ kind, name }: KubernetesObject): string {
  return name === '' ? `the ${kind}` : `${kind} ${name}`;
}
