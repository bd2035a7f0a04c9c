import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { FluxKustomization, SubstituteSource } from '../kustomization.ts';
import { keyOf } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';
import type { ClusterObjects } from './build.ts';

/** The variables of a Kustomization's postBuild, and what of them cannot be told. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** Names whose value is certain whatever the missing sources hold. */
  readonly certain: ReadonlySet<string>;
  /** Sources whose content is not known; empty: every name is certain. */
  readonly missing: readonly Unknown[];
  /** Values that come from Secrets. */
  readonly secrets: ReadonlySet<string>;
  /** Whether a name that is certainly not there is an empty text, as before Flux 2.9; else the controller fails. */
  readonly lenient: boolean;
}

/**
 * Loads variables as the controller does (fluxcd/pkg/kustomize, LoadVariables): later sources win over earlier ones, the
 * ones in the spec over all, line breaks are taken out. A source that is not in the repository may be in the cluster,
 * an optional one too.
 */
export function loadVariables(kustomization: FluxKustomization, cluster: ClusterObjects): Variables {
  const values = new Map<string, string>();
  const certain = new Set<string>();
  const secrets = new Set<string>();
  const missing: Unknown[] = [];
  const { postBuild } = kustomization.spec;
  for (const source of postBuild?.substituteFrom ?? []) {
    const object = cluster.find(source.kind, kustomization.namespace, source.name);
    const found = object === null ? null : dataOf(object, source.kind);
    if (found === null) {
      missing.push(missingSource(kustomization, source, object !== null));
      certain.clear();
      continue;
    }
    for (const [name, value] of found) {
      values.set(name, oneLine(value));
      certain.add(name);
      if (source.kind === 'Secret') secrets.add(oneLine(value));
    }
  }
  for (const [name, value] of postBuild?.substitute ?? []) {
    values.set(name, oneLine(value));
    certain.add(name);
  }
  return { values, certain, missing, secrets, lenient: cluster.lenient === true };
}

function oneLine(text: string): string {
  return text.replaceAll('\n', '');
}

/** `null`: its values are encrypted, and cannot be opened here. */
function dataOf(object: Mapping, kind: SubstituteSource['kind']): ReadonlyMap<string, string> | null {
  const texts = new Map<string, string>();
  const take = (key: 'data' | 'stringData', decode: (text: string) => string): void => {
    const data = valueAt(object, key);
    if (data?.kind !== 'mapping') return;
    for (const { key: name, value } of entriesOf(data)) {
      if (typeof name === 'string' && value.kind === 'string') texts.set(name, decode(value.value));
    }
  };
  const isSealed = valueAt(object, 'sops') !== undefined;
  const isClosed = (text: string): boolean =>
    text.startsWith(isSealed ? 'ENC[' : 'ENC[AES256_GCM,') && (isSealed || kind === 'Secret');
  take(
    'data',
    kind === 'Secret' && !isSealed ? (text) => Buffer.from(text, 'base64').toString('utf8') : (text) => text,
  );
  if (kind === 'Secret') take('stringData', (text) => text);
  // a generated Secret has the ciphertext of its files without a `sops` of its own
  return [...texts.values()].some(isClosed) ? null : texts;
}

function missingSource(
  kustomization: FluxKustomization,
  { kind, name, optional }: SubstituteSource,
  isSealed: boolean,
): Unknown {
  const object = `${kind} ${kustomization.namespace}/${name}`;
  const subject = keyOf(kustomization);
  if (isSealed) {
    return {
      reason: 'missing-key',
      subject,
      message: `variables of ${subject} come from ${object}, which cannot be opened with the identities here`,
      fix: 'Provide an identity that opens it (SOPS_AGE_KEY_FILE), or ask somebody who has one.',
    };
  }
  return {
    reason: 'variable',
    subject,
    message: `variables of ${subject} come from the ${optional ? 'optional ' : ''}${object}, which is not in the repository`,
    fix: `Put the ${object} into the repository, or its variables into spec.postBuild.substitute.`,
  };
}
