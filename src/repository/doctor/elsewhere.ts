import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { readIdentityText } from '../../keys/age/sources/identity-text.ts';
import type { ListedPlace } from '../../keys/listed-place.ts';
import type { System } from '../../system/system.ts';
import { quietSystem } from '../quiet-system.ts';

/** A key file that nobody looks into, and what is in it. */
export interface StrayKeyFile {
  readonly path: string;
  readonly recipients: readonly string[];
}

const maxSize = 65_536;
const homePlaces = [
  '.config/sops/age/keys.txt',
  'Library/Application Support/sops/age/keys.txt',
  '.config/age/keys.txt',
  '.config/age/key.txt',
  '.age/keys.txt',
  '.age/key.txt',
];
const keyFileName = /^(?:age|keys?|age[-_.]?keys?|.*\.agekey|age\.key)(?:\.txt)?$/i;

/** Looks for key files where people keep them although sops does not look there: in the home and in these folders. */
export async function strayKeyFiles(
  system: System,
  folders: readonly string[],
  places: readonly ListedPlace[],
): Promise<StrayKeyFile[]> {
  const known = new Set(
    places.flatMap((place) => (place.path === null ? [] : [path.resolve(system.files.cwd, place.path)])),
  );
  const { home } = system.files;
  const here = [...new Set([...folders, ...(home === null ? [] : [home])])].flatMap((folder) =>
    keyFilesIn(system, folder),
  );
  const usual = home === null ? [] : homePlaces.map((place) => path.join(home, place));
  const strays: StrayKeyFile[] = [];
  for (const file of new Set([...here, ...usual])) {
    const recipients = known.has(file) ? [] : await recipientsIn(system, file);
    if (recipients.length > 0) strays.push({ path: file, recipients });
  }
  return strays;
}

function keyFilesIn(system: System, folder: string): string[] {
  try {
    const entries = system.files.entries(folder) ?? [];
    return entries
      .filter(({ name, kind }) => kind === 'file' && keyFileName.test(name))
      .map(({ name }) => path.join(folder, name));
  } catch {
    return []; // a folder that may not be listed
  }
}

async function recipientsIn(system: System, file: string): Promise<string[]> {
  try {
    const status = system.files.status(file);
    if (status?.kind !== 'file' || status.size > maxSize) return [];
    const bytes = system.files.read(file);
    if (bytes === null) return [];
    const { identities } = readIdentityText(bytes, file, { manyPerLine: false }, quietSystem(system));
    bytes.fill(0);
    const halves = await Promise.all(identities.map((identity) => identity.publicHalf()));
    return halves.filter((half) => half !== null);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}
