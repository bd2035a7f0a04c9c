import { basename, dirname, resolve } from 'node:path';
import type { FoundIdentities } from '../../../keys/age/found-identity.ts';
import { defaultKeyFiles } from '../../../keys/age/sources/default-key-files.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { withoutIdentity } from './identity-lines.ts';

/** A key file of this machine that holds the old identity. */
export interface KeyFile {
  readonly path: string;
  readonly identity: Secret;
  readonly comments: readonly string[];
}

/** Where this machine has the old identity. */
export interface KeyPlaces {
  readonly files: readonly KeyFile[];
  /** Places that it cannot be moved out of, as `keys list` calls them: a variable, a command. */
  readonly fixed: readonly string[];
}

/** Finds the old identity in the key files of this machine, all of them, and in what is no file. */
export async function keyPlaces(
  system: System,
  found: FoundIdentities,
  recipient: string,
): Promise<KeyPlaces> {
  const own = found.found.find((one) => one.recipient === recipient);
  const named = system.env.get('SOPS_AGE_KEY_FILE') ?? '';
  const paths = [
    ...(own?.path == null ? [] : [own.path]),
    ...(named === '' ? [] : [resolve(system.files.cwd, named)]),
    ...defaultKeyFiles(system).paths,
  ];
  const files: KeyFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const real = system.files.realPath(path);
    // what is retired already stays where it is
    if (real === null || seen.has(real) || basename(dirname(real)) === 'retired') continue;
    seen.add(real);
    const read = await readKeyFile(system, path, recipient);
    if (read !== null) files.push(read);
  }
  return { files, fixed: own !== undefined && own.path === null ? [own.place] : [] };
}

async function readKeyFile(system: System, path: string, recipient: string): Promise<KeyFile | null> {
  if (system.files.status(path)?.kind !== 'file') return null;
  const bytes = system.files.read(path);
  if (bytes === null) return null;
  const text = Buffer.from(bytes).toString('utf8');
  bytes.fill(0);
  const without = await withoutIdentity(text, recipient, false);
  if (without === null) return null;
  return { path, identity: Secret.fromText(without.identity), comments: without.comments };
}

/**
 * Takes an identity out of a key file as it is now; one with nothing else in it is removed. Throws `file.*`.
 */
export async function removeFromFile(system: System, path: string, recipient: string): Promise<void> {
  const bytes = system.files.read(path);
  if (bytes === null) return;
  const without = await withoutIdentity(Buffer.from(bytes).toString('utf8'), recipient, false);
  bytes.fill(0);
  if (without === null) return;
  if (without.rest.trim() === '') {
    system.files.remove(system.files.realPath(path) ?? path);
    return;
  }
  const rest = Buffer.from(without.rest);
  system.files.replace(path, rest, 0o600);
  rest.fill(0);
}
