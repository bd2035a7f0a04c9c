import path from 'node:path';
import { Cipher } from '../../cipher/cipher.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { fitsKey, openFile } from '../../sops/open-file.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { neededGroups } from '../audit/sealed-version.ts';
import { shellWord } from '../check/shell-word.ts';
import { readingOnce } from '../reading-once.ts';
import { conflictSteps } from './conflict-steps.ts';
import { type ContentProblem, isProblem, readForDiagnosis } from './content-problem.ts';
import type { Diagnosis, FileVerdict, RecipientVerdict } from './diagnosis.ts';
import { strayKeyFiles } from './elsewhere.ts';
import { environmentRemarks } from './environment.ts';
import { KeyAttempts } from './key-attempts.ts';
import { namesNear } from './names-near.ts';
import { stepsToKey } from './next-steps.ts';
import { findPlaces, type Places } from './places.ts';
import { judgeRecipients } from './recipient-verdicts.ts';
import { runningOnce } from './run-once.ts';

/**
 * Finds out why a file does, or does not, open. It does what `decrypt` does: key commands, plugins and gpg are run, and
 * passphrases are asked for on a terminal. `file` is as typed. Throws only what is no finding, such as `interrupted`.
 */
export async function diagnoseFile(system: System, file: string): Promise<Diagnosis> {
  const full = path.resolve(system.files.cwd, file);
  const typed = shellWord(file);
  const bytes = readOrProblem(system, full, typed);
  const read = bytes instanceof Uint8Array ? await readForDiagnosis(full, typed, bytes) : bytes;
  const sealed = isProblem(read) ? null : read;
  const reading = readingOnce(system);
  const once = runningOnce(reading.system);
  try {
    const places = await findPlaces(once.system, {
      runCommands: sealed !== null,
      recipient: sealed === null ? '' : firstRecipient(sealed),
    });
    const remarks = environmentRemarks(system, places.listed);
    const base = { version: 1 as const, file: printablePath(file), remarks, places: places.listed };
    if (isProblem(read)) {
      const next = read.verdict === 'conflict' ? await conflictSteps(system, full, typed) : read.next;
      return { ...base, ...closed, ...read, next };
    }
    return { ...base, ...(await diagnoseSealed(once.system, full, typed, read, places)) };
  } finally {
    once.forget();
    reading.forget();
  }
}

/** For whom key commands are asked, as `decrypt` asks them. */
function firstRecipient({ metadata }: SealedFile): string {
  return metadata.keyGroups.flat().find(({ source }) => source === 'age')?.id ?? '';
}

const closed = { opens: false, needed: 0, groups: [] } as const;

function readOrProblem(system: System, full: string, typed: string): Uint8Array | ContentProblem {
  try {
    if (typed === "''") return problem('missing', 'the name of the file is empty', []);
    const kind = system.files.status(full)?.kind;
    if (kind === 'other')
      return problem('unreadable', 'it is no regular file', [
        'Write what it gives into a file, and ask for that one.',
      ]);
    if (kind === 'directory')
      return problem('unreadable', 'it is a folder', [`For all files in it: sopskit keys audit ${typed}`]);
    const bytes = system.files.read(full);
    if (bytes !== null) return bytes;
    return problem('missing', 'there is no such file', ['Check the path; ls shows what is there.']);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    return problem('unreadable', error.message, error.hint === undefined ? [`ls -l ${typed}`] : [error.hint]);
  }
}

function problem(verdict: FileVerdict, reason: string, next: readonly string[]): ContentProblem {
  return { verdict, reason, next };
}

async function diagnoseSealed(
  system: System,
  full: string,
  typed: string,
  sealed: SealedFile,
  places: Places,
): Promise<Omit<Diagnosis, 'version' | 'file' | 'remarks' | 'places'>> {
  const attempts = new KeyAttempts(system);
  const names = await namesNear(system, full);
  const groups = await judgeRecipients(sealed, { places, attempts, nameOf: (id) => names.get(id) ?? null });
  const needed = neededGroups(sealed);
  const about = { needed, groups };
  try {
    const { dataKey } = await openFile(sealed, { system: attempts.system, keyring: attempts.keyring });
    dataKey.wipe();
    return {
      ...about,
      opens: true,
      verdict: 'opens',
      reason: 'opens with the keys that are here',
      next: [],
    };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    if (error.code !== 'key.unavailable') {
      const isOthers = error.code === 'sops.decrypt' && (await isOtherKey(sealed, attempts));
      return { ...about, opens: false, ...(isOthers ? otherFilesKey(typed) : afterKey(error, typed)) };
    }
    const strays = await strayKeyFiles(system, [system.files.cwd, path.dirname(full)], places.listed);
    const next = stepsToKey({ typed, groups, needed, places: places.listed, strays });
    return { ...about, opens: false, ...keyProblem(groups, needed), next };
  }
}

/** Whether the data key that the file holds does not even open the MAC. */
async function isOtherKey({ metadata }: SealedFile, { keyring, system }: KeyAttempts): Promise<boolean> {
  const dataKey = await keyring.unwrap(metadata);
  try {
    const cipher = new Cipher(dataKey, (length) => system.randomBytes(length));
    return !fitsKey(metadata, { dataKey, cipher });
  } finally {
    dataKey.wipe();
  }
}

function otherFilesKey(typed: string): ContentProblem {
  return problem(
    'broken-key',
    'a data key can be opened, and fits neither its values nor its MAC: it is probably that of another file',
    [
      `The keys in the sops block were probably copied or merged. To see since when: git log -p -- ${typed}`,
      `To take a whole version back: git checkout COMMIT -- ${typed}`,
    ],
  );
}

/** The data key is there, and still the file does not open. */
function afterKey(error: SopskitError, typed: string): ContentProblem {
  const verdict = error.code === 'sops.mac' ? 'mac' : error.code.startsWith('key.') ? 'no-key' : 'value';
  const { line, path: tree = [] } = error.place ?? {};
  const where = tree.length === 0 ? '' : ` (${line === undefined ? '' : `line ${line}, `}${tree.join('.')})`;
  const restore = `To see what was changed: git log -p -- ${typed}`;
  return problem(verdict, `the data key is right, but ${error.message}${where}`, [
    ...(error.hint === undefined ? [] : [error.hint]),
    restore,
  ]);
}

function keyProblem(
  groups: readonly (readonly RecipientVerdict[])[],
  needed: number,
): Omit<ContentProblem, 'next'> {
  const open = groups.filter((group) => group.some(({ verdict }) => verdict === 'opens')).length;
  const broken = groups.flat().some(({ verdict }) => verdict === 'mismatch' || verdict === 'damaged');
  const verdict = broken ? 'broken-key' : 'no-key';
  if (groups.length > 1)
    return {
      verdict,
      reason: `${needed} of its ${groups.length} key groups must come together; ${open} can be opened here`,
    };
  if (groups.flat().some((each) => each.verdict === 'failed'))
    return { verdict, reason: 'a key of it is here, and could not be used' };
  return {
    verdict,
    reason: broken
      ? 'a key of it should be here, but what is wrapped for it does not open'
      : 'none of its keys is here',
  };
}
