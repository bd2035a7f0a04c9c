import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { SealedFileUse } from '../../../flux/decryption/decryption.ts';
import { comparableRecipient } from '../../../keys/age/recipient-text.ts';
import { digitsOf, isFingerprint } from '../../../keys/pgp/fingerprint.ts';
import { isKeyOf } from '../../../keys/pgp/keyring-listing.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import { holdsRecipients } from '../holds.ts';
import type { Holds } from '../key-secret.ts';
import { type LocalKey, type LocalKeys, unusableText } from './local-key.ts';

/** What the choice is made from. */
export interface ChoiceGround {
  readonly local: LocalKeys;
  /** What the Kustomizations that use the Secret have encrypted. */
  readonly files: readonly SealedFileUse[];
  /** What the Secret holds already. */
  readonly held: Holds;
  readonly heldRecipients: ReadonlySet<string>;
  /** Recipients that the rules for this cluster's folders name; for a repository that has no files yet. */
  readonly ruled: readonly string[];
  /** What comments of `.sops.yaml` call recipients. */
  readonly names: ReadonlyMap<string, string>;
}

/** The keys that were asked for by their public halves. Throws `cluster-key.missing`, `cluster-key.refused`. */
export function namedKeys(recipients: readonly string[], ground: ChoiceGround): readonly LocalKey[] {
  return recipients.map((recipient) => {
    const found = ground.local.keys.find((key) => isNamed(recipient, key));
    if (found !== undefined) return found;
    const other = ground.local.unusable.find(
      (one) =>
        one.recipient !== null && comparableRecipient(one.recipient) === comparableRecipient(recipient),
    );
    if (other !== undefined)
      throw new SopskitError(
        'cluster-key.refused',
        `${recipient} is ${unusableText(other.kind)} (${other.place}), which Flux cannot use`,
        { hint: 'Give the cluster an age key of its own: sopskit keys generate makes one.' },
      );
    throw new SopskitError(
      'cluster-key.missing',
      `the private key of ${recipient} was not found on this machine`,
      { hint: `${hereText(ground)} Name its file with --identity-file, or set SOPS_AGE_KEY_FILE.` },
    );
  });
}

function isNamed(recipient: string, { kind, ...key }: LocalKey): boolean {
  if (kind !== 'pgp') return key.recipient === recipient.trim();
  const id = recipient.replace(/\s/g, '');
  return isFingerprint(id) && isKeyOf(digitsOf(id), { fingerprint: key.recipient, keyIds: key.keyIds });
}

/**
 * Chooses the keys to install: the one that opens all files; several where only together they do. Without any file: the
 * one that the rules for the cluster name, or the only one there is. Where several would do, the one that the Secret has
 * already. `isGiven`: these keys were named, so that those that open something are meant though the Secret can do without.
 * Throws `cluster-key.refused` where the user must choose, `cluster-key.missing` where there is none.
 */
export function chooseKeys(ground: ChoiceGround, isGiven = false): readonly LocalKey[] {
  const { local, files } = ground;
  if (local.keys.length === 0) throw noKeys(ground);
  if (files.length === 0) return withoutFiles(ground);
  const relevant = local.keys.filter((key) => isRecipientOf(files, key));
  const alone = relevant.filter((key) => opensAll(files, holdsKeys([key])));
  if (alone.length > 0) return [oneOf(alone, ground, 'opens all files')];
  const needed = together(relevant, ground);
  return needed.length === 0 && isGiven ? relevant : needed;
}

function together(
  relevant: readonly LocalKey[],
  { files, held, ...ground }: ChoiceGround,
): readonly LocalKey[] {
  const opens = (keys: readonly LocalKey[]): boolean => {
    const holds = holdsKeys(keys);
    return opensAll(files, (key) => held(key) || holds(key));
  };
  if (!opens(relevant)) return relevant;
  const needed = relevant.filter((key) => !opens(relevant.filter((other) => other !== key)));
  if (opens(needed)) return needed;
  throw several(relevant, { files, held, ...ground }, 'together open all files in more than one way');
}

function withoutFiles(ground: ChoiceGround): readonly LocalKey[] {
  const { local, ruled } = ground;
  if (ruled.length > 0) {
    const holds = (key: LocalKey): boolean => ruled.some((recipient) => isNamed(recipient, key));
    const fitting = local.keys.filter(holds);
    if (fitting.length > 0) return [oneOf(fitting, ground, 'is a recipient of the rules for this cluster')];
    throw new SopskitError(
      'cluster-key.missing',
      `none of the recipients that .sops.yaml names for this cluster has its private key here: ${ruled.map((one) => titleOf(one, ground)).join(', ')}`,
      { hint: `${hereText(ground)} Choose one all the same with --recipient.` },
    );
  }
  const age = local.keys.filter(({ kind }) => kind !== 'pgp');
  return [oneOf(age.length === 1 ? age : local.keys, ground, 'could be meant, and no file or rule tells')];
}

function oneOf(keys: readonly LocalKey[], ground: ChoiceGround, why: string): LocalKey {
  const [first] = keys;
  if (first !== undefined && keys.length === 1) return first;
  const [held, ...others] = keys.filter(({ recipient }) => ground.heldRecipients.has(recipient));
  if (held !== undefined && others.length === 0) return held;
  throw several(keys, ground, why);
}

/** Whether a key is for any of files. */
export function isRecipientOf(files: readonly SealedFileUse[], key: LocalKey): boolean {
  const holds = holdsKeys([key]);
  return files.some(({ metadata }) => metadata.keyGroups.flat().some(holds));
}

/** Whether keys open each of files. */
export function opensAll(files: readonly SealedFileUse[], holds: Holds): boolean {
  return files.every(({ metadata }) => opensWith(metadata, holds));
}

/** What keys of this machine open, by their public halves. */
export function holdsKeys(keys: readonly LocalKey[]): Holds {
  return holdsRecipients(keys.flatMap(({ recipient, keyIds }) => [recipient, ...keyIds]));
}

/** A recipient with its name, where it has one. */
export function titleOf(recipient: string, { names }: Pick<ChoiceGround, 'names'>): string {
  const name = names.get(recipient);
  return name === undefined ? recipient : `${recipient} (${name})`;
}

function several(keys: readonly LocalKey[], ground: ChoiceGround, why: string): SopskitError {
  const list = keys
    .map(({ recipient, place }) => `\n  ${titleOf(recipient, ground)}, from ${place}`)
    .join('');
  return new SopskitError('cluster-key.refused', `more than one key of this machine ${why}:${list}`, {
    hint: `Choose with --recipient, e.g. --recipient ${keys[0]?.recipient ?? ''}; it may be repeated.`,
  });
}

function noKeys({ local }: ChoiceGround): SopskitError {
  const other = local.unusable.map(({ kind, place }) => `${unusableText(kind)} in ${place}`);
  const unusable = other.length === 0 ? '' : `; Flux cannot use what is here (${other.join(', ')})`;
  const said = local.problems.length === 0 ? '' : `; ${local.problems.join('; ')}`;
  return new SopskitError(
    'identity.missing',
    `no private key that could be installed was found on this machine${unusable}${said}`,
    {
      hint: 'sopskit keys list tells where keys are looked for; --identity-file names a file; sopskit keys generate makes a new key.',
    },
  );
}

function hereText({ local, names }: ChoiceGround): string {
  if (local.keys.length === 0) return 'There is no key here.';
  const list = local.keys.map(({ recipient }) => titleOf(recipient, { names }));
  return `Here are: ${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}.`;
}
