import { basename, dirname, join } from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { defaultKeyFiles } from '../../../keys/age/sources/default-key-files.ts';
import { shellWord } from '../../../repository/check/shell-word.ts';
import type { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { withoutIdentity } from './identity-lines.ts';

/** Where a retired identity is kept. */
export interface Archived {
  readonly path: string;
  /** Whether it was there from a run before. */
  readonly found: boolean;
}

export interface ArchiveWords {
  readonly recipient: string;
  /** Comments that stood above it, `#` included. */
  readonly comments: readonly string[];
  /** What it was taken out of, a line each. */
  readonly from: readonly string[];
}

const folderName = 'retired';

/**
 * The folder for retired identities: `retired` beside the key file. Throws `identity.missing` where no key file has a
 * place.
 */
export function archiveFolder(system: System, keyFile: string | null, asked: string | null): string {
  if (asked !== null) return asked;
  const file = keyFile ?? defaultKeyFiles(system).paths[0];
  if (file === undefined)
    throw new SopskitError('identity.missing', 'there is no place where the retired identity could be kept', {
      hint: 'Name a folder for it with --archive FOLDER.',
    });
  const folder = dirname(file);
  return basename(folder) === folderName ? folder : join(folder, folderName);
}

/**
 * Keeps an identity in a file of its own (0600, on the disk before this returns): `<date>-<last 8 characters>.agekey`. One
 * that a run before has kept is found again. Throws `file.*`.
 */
export async function archiveIdentity(
  system: System,
  folder: string,
  identity: Secret,
  words: ArchiveWords,
): Promise<Archived> {
  const before = await findArchived(system, folder, words.recipient);
  if (before !== null) return { path: before, found: true };
  const { files } = system;
  if (files.status(folder) === null) files.makeFolder(folder, 0o700);
  const date = system.now().toISOString().slice(0, 10);
  const name = `${date}-${words.recipient.slice(-8)}`;
  for (let count = 1; ; count++) {
    const path = join(folder, `${name}${count === 1 ? '' : `-${count}`}.agekey`);
    if (files.kindOf(path) !== null) continue;
    const text = identity.lendText((key) => archiveText(path, key, words, system.now()));
    const bytes = Buffer.from(text);
    try {
      // whole or not at all: a run that is killed here must not leave half a key
      files.replace(path, bytes, 0o600);
    } finally {
      bytes.fill(0);
    }
    if ((await holds(system, path, words.recipient)) === true) return { path, found: false };
    throw new SopskitError('file.unwritable', 'the retired identity was written, and is not in the file', {
      place: { file: path },
      hint: 'Nothing was removed. Run it again when nothing else writes to that folder.',
    });
  }
}

/** Finds the file of the folder that keeps an identity; `null`: none does. */
export async function findArchived(
  system: System,
  folder: string,
  recipient: string,
): Promise<string | null> {
  for (const name of system.files.list(folder) ?? []) {
    const path = join(folder, name);
    if (name.endsWith('.agekey') && (await holds(system, path, recipient))) return path;
  }
  return null;
}

async function holds(system: System, path: string, recipient: string): Promise<boolean> {
  if (system.files.status(path)?.kind !== 'file') return false;
  const bytes = system.files.read(path);
  if (bytes === null) return false;
  const text = Buffer.from(bytes).toString('utf8');
  bytes.fill(0);
  return (await withoutIdentity(text, recipient, false)) !== null;
}

function archiveText(
  path: string,
  key: string,
  { recipient, comments, from }: ArchiveWords,
  now: Date,
): string {
  const lines = [
    `# retired: ${now.toISOString().slice(0, 10)}`,
    ...from.map((one) => `# taken out of: ${one}`),
    '# It still opens what was encrypted for it, in old commits:',
    `#   SOPS_AGE_KEY_FILE=${shellWord(path)} sopskit decrypt FILE`,
    ...comments.filter((line) => !/^#\s*(?:public key|retired|taken out of):/i.test(line)),
    `# public key: ${recipient}`,
    key,
  ];
  return `${lines.join('\n')}\n`;
}
