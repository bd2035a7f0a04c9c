import { Secret } from '../../secret/secret.ts';
import { looksSealedText } from './sealed-text.ts';
import { isSameValue, type StoredSecret, type StoredText, type StoredValue } from './stored-secret.ts';

/** One field in which repository and cluster differ, or may. */
export interface Difference {
  readonly field: 'data' | 'type' | 'immutable' | 'label' | 'annotation';
  /** Of `data`, labels and annotations; else `null`. */
  readonly key: string | null;
  readonly change: Change;
  /** `null`: there is none, or it is not known. Printed only where values are asked for. */
  readonly repository: Secret | null;
  readonly cluster: Secret | null;
}

export type Change =
  /** Only the repository has it. */
  | 'added'
  /** Only the cluster has it. */
  | 'removed'
  | 'changed'
  /** The cluster has ciphertext of sops for a value: it was applied without being decrypted. */
  | 'ciphertext'
  /** Kubernetes would refuse what the repository has. */
  | 'refused'
  /** Both have it; whether it is the same cannot be told here. */
  | 'unknown';

/** Labels and annotations that the cluster has besides, and that count. */
export interface Surplus {
  readonly labels: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
}

/**
 * Compares a Secret of the repository with the live one. What is equal is not in the answer. `isMeantSealed`: whether
 * the repository asks for ciphertext in the cluster.
 */
export function compareSecret(
  repository: StoredSecret,
  cluster: StoredSecret,
  surplus: Surplus,
  isMeantSealed = false,
): readonly Difference[] {
  return [
    ...compareScalar('type', repository.type, cluster.type),
    ...compareScalar('immutable', textOf(repository.immutable), textOf(cluster.immutable)),
    ...compareValues(repository.values, cluster.values, isMeantSealed),
    ...compareTexts('label', repository.labels, cluster.labels, surplus.labels),
    ...compareTexts('annotation', repository.annotations, cluster.annotations, surplus.annotations),
  ];
}

function textOf(flag: boolean | null): StoredText {
  return flag === null ? null : `${flag}`;
}

function compareScalar(
  field: 'type' | 'immutable',
  one: StoredText,
  other: StoredText,
): readonly Difference[] {
  if (one !== null && one === other) return [];
  const change = one === null || other === null ? 'unknown' : 'changed';
  return [{ field, key: null, change, repository: secretOf(one), cluster: secretOf(other) }];
}

function compareValues(
  repository: ReadonlyMap<string, StoredValue>,
  cluster: ReadonlyMap<string, StoredValue>,
  isMeantSealed: boolean,
): readonly Difference[] {
  const keys = [...new Set([...repository.keys(), ...cluster.keys()])].sort();
  return keys.flatMap((key): Difference[] => {
    const [one, other] = [repository.get(key), cluster.get(key)];
    const change = changeOf(one, other, isMeantSealed);
    if (change === null) return [];
    return [{ field: 'data', key, change, repository: bytesIn(one), cluster: bytesIn(other) }];
  });
}

function changeOf(
  one: StoredValue | undefined,
  other: StoredValue | undefined,
  isMeantSealed: boolean,
): Change | null {
  if (!isMeantSealed && other?.kind === 'known' && isCiphertext(other.bytes)) return 'ciphertext';
  if (one === undefined) return 'removed';
  if (one.kind === 'refused') return 'refused';
  if (other === undefined) return 'added';
  if (one.kind === 'unknown' || other.kind !== 'known') return 'unknown';
  return isSameValue(one.bytes, other.bytes) ? null : 'changed';
}

function isCiphertext(value: Secret): boolean {
  return value.lend((bytes) => looksSealedText(Buffer.from(bytes.subarray(0, 32)).toString('latin1')));
}

function bytesIn(value: StoredValue | undefined): Secret | null {
  return value?.kind === 'known' ? value.bytes : null;
}

function compareTexts(
  field: 'label' | 'annotation',
  repository: ReadonlyMap<string, StoredText>,
  cluster: ReadonlyMap<string, StoredText>,
  surplus: ReadonlySet<string>,
): readonly Difference[] {
  const added = [...repository].flatMap(([key, one]): Difference[] => {
    const other = cluster.get(key);
    const [mine, theirs] = [secretOf(one), secretOf(other ?? null)];
    if (other === undefined) return [{ field, key, change: 'added', repository: mine, cluster: null }];
    if (one === null) return [{ field, key, change: 'unknown', repository: null, cluster: theirs }];
    return one === other ? [] : [{ field, key, change: 'changed', repository: mine, cluster: theirs }];
  });
  const removed = [...cluster].flatMap(([key, other]): Difference[] =>
    repository.has(key) || !surplus.has(key)
      ? []
      : [{ field, key, change: 'removed', repository: null, cluster: secretOf(other) }],
  );
  return [...added, ...removed].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}

function secretOf(text: StoredText): Secret | null {
  return text === null ? null : Secret.fromText(text);
}
