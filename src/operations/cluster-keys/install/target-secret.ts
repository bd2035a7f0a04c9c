import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { KeyTarget } from '../bound-cluster.ts';

/** The Secret that is taken where nothing says otherwise. */
export const usualSecret: SecretRef = { namespace: 'flux-system', name: 'sops-age' };

export interface NamedSecret {
  readonly namespace: string | null;
  readonly name: string | null;
}

export interface TargetSecret {
  readonly ref: SecretRef;
  /** Other Secrets that Kustomizations decrypt with. */
  readonly others: readonly SecretRef[];
}

/**
 * Tells which Secret is meant: what was named; what all Kustomizations refer to, where that is one; else the usual one.
 * Throws `cluster-key.refused` where they refer to several others.
 */
export function targetSecret({ namespace, name }: NamedSecret, targets: readonly KeyTarget[]): TargetSecret {
  const refs = [...new Map(targets.map(({ ref }) => [textOf(ref), ref])).values()];
  const [only] = refs.length === 1 ? refs : [];
  const usual = refs.find((ref) => textOf(ref) === textOf(usualSecret));
  const isNamed = namespace !== null || name !== null;
  const byDefault = only ?? usual ?? (refs.length === 0 || isNamed ? usualSecret : null);
  if (byDefault === null) throw several(refs);
  const ref = isNamed ? named({ namespace, name }, refs, byDefault) : byDefault;
  return { ref, others: refs.filter((other) => textOf(other) !== textOf(ref)) };
}

/** Half a name is completed by the one Secret that has it. */
function named(
  { namespace, name }: NamedSecret,
  refs: readonly SecretRef[],
  otherwise: SecretRef,
): SecretRef {
  const fitting = refs.filter(
    (ref) => (namespace ?? ref.namespace) === ref.namespace && (name ?? ref.name) === ref.name,
  );
  const [only] = fitting.length === 1 ? fitting : [];
  return only ?? { namespace: namespace ?? otherwise.namespace, name: name ?? otherwise.name };
}

export function textOf({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}

/** The flags that name a Secret. */
export function secretFlags({ namespace, name }: SecretRef): string {
  return `--namespace ${namespace} --secret-name ${name}`;
}

function several(refs: readonly SecretRef[]): SopskitError {
  const list = refs.map((ref) => `\n  ${textOf(ref)}: ${secretFlags(ref)}`).join('');
  return new SopskitError(
    'cluster-key.refused',
    `the Kustomizations of this cluster decrypt with several Secrets:${list}`,
    { hint: `Install one after the other: add ${refs[0] === undefined ? '' : secretFlags(refs[0])}.` },
  );
}
