import { SopskitError } from '../../../errors/sopskit-error.ts';
import { type ChoiceGround, chooseKeys, holdsKeys, isRecipientOf, opensAll } from './choose-keys.ts';
import type { LocalKey } from './local-key.ts';

/**
 * Chooses as `chooseKeys` does, and among PGP keys only of those that Flux can use: gpg is asked for each that comes into
 * question (without a passphrase), which is why it is done only where one does. A key that Flux cannot use is chosen where
 * nothing does without it, so that it is said why it cannot be installed.
 */
export async function chooseUsable(ground: ChoiceGround, isGiven: boolean): Promise<readonly LocalKey[]> {
  const first = attempt(ground, isGiven);
  if (Array.isArray(first) && !first.some(({ kind }) => kind === 'pgp')) return first;
  const usable = await usableOf(ground);
  if (usable.length < ground.local.keys.length && usable.length > 0) {
    const second = attempt({ ...ground, local: { ...ground.local, keys: usable } }, isGiven);
    if (Array.isArray(second) && serves(second, ground)) return second;
    if (!Array.isArray(second) && !Array.isArray(first)) throw second;
  }
  if (Array.isArray(first)) return first;
  throw first;
}

type Attempt = LocalKey[] | SopskitError;

function attempt(ground: ChoiceGround, isGiven: boolean): Attempt {
  try {
    return [...chooseKeys(ground, isGiven)];
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}

function serves(keys: readonly LocalKey[], { files, held }: ChoiceGround): boolean {
  const holds = holdsKeys(keys);
  return keys.length > 0 && opensAll(files, (key) => held(key) || holds(key));
}

/** The keys without the PGP keys that are behind a passphrase or on a card. */
async function usableOf({ local: { keys }, files }: ChoiceGround): Promise<readonly LocalKey[]> {
  const usable: LocalKey[] = [];
  for (const key of keys) {
    const isAsked = key.kind === 'pgp' && (files.length === 0 || isRecipientOf(files, key));
    if (!isAsked || (await isUsable(key))) usable.push(key);
  }
  return usable;
}

async function isUsable(key: LocalKey): Promise<boolean> {
  try {
    (await key.text()).wipe();
    return true;
  } catch (error) {
    if (error instanceof SopskitError) return false;
    throw error;
  }
}
