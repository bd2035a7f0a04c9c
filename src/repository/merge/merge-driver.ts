import { resolve } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Keyring } from '../../sops/keyring.ts';
import { sealedFormat } from '../../sops/sealed-format.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import { Git } from '../git/git.ts';
import { committedRule } from './committed-rule.ts';
import { ConflictRecords, digestOf } from './conflict-record.ts';
import type { MarkerStyle } from './conflict-text.ts';
import { type DriverFiles, mergeAsGit } from './git-merge-file.ts';
import { isOurs, mergeFiles, type Versions } from './merge-files.ts';
import { isForWantOfKey, isUnreadable, looksSealed, type SideOptions } from './side.ts';

export interface DriverRequest {
  readonly files: DriverFiles;
  /** Of the file, from the top of the working tree; git's own files have names that say nothing. */
  readonly path: string;
  readonly markerSize: number;
  readonly labels: MarkerStyle['labels'];
  /** Whether git merges common ancestors. */
  readonly isInner: boolean;
}

/**
 * Merges as git's merge driver: the result goes into our file. Returns whether it is clean; says what else there is to
 * know through `tell`. A file that is not encrypted, or cannot be opened here, is merged as git merges it.
 */
export async function driveMerge(
  request: DriverRequest,
  system: System,
  makeKeyring: () => Keyring,
  tell: (line: string) => void,
): Promise<boolean> {
  const { files, markerSize: size, labels } = request;
  const versions = readVersions(system, files);
  if (!isOurs(versions)) return mergeAsGit(system, files, { size, labels });
  const git = await Git.open(system, system.files.cwd);
  try {
    return await mergeByValues(versions, request, git, { system, keyring: makeKeyring() }, tell);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const [first] = error.message.split('\n');
    const name = printablePath(request.path);
    tell(`sopskit: ${name}: cannot be merged by its values, git's own result is left: ${first}`);
    const clean = await mergeAsGit(system, files, { size, labels });
    if (!clean || isForWantOfKey(error)) return clean;
    // the lines fit together, and yet nobody may be able to open what they make
    tell(
      `sopskit: ${name}: it has no markers, and is in conflict all the same: see whether it can be opened`,
    );
    return false;
  } finally {
    await git?.close();
  }
}

async function mergeByValues(
  versions: Versions,
  request: DriverRequest,
  git: Git | null,
  options: SideOptions,
  tell: (line: string) => void,
): Promise<boolean> {
  const { path, isInner, labels, markerSize: size } = request;
  const { files } = options.system;
  const style = { size, labels, style: await conflictStyle(git) };
  const format = await sealedFormat(null, path, looksSealed(versions.ours) ? versions.ours : versions.theirs);
  const rule = async () => (git === null ? null : committedRule(options.system, git, path));
  const merged = await mergeFiles(versions, { ...options, format, path, style, isInner, rule });
  const conflict = isInner ? null : merged.conflict;
  // first: a record of a file that was never written does no harm, a file without its record would
  if (conflict !== null && git !== null) {
    const records = new ConflictRecords(files, git.folder);
    records.write(path, conflict.record, digestOf(merged.bytes));
  }
  files.replace(resolve(files.cwd, request.files.ours), merged.bytes);
  const name = printablePath(path);
  for (const remark of merged.remarks) tell(`sopskit: ${name}: ${remark}`);
  for (const about of conflict?.about ?? []) tell(`sopskit: ${name}: ${about}`);
  if (conflict !== null)
    tell(`sopskit: ${name}: holds our side there; to decide: sopskit git resolve ${shellWord(path)}`);
  return merged.conflict === null;
}

function readVersions({ files }: System, { base, ours, theirs }: DriverFiles): Versions {
  const read = (file: string): Uint8Array => {
    const bytes = files.read(resolve(files.cwd, file));
    if (bytes !== null) return bytes;
    throw new SopskitError('file.missing', 'there is no such file', { place: { file } });
  };
  return { base: read(base), ours: read(ours), theirs: read(theirs) };
}

/** `merge.conflictStyle`, as git merge has it. */
export async function conflictStyle(git: Git | null): Promise<MarkerStyle['style']> {
  if (git === null) return 'merge';
  const { text } = await git.run(['config', '--get', 'merge.conflictStyle'], { statuses: [1] });
  return text === 'diff3' || text === 'zdiff3' ? text : 'merge';
}
