import { comparableRecipient } from '../../keys/age/recipient-text.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import type { Metadata } from '../../sops/metadata.ts';
import type { Difference, PolicyView, RecipientView } from './explanation.ts';
import { recipientView } from './policy-view.ts';
import type { LeafView } from './values-view.ts';

/** How an encrypted file differs from what its rule asks for. */
export function differencesOf(
  metadata: Metadata,
  policy: PolicyView,
  leaves: readonly LeafView[],
  names: ReadonlyMap<string, string>,
): Difference[] {
  return [
    ...recipientDifferences(metadata.keyGroups, policy, names),
    ...settingDifferences(metadata, policy),
    ...leafDifferences(leaves, policy),
  ];
}

/** By group where there are several, as the groups decide who can open the file together. */
function recipientDifferences(
  groups: Metadata['keyGroups'],
  policy: PolicyView,
  names: ReadonlyMap<string, string>,
): Difference[] {
  if (policy.keyGroups.length === 0) return []; // cannot be read: `problems` says so
  const inFile = groups.flatMap((group: readonly MasterKey[]) =>
    group.map((key) => recipientView(key, names)),
  );
  const inRule = policy.keyGroups.flat();
  const missing = without(inRule, inFile).map((recipient) => ({ what: 'missing' as const, recipient }));
  const extra = without(inFile, inRule).map((recipient) => ({ what: 'extra' as const, recipient }));
  const grouped = groupsDifference(groups, policy);
  return [
    ...missing,
    ...extra,
    ...(missing.length + extra.length === 0 && grouped !== null ? [grouped] : []),
  ];
}

function groupsDifference(groups: Metadata['keyGroups'], policy: PolicyView): Difference | null {
  const ofFile = groups.map((group) => group.map(({ source, id }) => keyName({ kind: source, id })).sort());
  const ofRule = policy.keyGroups.map((group) => group.map(keyName).sort());
  if (JSON.stringify(ofFile) === JSON.stringify(ofRule)) return null;
  const count = (list: readonly unknown[]) => `${list.length} key group${list.length === 1 ? '' : 's'}`;
  const same = ofFile.length === ofRule.length ? ' with other members' : '';
  return { what: 'groups', file: count(ofFile), rule: count(ofRule) + same };
}

function settingDifferences(metadata: Metadata, policy: PolicyView): Difference[] {
  const found: Difference[] = [];
  const add = (what: 'selector' | 'threshold' | 'mac_only_encrypted', file: string, rule: string) => {
    if (file !== rule) found.push({ what, file, rule });
  };
  if (metadata.selector !== null && policy.selector !== null)
    add('selector', selectorText(metadata.selector), selectorText(policy.selector));
  const groups = metadata.keyGroups.length;
  if (groups > 1 && policy.keyGroups.length > 1)
    add('threshold', String(metadata.shamirThreshold || groups), String(policy.threshold));
  add('mac_only_encrypted', String(metadata.macOnlyEncrypted), String(policy.macOnlyEncrypted));
  return found;
}

/** Values of which the rule says another thing than the file. Comments are encrypted or gone: nothing can be told. */
function leafDifferences(leaves: readonly LeafView[], { selector }: PolicyView): Difference[] {
  if (selector?.kind.includes('comment') === true) return [];
  return leaves.flatMap(({ view, isComment, selected, sealed, ofIdentity }) => {
    if (isComment || selected === sealed) return [];
    if (selected ? ofIdentity : view.ofSecret) return []; // a fault of the rule, and not of the file
    return [
      { what: selected ? ('should-be-encrypted' as const) : ('should-be-readable' as const), value: view },
    ];
  });
}

function selectorText({ kind, value }: { readonly kind: string; readonly value: string }): string {
  return `${kind} ${value}`;
}

function without(list: readonly RecipientView[], other: readonly RecipientView[]): RecipientView[] {
  const names = new Set(other.map(keyName));
  return list.filter((recipient) => !names.has(keyName(recipient)));
}

function keyName({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind} ${comparableRecipient(id)}`;
}
