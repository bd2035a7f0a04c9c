import type { Selector } from '../../config/selector.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import type { Metadata } from '../../sops/metadata.ts';

type KeyGroups = readonly (readonly MasterKey[])[];

/** What two changed sops blocks agree on. */
export interface MergedPolicy {
  /** As ids say; which side's wrapped key an item carries is not decided here. */
  readonly keyGroups: KeyGroups;
  readonly shamirThreshold: number;
  readonly selector: Selector | null;
  readonly macOnlyEncrypted: boolean;
  /** What both sides changed, each its own way: ours stands. For messages. */
  readonly conflicts: readonly string[];
}

/**
 * Merges who may open a file and what in it is encrypted. Recipients merge as sets: whoever a side added is in, whoever
 * a side removed is out. `base` is `null` where the common ancestor was not encrypted.
 */
export function mergePolicies(base: Metadata | null, ours: Metadata, theirs: Metadata): MergedPolicy {
  const conflicts: string[] = [];
  const pick = <T>(what: string, read: (metadata: Metadata) => T, id: (value: T) => string): T => {
    const [our, their] = [read(ours), read(theirs)];
    const old = base === null ? null : id(read(base));
    if (id(our) === id(their) || old === id(their)) return our;
    if (old === id(our)) return their;
    conflicts.push(what);
    return our;
  };
  const keyGroups =
    mergeGroups(base?.keyGroups ?? [], ours.keyGroups, theirs.keyGroups) ??
    pick('the key groups', ({ keyGroups: groups }) => groups, groupsId);
  const threshold = pick('the Shamir threshold', ({ shamirThreshold }) => shamirThreshold, String);
  return {
    keyGroups,
    shamirThreshold: keyGroups.length === 1 ? ours.shamirThreshold : Math.min(threshold, keyGroups.length),
    selector: pick('what is encrypted', ({ selector }) => selector, selectorId),
    macOnlyEncrypted: pick('mac_only_encrypted', ({ macOnlyEncrypted }) => macOnlyEncrypted, String),
    conflicts,
  };
}

/** `null` where there are not as many groups on all sides. A group that nobody would be left in is ours. */
function mergeGroups(base: KeyGroups, ours: KeyGroups, theirs: KeyGroups): MasterKey[][] | null {
  if (ours.length !== theirs.length || ![0, ours.length].includes(base.length)) return null;
  const groups = ours.map((group, index) => mergeGroup(base[index] ?? [], group, theirs[index] ?? []));
  return groups.every(({ length }) => length > 0) ? groups : null;
}

function mergeGroup(
  base: readonly MasterKey[],
  ours: readonly MasterKey[],
  theirs: readonly MasterKey[],
): MasterKey[] {
  const [old, our, their] = [base, ours, theirs].map((keys) => new Set(keys.map(keyId))) as [
    Set<string>,
    Set<string>,
    Set<string>,
  ];
  return [
    ...ours.filter((key) => their.has(keyId(key)) || !old.has(keyId(key))),
    ...theirs.filter((key) => !our.has(keyId(key)) && !old.has(keyId(key))),
  ];
}

/** One key: its kind and what it is known by. */
export function keyId({ source, id }: MasterKey): string {
  return `${source} ${id}`;
}

export function groupsId(groups: KeyGroups): string {
  return JSON.stringify(groups.map((group) => group.map(keyId).sort()));
}

function selectorId(selector: Selector | null): string {
  return selector === null ? '' : JSON.stringify([selector.kind, selector.value]);
}
