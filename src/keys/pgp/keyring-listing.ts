import type { System } from '../../system/system.ts';
import { looksPrivate } from '../age/recipient-text.ts';
import { isSameKey } from './fingerprint.ts';
import { type ListedKey, readListing } from './gpg-listing.ts';

/** A key of gpg's keyring, with whom it says it is of. */
export interface NamedKey extends ListedKey {
  /** Its first user id; `null` for none. */
  readonly name: string | null;
}

/** What listing a keyring gave. */
export interface KeyringListing {
  /** The program, as the user named it. */
  readonly program: string;
  /** Its home; `null` where it was not run. */
  readonly home: string | null;
  /** Why it was not run, or that it failed; `null` when all is well. */
  readonly problem: string | null;
  readonly keys: readonly NamedKey[];
}

/** Lists gpg's public or secret keys. gpg is not run where it has no home yet: it would make one. */
export async function listKeyring(
  system: System,
  which: '--list-keys' | '--list-secret-keys',
): Promise<KeyringListing> {
  const named = system.env.get('SOPS_GPG_EXEC') || 'gpg';
  // a slip: a key where the name of a program belongs
  const program = looksPrivate(named) ? 'SOPS_GPG_EXEC' : named;
  const home = gpgHome(system);
  const unasked = (problem: string): KeyringListing => ({ program, home: null, problem, keys: [] });
  if (system.processes.find(program) === null) return unasked('there is no such program');
  if (home === null || system.files.kindOf(home) === null) return unasked('it has no keyring yet');
  const { status, stdout } = await system.processes.run(program, ['--batch', '--with-colons', which]);
  const output = Buffer.from(stdout).toString('utf8');
  const names = userIds(output);
  const keys = readListing(output)
    .filter(({ fingerprint }) => fingerprint !== '')
    .map((key) => ({ ...key, name: names.get(key.fingerprint) ?? null }));
  return { program, home, problem: status === 0 ? null : 'it did not list its keys', keys };
}

/** Whether a key is the one that a file names, by its fingerprint or that of a subkey. */
export function isKeyOf(
  id: string,
  { fingerprint, keyIds }: Pick<ListedKey, 'fingerprint' | 'keyIds'>,
): boolean {
  return isSameKey(id, fingerprint) || keyIds.some((keyId) => keyId !== '' && id.endsWith(keyId));
}

function gpgHome(system: System): string | null {
  const named = system.env.get('GNUPGHOME');
  if (named) return named;
  if (system.platform === 'win32') return system.env.get('APPDATA') ?? null;
  return system.files.home === null ? null : `${system.files.home}/.gnupg`;
}

/** The first user id of each key, by fingerprint. */
function userIds(output: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let fingerprint = '';
  for (const line of output.split('\n')) {
    const fields = line.split(':');
    if (fields[0] === 'sec' || fields[0] === 'pub') fingerprint = '';
    else if (fields[0] === 'fpr' && fingerprint === '') fingerprint = fields[9] ?? '';
    else if (fields[0] === 'uid' && !names.has(fingerprint))
      names.set(fingerprint, unescaped(fields[9] ?? ''));
  }
  return names;
}

/** gpg writes a colon as `\x3a`. */
function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
