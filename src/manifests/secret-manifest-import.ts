import { entriesOf, mappingOf, stringOf, valueAt } from '../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';
import { type RepeatedValues, repeatedValues } from './repeated-value.ts';
import { serverMetadata } from './server-metadata.ts';

/** A Secret without what the cluster added, and what was noticed on the way. */
export interface ImportedSecret {
  readonly tree: Mapping;
  /** What was left out: `metadata.uid`, … */
  readonly removed: readonly string[];
  /** Sentences for the user, without a full stop. Never a value. */
  readonly warnings: readonly string[];
}

/** The first ones hold the values once more, in clear. Flux puts its own labels back. */
const serverNotes: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kapp.k14s.io/original',
  'kapp.k14s.io/original-diff',
  'kapp.k14s.io/original-diff-full',
  'kapp.k14s.io/original-diff-md5',
  'banzaicloud.com/last-applied',
  'objectset.rio.cattle.io/applied',
  'openshift.io/token-secret.value',
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'helm.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
]);

/** Who would write over the Secret, by a label or annotation that says so. */
const makers: readonly (readonly [pattern: RegExp, maker: string])[] = [
  [/^cert-manager\.io\//, 'cert-manager'],
  [/^reconcile\.external-secrets\.io\//, 'External Secrets'],
  [/^sealedsecrets\.bitnami\.com\//, 'Sealed Secrets'],
  [/^kapp\.k14s\.io\//, 'kapp'],
  [/^objectset\.rio\.cattle\.io\//, 'Rancher'],
  [/^meta\.helm\.sh\//, 'a Helm release'],
  [/^kustomize\.toolkit\.fluxcd\.io\//, 'Flux'],
];

/** Types that a repository should not hold, and why. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  [
    'kubernetes.io/service-account-token',
    'the cluster makes and renews it, and it belongs to this one cluster',
  ],
  ['helm.sh/release.v1', 'it is the state of a Helm release, which Helm keeps itself'],
  ['bootstrap.kubernetes.io/token', 'it lets new nodes join the cluster for a short time'],
]);

/** Says why a Secret of this type should not be imported; `null`: it may be. */
export function whyForeign(type: string | null): string | null {
  return type === null ? null : (foreignTypes.get(type) ?? null);
}

/** What was left out on the way, and is told. */
interface LeftOut {
  readonly removed: string[];
  readonly warnings: string[];
}

/**
 * Takes out of a live Secret what the server added, and labels and annotations that repeat a value (they would stay in
 * clear), and puts the rest in the usual order.
 */
export function importedSecret(live: Mapping): ImportedSecret {
  const removed: string[] = [];
  const repeating: string[] = [];
  const metadata = cleanMetadata(live, { removed, warnings: repeating });
  const known = ['apiVersion', 'kind', 'metadata', 'type', 'immutable', 'data', 'stringData'];
  for (const { key } of entriesOf(live))
    if (typeof key === 'string' && !known.includes(key)) removed.push(key);
  const tree = mappingOf([
    ['apiVersion', stringOf('v1')],
    ['kind', stringOf('Secret')],
    ['metadata', metadata],
    ...known.slice(3).map((key): [string, Value | undefined] => [key, present(valueAt(live, key))]),
  ]);
  return { tree, removed, warnings: [...repeating, ...warningsOf(live)] };
}

function cleanMetadata(live: Mapping, left: LeftOut): Mapping {
  const value = valueAt(live, 'metadata');
  if (value?.kind !== 'mapping') return { kind: 'mapping', entries: [] };
  const names = ['name', 'namespace'].map((key) => valueAt(value, key));
  const repeated = repeatedValues(
    live,
    names.flatMap((name) => (name?.kind === 'string' ? [name.value] : [])),
  );
  const entries: Entry[] = [];
  for (const entry of entriesOf(value)) {
    const key = String(entry.key);
    if (serverMetadata.has(key)) left.removed.push(`metadata.${key}`);
    else if (key === 'annotations' || key === 'labels')
      entries.push(...withoutNotes(entry, key, repeated, left));
    else if (present(entry.value) !== undefined) entries.push(entry);
  }
  return ordered(entries);
}

function withoutNotes(entry: Entry, field: string, repeated: RepeatedValues, left: LeftOut): Entry[] {
  if (entry.value.kind !== 'mapping') return [];
  const kept = entriesOf(entry.value).filter(({ key, value }) => {
    const isNote = typeof key === 'string' && serverNotes.has(key);
    const warning = isNote ? null : whyLeftOut(field, String(key), value, repeated);
    if (warning !== null) left.warnings.push(warning);
    if (isNote || warning !== null) left.removed.push(`metadata.${field}[${key}]`);
    return !isNote && warning === null;
  });
  return kept.length === 0 ? [] : [{ ...entry, value: { kind: 'mapping', entries: kept } }];
}

function whyLeftOut(field: string, key: string, value: Value, repeated: RepeatedValues): string | null {
  const found = value.kind === 'string' ? repeated.in(value.value) : undefined;
  if (found === undefined) return null;
  const what = found === null ? 'holds a whole Secret' : `repeats the value of ${printable(found)}`;
  const note = `${field === 'labels' ? 'label' : 'annotation'} ${printable(key)}`;
  return `${note} ${what}, and is left out; put it back into the file if everybody may read it`;
}

/** `kubectl` sorts the fields; people look for the name first. */
function ordered(entries: readonly Entry[]): Mapping {
  const first = ['name', 'namespace', 'labels', 'annotations'];
  const rank = ({ key }: Entry): number => {
    const at = first.indexOf(String(key));
    return at < 0 ? first.length : at;
  };
  return { kind: 'mapping', entries: [...entries].sort((a, b) => rank(a) - rank(b)) };
}

/** What is empty or null says nothing. */
function present(value: Value | undefined): Value | undefined {
  if (value === undefined || value.kind === 'null') return undefined;
  return value.kind === 'mapping' && value.entries.length === 0 ? undefined : value;
}

function warningsOf(live: Mapping): string[] {
  const metadata = valueAt(live, 'metadata');
  if (metadata?.kind !== 'mapping') return [];
  const owners = valueAt(metadata, 'ownerReferences');
  const owner = owners?.kind === 'sequence' ? owners.items[0] : undefined;
  const ownerKind = owner?.kind === 'mapping' ? valueAt(owner, 'kind') : undefined;
  const found = new Set<string>();
  if (ownerKind?.kind === 'string') found.add(`the object that owns it (${printable(ownerKind.value)})`);
  for (const field of ['annotations', 'labels']) {
    const notes = valueAt(metadata, field);
    for (const { key } of notes?.kind === 'mapping' ? entriesOf(notes) : []) {
      const maker = makers.find(([pattern]) => typeof key === 'string' && pattern.test(key));
      if (maker !== undefined) found.add(maker[1]);
    }
  }
  return [...found].map(
    (maker) => `${maker} makes this Secret in the cluster and may write over what you import`,
  );
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, 253);
}
