import path from 'node:path';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import { shownPath } from './shown-path.ts';
import type { Step } from './step.ts';

export interface IgnoreStep {
  /** `null`: no key file lies in the repository. */
  readonly step: Step | null;
  readonly notes: readonly string[];
}

const heading = '# private keys: never to be committed';

/**
 * Plans `.gitignore` lines for key files in the repository: the user's own, where it lies there, and what looks like one
 * in its top folder. `top` is the repository's root, absolute.
 */
export async function ignoreStep(
  system: System,
  top: string,
  git: Git | null,
  ownFile: string | null,
): Promise<IgnoreStep> {
  const own = ownFile === null || !isBelow(ownFile, top) ? [] : [path.relative(top, ownFile)];
  const files = [...new Set([...own, ...keyFilesIn(system, top)])].map((file) =>
    file.split(path.sep).join('/'),
  );
  if (files.length === 0) return { step: null, notes: [] };
  const notes: string[] = [];
  for (const file of files) if (await isTracked(git, file)) notes.push(trackedNote(file));
  const before = system.files.read(path.join(top, '.gitignore'));
  const open: string[] = [];
  for (const file of files) if (!(await isIgnored(git, file, before))) open.push(file);
  const target = path.join(top, '.gitignore');
  const shown = shownPath(system, target);
  if (open.length === 0)
    return { step: { says: `${shown} keeps ${files.join(', ')} out of git`, run: null }, notes };
  if (system.files.kindOf(target) === 'symlink') {
    const note = `${shown} is a symbolic link, which git does not follow: ${open.join(', ')} must be kept out of git by hand.`;
    return { step: null, notes: [...notes, note] };
  }
  const run = async (): Promise<void> => system.files.replace(target, withLines(before, open));
  return { step: { says: `add ${open.join(', ')} to ${shown}: a private key`, run }, notes };
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** Files of the top folder that are called as key files are, and hold an age identity. */
function keyFilesIn(system: System, top: string): string[] {
  return (system.files.entries(top) ?? [])
    .filter(
      ({ name, kind }) => kind === 'file' && /^(?:keys?\.txt|.*\.agekey|age.*\.key|.*\.age\.key)$/.test(name),
    )
    .filter(({ name }) => holdsIdentity(system, path.join(top, name)))
    .map(({ name }) => name);
}

function holdsIdentity(system: System, file: string): boolean {
  if ((system.files.status(file)?.size ?? 0) > 1 << 16) return false;
  return /^AGE-(SECRET-KEY|PLUGIN)-/m.test(Buffer.from(system.files.read(file) ?? []).toString('latin1'));
}

/** Without a repository there is nobody to ask: then a line for the file counts. */
async function isIgnored(git: Git | null, file: string, ignoreFile: Uint8Array | null): Promise<boolean> {
  if (git === null)
    return Buffer.from(ignoreFile ?? [])
      .toString('utf8')
      .split(/\r?\n/)
      .includes(lineFor(file));
  const { status } = await git.run(['check-ignore', '--quiet', '--no-index', '--', file], { statuses: [1] });
  return status === 0;
}

async function isTracked(git: Git | null, file: string): Promise<boolean> {
  if (git === null) return false;
  const { text } = await git.run(['ls-files', '--', `:(literal)${file}`]);
  return text !== '';
}

function trackedNote(file: string): string {
  return `${file} holds a private key and is in git: it is no secret any more. Take it out (git rm --cached ${file}), make a new key, and sopskit rotate what it opened.`;
}

function withLines(before: Uint8Array | null, files: readonly string[]): Uint8Array {
  const text = before === null ? '' : Buffer.from(before).toString('utf8');
  const lines = files.map(lineFor);
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return Buffer.concat([
    before ?? new Uint8Array(0),
    Buffer.from(`${gap}${heading}\n${lines.join('\n')}\n`, 'utf8'),
  ]);
}

/** From the root of the repository; wildcards in a name stand for themselves. */
function lineFor(file: string): string {
  return `/${file.replaceAll(/[\\*?[\] ]/g, '\\$&')}`;
}
