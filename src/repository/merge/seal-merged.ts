import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Format } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import { sealDocument, type UnsealedMetadata } from '../../sops/encrypt.ts';
import type { Metadata } from '../../sops/metadata.ts';
import type { KnownKey } from '../../sops/open-file.ts';
import { groupsId, keyId, type MergedPolicy, mergePolicies } from './merge-policy.ts';
import type { Side, SideOptions, Sides } from './side.ts';
import { type RuleAccess, vetPolicy } from './vetted-policy.ts';

/** With which data key a merged file is sealed, and for whom. */
export interface Seal {
  readonly key: KnownKey;
  readonly metadata: UnsealedMetadata;
  /** What both sides changed of who may open the file and what is encrypted; ours stands. */
  readonly conflicts: readonly string[];
  /** Recipients of one side who were left out (`vetPolicy`), as sops names them. */
  readonly refused: readonly string[];
  /** Recipients of ours whom their side removed, as sops names them. */
  readonly removed: readonly string[];
  /** Recipients whom their side added, as sops names them. */
  readonly added: readonly string[];
  /** Whether no side had this data key. */
  readonly isNewKey: boolean;
}

interface ThreeSides {
  readonly base: Side;
  readonly ours: Side;
  readonly theirs: Side;
}

/** Asks for the access that our creation rule gives; only called where it matters. */
export type AskRule = () => Promise<RuleAccess | null>;

/**
 * Decides how the merge of two sides is sealed; at least one is encrypted. Throws `key.wrap`.
 *
 * Sides that have different data keys get a new one: one of the keys may be known to somebody who lost access by the
 * other side's rotation, or to somebody without any access, who encrypted the file anew for our public keys.
 */
export async function sealFor(
  sides: ThreeSides,
  known: Sides,
  { keyring }: SideOptions,
  askRule: AskRule,
): Promise<Seal> {
  const [ours, theirs] = [sides.ours.sealed ?? sides.theirs.sealed, sides.theirs.sealed ?? sides.ours.sealed];
  if (ours === null || theirs === null) throw new SopskitError('sops.not-encrypted', 'no side is encrypted');
  const [our, their] = [ours.open.sealed.metadata, theirs.open.sealed.metadata];
  const blocks = { base: sides.base.sealed?.open.sealed.metadata ?? null, ours: our, theirs: their };
  const isNewKey = ours.key !== theirs.key;
  const key = isNewKey ? known.fresh() : ours.key;
  const merged = mergePolicies(blocks.base, our, their);
  const there = isNewKey ? null : asThere(merged, [our, their]);
  const { policy, refused } =
    there === null ? vetPolicy(merged, blocks, await askRule()) : { policy: merged, refused: [] };
  const { shamirThreshold, selector, macOnlyEncrypted, conflicts } = policy;
  const keyGroups =
    there ?? (await keyring.wrap(key.dataKey, policy.keyGroups, policy.shamirThreshold)).keyGroups;
  const left = new Set([...policy.keyGroups.flat(), ...refused].map(keyId));
  return {
    key,
    metadata: {
      keyGroups,
      shamirThreshold,
      selector,
      macOnlyEncrypted,
      version: our.version,
      unknown: our.unknown,
    },
    conflicts,
    refused: refused.map(({ id }) => id),
    removed: idsBeside(our.keyGroups, left),
    added: idsBeside(policy.keyGroups, new Set(our.keyGroups.flat().map(keyId))),
    isNewKey,
  };
}

function idsBeside(groups: MergedPolicy['keyGroups'], known: ReadonlySet<string>): readonly string[] {
  return groups
    .flat()
    .filter((item) => !known.has(keyId(item)))
    .map(({ id }) => id);
}

/**
 * The groups as the sides, which share a data key, have wrapped it; `null` where that does not do. What a side wrapped is
 * taken as it is: an entry that somebody made without knowing the data key must not become a real one.
 */
function asThere(
  { keyGroups, shamirThreshold }: MergedPolicy,
  sources: readonly Metadata[],
): readonly (readonly MasterKey[])[] | null {
  const same = sources.find(
    (source) =>
      groupsId(source.keyGroups) === groupsId(keyGroups) &&
      (keyGroups.length === 1 || source.shamirThreshold === shamirThreshold),
  );
  if (same !== undefined) return same.keyGroups;
  // several groups: each has a part of the key, and parts of two blocks do not fit together
  if (keyGroups.length > 1 || sources.some((source) => source.keyGroups.length > 1)) return null;
  const there = new Map(
    [...sources]
      .reverse()
      .flatMap((source) => source.keyGroups.flat())
      .map((item) => [keyId(item), item]), // ours last: it counts
  );
  return keyGroups.map((group) => group.map((item) => there.get(keyId(item)) ?? item));
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
