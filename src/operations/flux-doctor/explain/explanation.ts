import { textIn } from '../../../cluster/fields.ts';
import type { FluxObject, Reading } from '../reading.ts';

/** What is wrong with an object, in words, and what mends it. */
export interface Explanation {
  /** What happened and why, in sentences. Never a value. */
  readonly what: string;
  /** What to do: commands, or a sentence where no command does it. In their order. */
  readonly mend: readonly string[];
  /** Keys of the objects that are the cause; empty: it is the cause itself. */
  readonly causes?: readonly string[];
}

/** One kind of failure, told by what the controller says. */
export interface Rule {
  /** For programs: `decryption.secret-missing`. */
  readonly code: string;
  /** Reasons of the Ready condition that it is about; absent: any. */
  readonly reasons?: readonly string[];
  /** What the message has. The first rule of the registry that fits explains it. */
  readonly says: RegExp;
  /** `null`: it does not fit after all. */
  explain(said: RegExpExecArray, object: FluxObject, reading: Reading): Explanation | null;
}

/** A kubectl command for this cluster. */
export function kubectl({ flags }: Reading, args: string): string {
  return `kubectl${flags} ${args}`;
}

/** Puts the key into a Secret of this cluster: from the places where sops looks, or with `--identity-file`. */
export function installKey({ flags }: Reading, namespace: string, secret: string, more = ''): string {
  return `sopskit keys install -n ${namespace} --secret-name ${secret}${flags}${more}    # or from a file: --identity-file FILE`;
}

const fluxNames: ReadonlyMap<string, string> = new Map([
  ['GitRepository', 'source git'],
  ['OCIRepository', 'source oci'],
  ['Bucket', 'source bucket'],
  ['HelmRepository', 'source helm'],
  ['HelmChart', 'source chart'],
  ['Kustomization', 'kustomization'],
  ['HelmRelease', 'helmrelease'],
]);

/** `flux reconcile …`, `flux resume …` for one object. */
export function flux(
  { flags }: Reading,
  verb: string,
  object: Pick<FluxObject, 'kind' | 'namespace' | 'name'>,
): string {
  const kind = fluxNames.get(object.kind) ?? object.kind.toLowerCase();
  return `flux${flags} ${verb} ${kind} ${object.name} -n ${object.namespace}`;
}

/** After a commit: fetch it now, and not at the next interval. */
export function push(reading: Reading, object: FluxObject): string {
  const withSource = object.role === 'source' ? '' : ' --with-source';
  return `${flux(reading, 'reconcile', object)}${withSource}    # after the push; else at the next interval`;
}

/** After a commit that corrects its spec: only the Kustomization that applies the spec brings it to the cluster. */
export function pushParent(reading: Reading, object: FluxObject): string {
  const at = (label: string): string =>
    textIn(object.manifest, 'metadata', 'labels', `kustomize.toolkit.fluxcd.io/${label}`);
  const [name, namespace] = [at('name'), at('namespace')];
  if (name === '' || namespace === '') return push(reading, object);
  const parent = { kind: 'Kustomization', namespace, name };
  return `${flux(reading, 'reconcile', parent)} --with-source    # after the push: it applies the corrected spec`;
}

export function shown({ kind, namespace, name }: Pick<FluxObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}
