import { join } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { fromByteText, toByteText } from '../../formats/byte-text.ts';
import type { Format } from '../../formats/format.ts';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { checkEncryptable, sealDocument } from '../../sops/encrypt.ts';
import { type OpenFile, openFile } from '../../sops/open-file.ts';
import { editableText, reencrypt } from '../../sops/reencrypt.ts';
import { readSealedFile } from '../../sops/sealed-file.ts';
import { sealedFormat } from '../../sops/sealed-format.ts';
import { pathBytes, printablePath } from '../../system/path-text.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Git } from '../git/git.ts';
import { committedRule } from './committed-rule.ts';
import { ConflictRecords, digestOf } from './conflict-record.ts';
import { hasMarkers, withSide } from './conflict-text.ts';
import { conflictStyle } from './merge-driver.ts';
import { mergeFiles, type Versions } from './merge-files.ts';
import { revealsMore, type Shown } from './readable-leaves.ts';
import { looksSealed, type SideOptions, Sides } from './side.ts';
import { filesInConflict, notInConflict, stagedVersions } from './staged-versions.ts';

/** A file in conflict, open: holds the data key, which `close` wipes. */
export interface OpenConflict {
  /** The file, absolute. */
  readonly file: string;
  /** The plaintext with markers; without any where both sides changed only who may open the file. */
  readonly marked: Uint8Array;
  /** The file as it lies in the working tree. */
  readonly before: Uint8Array;
  readonly hasMarkers: (text: Uint8Array) => boolean;
  /** The text with one side at every conflict. */
  side(side: 'ours' | 'theirs'): Uint8Array;
  /** Encrypts the text that settles it. Throws `document.*`, `sops.*`. */
  seal(text: Uint8Array): Promise<Uint8Array>;
  /** Encrypts an edit that `seal` refuses, as bytes for the same recipients. */
  keep(text: Uint8Array): Promise<Uint8Array>;
  /** Tells git that the conflict is settled, and forgets it. */
  settle(): Promise<void>;
  close(): void;
}

/**
 * Opens the conflict of a file (path from the top of the working tree): as the merge recorded it, or, where it could not
 * (no key at that time, no driver), from the three versions in the index.
 * Throws `git.no-conflict`, `file.changed`, `key.unavailable` and others.
 */
export async function openConflict(git: Git, named: string, options: SideOptions): Promise<OpenConflict> {
  const { files } = options.system;
  const { path, versions, isAdded } = await stagedVersions(git, named);
  const file = join(git.top ?? '', path);
  const before = files.read(file);
  if (before === null)
    throw new SopskitError('file.missing', 'the file is not in the working tree', { hint: hintAgain(path) });
  const sealed = looksSealed(versions.ours) ? versions.ours : versions.theirs;
  if (!looksSealed(sealed)) throw notEncrypted(path);
  const format = await sealedFormat(null, path, sealed);
  const records = new ConflictRecords(files, git.folder);
  const known = await recorded(records, path, before, options);
  // whoever adds a conflict with its markers, or as the merge left it, has not settled it
  if (isAdded && known === null && !hasMarkers(toByteText(before), await markerSize(git, path)))
    throw notInConflict(path);
  const found = known ?? (await mergedAgain(git, path, before, versions, format, options));
  const open = await openFile(await readSealedFile(format, found.bytes, keySources), options);
  return {
    file,
    marked: found.marked,
    before,
    hasMarkers: (text) => hasMarkers(toByteText(text), found.markerSize, toByteText(editableText(open))),
    side: (side) =>
      side === 'ours'
        ? editableText(open)
        : fromByteText(withSide(toByteText(found.marked), found.markerSize, side)),
    seal: (text) => sealSettled(open, format, text, versions, options),
    keep: (text) => keepBytes(open, text, options),
    settle: () => settle(git, path, records),
    close: () => open.dataKey.wipe(),
  };
}

async function settle(git: Git, path: string, records: ConflictRecords): Promise<void> {
  const paths = pathBytes(`:(top,literal)${path}\0`);
  await git.run(['add', '--pathspec-from-file=-', '--pathspec-file-nul'], { input: paths });
  records.sweep(await filesInConflict(git));
}

interface Found {
  readonly bytes: Uint8Array;
  readonly marked: Uint8Array;
  readonly markerSize: number;
}

async function recorded(
  records: ConflictRecords,
  path: string,
  before: Uint8Array,
  options: SideOptions,
): Promise<Found | null> {
  const record = await records.read(path, options);
  return record?.result === digestOf(before) ? { ...record, bytes: before } : null;
}

/** What somebody made of the file since the merge is not thrown away. */
async function mergedAgain(
  git: Git,
  path: string,
  before: Uint8Array,
  versions: Versions,
  format: Format,
  options: SideOptions,
): Promise<Found> {
  const size = await markerSize(git, path);
  const isLeftByGit = hasMarkers(toByteText(before), size);
  if (!isLeftByGit && Buffer.compare(before, versions.ours) !== 0) throw changed(path);
  const labels = { base: 'base', ours: 'ours', theirs: 'theirs' };
  const style = { size, labels, style: await conflictStyle(git) };
  const rule = () => committedRule(options.system, git, path);
  const { bytes, conflict } = await mergeFiles(versions, { ...options, format, path, style, rule });
  if (conflict !== null) return { bytes, marked: conflict.marked, markerSize: size };
  const open = await openFile(await readSealedFile(format, bytes, keySources), options);
  try {
    return { bytes, marked: editableText(open), markerSize: size };
  } finally {
    open.dataKey.wipe();
  }
}

/** The attribute `conflict-marker-size` of a file; 7 where it has none. */
async function markerSize(git: Git, path: string): Promise<number> {
  const args = ['check-attr', '-z', '--stdin', 'conflict-marker-size'];
  const { stdout } = await git.run(args, { input: pathBytes(`${path}\0`) });
  const value = Buffer.from(stdout).toString('latin1').split('\0').at(-2) ?? '';
  return /^[1-9][0-9]{0,3}$/.test(value) ? Number(value) : 7;
}

async function sealSettled(
  open: OpenFile,
  format: Format,
  text: Uint8Array,
  versions: Versions,
  options: SideOptions,
): Promise<Uint8Array> {
  const document = format.parse(text);
  checkEncryptable(document);
  const { metadata } = open.sealed;
  if (await revealsMore(format, { text, metadata }, await shownBy(versions, format, options)))
    throw new SopskitError(
      'sops.readable-secret',
      'the file would show a value that one of the sides has encrypted: the sides differ in what is to be encrypted',
      {
        hint: 'Take one side with `git checkout --ours FILE` or `--theirs FILE`, and put the changes of the other in with `sopskit edit`.',
      },
    );
  return reencrypt(open, document, { ...options, allowPlaintext: true });
}

async function keepBytes(open: OpenFile, text: Uint8Array, options: SideOptions): Promise<Uint8Array> {
  const metadata = { ...open.sealed.metadata, selector: null, macOnlyEncrypted: false };
  const plain = (await formatNamed('binary')).parse(text);
  return sealDocument(plain, metadata, open.dataKey, { ...options, allowPlaintext: true });
}

async function shownBy(versions: Versions, format: Format, options: SideOptions): Promise<readonly Shown[]> {
  const sides = new Sides(format, options);
  try {
    const opened = [await sides.open(versions.ours), await sides.open(versions.theirs)];
    return opened.map(({ text, sealed }) => ({ text, metadata: sealed?.open.sealed.metadata ?? null }));
  } finally {
    sides.close();
  }
}

function notEncrypted(path: string): SopskitError {
  return new SopskitError('sops.not-encrypted', `${printablePath(path)} is encrypted on neither side`, {
    hint: 'Edit it, and `git add` it, as any other file.',
  });
}

function changed(path: string): SopskitError {
  return new SopskitError(
    'file.changed',
    `${printablePath(path)} was changed since the merge; it is left as it is`,
    {
      hint: `If it is right as it is: git add ${shellWord(path)}. ${hintAgain(path)}`,
    },
  );
}

function hintAgain(path: string): string {
  return `To bring the conflict back: git checkout --merge -- ${shellWord(path)}`;
}
