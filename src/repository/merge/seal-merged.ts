import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import { sealDocument, type UnsealedMetadata } from '../../sops/encrypt.ts';
import type { Metadata } from '../../sops/metadata.ts';
import type { KnownKey } from '../../sops/open-file.ts';
import { groupsId, keyId, type MergedPolicy, mergePolicies } from './merge-policy.ts';
import type { Side, SideOptions, Sides } from './side.ts';

/** With which data key a merged file is sealed, and for whom. */
export interface Seal {
  readonly key: KnownKey;
  readonly metadata: UnsealedMetadata;
  /** What both sides changed of who may open the file and what is encrypted; ours stands. */
  readonly conflicts: readonly string[];
  /** Recipients whom the data key was wrapped for anew, as sops names them. */
  readonly wrapped: readonly string[];
  /** Whether no side had this data key. */
  readonly isNewKey: boolean;
}

interface ThreeSides {
  readonly base: Side;
  readonly ours: Side;
  readonly theirs: Side;
}

/**
 * Decides how the merge of two sides is sealed; at least one is encrypted. Throws `key.wrap`.
 *
 * The data key is that of the side which changed it, so that whoever lost access by a rotation does not get it back;
 * where somebody who knows that key is to lose access too, it is a new one.
 */
export async function sealFor(sides: ThreeSides, known: Sides, { keyring }: SideOptions): Promise<Seal> {
  const [ours, theirs] = [sides.ours.sealed ?? sides.theirs.sealed, sides.theirs.sealed ?? sides.ours.sealed];
  if (ours === null || theirs === null) throw new SopskitError('sops.not-encrypted', 'no side is encrypted');
  const [our, their] = [ours.open.sealed.metadata, theirs.open.sealed.metadata];
  const base = sides.base.sealed;
  const policy = mergePolicies(base?.open.sealed.metadata ?? null, our, their);
  const chosen =
    ours.key === theirs.key
      ? ours
      : [ours, theirs]
          .filter(({ key }) => key !== base?.key) // the side that rotated; without an ancestor, any
          .find(({ open }) => covers(policy, open.sealed.metadata));
  const key = chosen?.key ?? known.fresh();
  const wrapping = { key, sources: [our, their].filter((_, index) => [ours, theirs][index]?.key === key) };
  const { keyGroups, wrapped } = await wrappedGroups(policy, wrapping, keyring);
  const { selector, macOnlyEncrypted, conflicts } = policy;
  return {
    key,
    metadata: {
      keyGroups,
      shamirThreshold: policy.shamirThreshold,
      selector,
      macOnlyEncrypted,
      version: our.version,
      unknown: our.unknown,
    },
    conflicts,
    wrapped,
    isNewKey: chosen === undefined,
  };
}

/** Whether everybody who could open a file may open it still. */
function covers({ keyGroups }: MergedPolicy, { keyGroups: before }: Metadata): boolean {
  const allowed = new Set(keyGroups.flat().map(keyId));
  return before.flat().every((key) => allowed.has(keyId(key)));
}

interface Wrapping {
  readonly key: KnownKey;
  /** The sops blocks that hold this data key. */
  readonly sources: readonly Metadata[];
}

/**
 * The groups with a wrapped key for each member. What a side wrapped already is taken as it is: an entry that somebody
 * made without knowing the data key must not become a real one.
 */
async function wrappedGroups(
  { keyGroups, shamirThreshold }: MergedPolicy,
  { key, sources }: Wrapping,
  keyring: SideOptions['keyring'],
): Promise<{ keyGroups: readonly (readonly MasterKey[])[]; wrapped: readonly string[] }> {
  const same = sources.find(
    (source) =>
      groupsId(source.keyGroups) === groupsId(keyGroups) &&
      (keyGroups.length === 1 || source.shamirThreshold === shamirThreshold),
  );
  if (same !== undefined) return { keyGroups: same.keyGroups, wrapped: [] };
  const [only, ...more] = keyGroups;
  if (only === undefined || more.length > 0) {
    const all = await keyring.wrap(key.dataKey, keyGroups, shamirThreshold);
    return { keyGroups: all.keyGroups, wrapped: keyGroups.flat().map(({ id }) => id) };
  }
  const there = new Map(
    [...sources]
      .reverse()
      .flatMap((source) => source.keyGroups.flat())
      .map((item) => [keyId(item), item]), // ours last: it counts
  );
  const missing = only.filter((item) => !there.has(keyId(item)));
  const made = missing.length === 0 ? [] : (await keyring.wrap(key.dataKey, [missing], 0)).keyGroups.flat();
  const all = new Map([...there, ...made.map((item) => [keyId(item), item] as const)]);
  const group = only.map((item) => all.get(keyId(item)) ?? item);
  return { keyGroups: [group], wrapped: missing.map(({ id }) => id) };
}

/** Seals a merged text. Values that a side had with the same data key keep their ciphertext. */
export function sealText(
  format: Format,
  text: Uint8Array,
  { key, metadata }: Seal,
  options: SideOptions,
): Promise<Uint8Array> {
  return sealDocument(format.parse(text), metadata, key.dataKey, {
    ...options,
    cipher: key.cipher,
    allowPlaintext: true,
  });
}

/** Seals bytes of any kind for the same recipients: the record of a conflict. */
export async function sealBytes(bytes: Uint8Array, seal: Seal, options: SideOptions): Promise<Uint8Array> {
  const metadata = { ...seal.metadata, selector: null, macOnlyEncrypted: false };
  return sealText(await formatNamed('binary'), bytes, { ...seal, metadata }, options);
}
