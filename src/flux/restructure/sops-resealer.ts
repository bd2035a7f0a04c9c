import path from 'node:path';
import { type EncryptionRule, resolveRule } from '../../config/encryption-rule.ts';
import { defaultSelector } from '../../config/selector.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { formatNamed, formatNameForPath } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { Configurations } from '../../repository/configurations.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { decryptedBytes } from '../../sops/decrypt.ts';
import { encryptDocument } from '../../sops/encrypt.ts';
import { Keyring } from '../../sops/keyring.ts';
import { openFile } from '../../sops/open-file.ts';
import { rekeyFile } from '../../sops/rekey.ts';
import { readSealedFile, type SealedFile } from '../../sops/sealed-file.ts';
import { type KeyChanges, keyChanges, withKeys } from '../../sops/update-keys.ts';
import type { System } from '../../system/system.ts';
import type { Resealer, Resealing, SealedMove } from './resealer.ts';

/** Looks after encrypted files that move, with the `.sops.yaml` files of both states and the identities of this machine. */
export function openResealer(system: System): Resealer {
  const keyring = new Keyring(system, keySources);
  return {
    async reseal(move) {
      try {
        const sealed = await sealedIn(move);
        return sealed === null ? { kind: 'fits' } : await fit(system, keyring, move, sealed);
      } catch (error) {
        if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
        return {
          kind: 'refused',
          message: error.message,
          hint: error.hint ?? `See \`sopskit verify ${move.from}\`.`,
        };
      }
    },
  };
}

async function sealedIn({ from, bytes }: SealedMove): Promise<SealedFile | null> {
  try {
    return await readSealedFile(await formatNamed(formatNameForPath(from)), bytes, keySources);
  } catch (error) {
    // a file that only speaks of sops
    if (error instanceof SopskitError && !Buffer.from(bytes).includes('ENC[AES256_GCM,')) return null;
    throw error;
  }
}

async function fit(
  system: System,
  keyring: Keyring,
  move: SealedMove,
  sealed: SealedFile,
): Promise<Resealing> {
  const rule = await ruleOf(system, move.head, move.to);
  if (rule === null) {
    if ((await ruleOf(system, move.base, move.from)) === null) return { kind: 'fits' };
    return {
      kind: 'refused',
      message: 'no creation rule of .sops.yaml is for its new path',
      hint: `Widen the path_regex of its rule, or add one: \`sopskit init --add-rule\`; \`sopskit config explain ${move.to}\` says which apply.`,
    };
  }
  const changes = keyChanges(sealed, rule.keyGroups, rule.shamirThreshold);
  const wanted = rule.selector ?? defaultSelector;
  const reselects =
    !sameSelector(wanted, sealed.metadata.selector) && (await followsRule(system, move, sealed));
  if (!changes.any && !reselects) return { kind: 'fits' };
  const bytes = reselects
    ? await sealedAnew(system, keyring, sealed, rule)
    : await withRecipients(system, keyring, sealed, { rule, changes });
  return { kind: 'resealed', bytes, changes: said(changes, reselects) };
}

/** A file whose selector was given by hand keeps it; one that has its rule's gets the new rule's. */
async function followsRule(
  system: System,
  { base, from }: SealedMove,
  { metadata }: SealedFile,
): Promise<boolean> {
  const old = await ruleOf(system, base, from);
  return old !== null && sameSelector(old.selector ?? defaultSelector, metadata.selector);
}

async function ruleOf(system: System, snapshot: Snapshot, file: string): Promise<EncryptionRule | null> {
  const configuration = await new Configurations(system, snapshot, null).nearest(file);
  if (configuration === null) return null;
  const { rule } = await configuration.matcher.match(path.join(snapshot.root, file));
  return rule === null ? null : resolveRule(rule, keySources);
}

interface Selecting {
  readonly kind: string;
  readonly value: string;
}

function sameSelector(one: Selecting | null, other: Selecting | null): boolean {
  return one?.kind === other?.kind && one?.value === other?.value;
}

/** Who only gains readers keeps its data key; who loses one gets a new one. */
async function withRecipients(
  system: System,
  keyring: Keyring,
  sealed: SealedFile,
  { rule, changes }: { readonly rule: EncryptionRule; readonly changes: KeyChanges },
): Promise<Uint8Array> {
  const loses = changes.groups.some(({ removed }) => removed.length > 0);
  if (!loses) return withKeys(sealed, rule.keyGroups, changes.threshold.to, keyring);
  const open = await openFile(sealed, { system, keyring, ignoreMac: false });
  try {
    return await rekeyFile(open, rule.keyGroups, { system, keyring, threshold: rule.shamirThreshold });
  } finally {
    open.dataKey.wipe();
  }
}

/** The rule of the new path encrypts other values: opened and encrypted as a new file. The plaintext stays in memory. */
async function sealedAnew(
  system: System,
  keyring: Keyring,
  sealed: SealedFile,
  rule: EncryptionRule,
): Promise<Uint8Array> {
  const open = await openFile(sealed, { system, keyring, ignoreMac: false });
  try {
    const plain = sealed.document.format.parse(decryptedBytes(open));
    const policy = { ...rule, selector: rule.selector ?? defaultSelector };
    const { keyGroups, shamirThreshold, selector, macOnlyEncrypted } = policy;
    return await encryptDocument(
      plain,
      { keyGroups, shamirThreshold, selector, macOnlyEncrypted },
      { system, keyring },
    );
  } finally {
    open.dataKey.wipe();
  }
}

function said({ groups, threshold }: KeyChanges, reselects: boolean): string {
  const names = (all: readonly string[], word: string) =>
    all.length === 0 ? [] : [`${word} ${all.join(', ')}`];
  return [
    ...names(
      groups.flatMap(({ added }) => added),
      'readable also for',
    ),
    ...names(
      groups.flatMap(({ removed }) => removed),
      'no longer for',
    ),
    ...(threshold.from === threshold.to ? [] : [`Shamir threshold ${threshold.to}`]),
    ...(reselects ? ['other values are encrypted'] : []),
  ].join('; ');
}
