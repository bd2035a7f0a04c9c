import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Files } from '../../system/files.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';
import type { Snapshot } from '../snapshot.ts';
import { commitSnapshot, workSnapshot } from '../snapshots.ts';
import type { Audit, AuditedFile } from './audit.ts';
import { AuditedPast, hasNoCommit } from './audited-past.ts';
import { type CurrentFile, readCurrentFiles, readSnapshotFiles } from './current-files.ts';
import { DataKeys } from './data-keys.ts';
import { Opener } from './opener.ts';
import { ownNames } from './own-names.ts';
import { readability } from './readability.ts';
import { auditedRecipients } from './recipients.ts';
import { RuleRecipients } from './rule-recipients.ts';
import { isAmong } from './same-reader.ts';
import { neededGroups, readersOf } from './sealed-version.ts';
import { sharedDataKeys, sharedValues } from './shared.ts';
import type { Subject } from './subject.ts';
import { contentOf } from './versions.ts';

export interface AuditOptions {
  /** Files, folders and globs; none is the whole repository, without git the current folder. */
  readonly paths: readonly string[];
  /** `--config`. */
  readonly config: string | null;
  /** The range of history to look for former recipients in; `null` for none. */
  readonly history: string | null;
  /** Whether files are opened with the keys that are here. */
  readonly open: boolean;
}

/**
 * Finds out who can decrypt what, from the files themselves. Opens what it can with the age and SSH keys that are here;
 * asks nobody and runs nothing but git, and gpg for the names of its keys. Throws `file.missing`, `git.failed`,
 * `git.no-repository` (history without one).
 */
export async function auditRepository(system: System, options: AuditOptions): Promise<Audit> {
  const git = await Git.open(system, folderOf(system, options.paths));
  try {
    return await new Auditor(system, options, git).audit();
  } finally {
    await git?.close();
  }
}

/** Files of another repository go by its rules: the first path says which one. */
function folderOf({ files }: System, [first]: readonly string[]): string {
  if (first === undefined) return files.cwd;
  const full = path.resolve(files.cwd, first);
  const folder = files.kindOf(full) === 'directory' ? full : path.dirname(full);
  return isOpenFolder(files, folder) ? folder : files.cwd;
}

function isOpenFolder(files: Files, folder: string): boolean {
  try {
    return files.entries(folder) !== null;
  } catch {
    return false; // what is in it is named as unreadable
  }
}

class Auditor {
  readonly #system: System;
  readonly #options: AuditOptions;
  readonly #git: Git | null;
  readonly #root: string;
  readonly #keys = new DataKeys();
  readonly #notes: string[] = [];

  constructor(system: System, options: AuditOptions, git: Git | null) {
    this.#system = system;
    this.#options = options;
    this.#git = git;
    this.#root = git?.top ?? system.files.cwd;
  }

  async audit(): Promise<Audit> {
    const { history } = this.#options;
    const opener = this.#options.open ? await Opener.prepare(this.#system) : Opener.closed(this.#system);
    const snapshot = await this.#snapshot();
    const { sealed, unreadable, notes } = this.#isBare
      ? await readSnapshotFiles(snapshot)
      : await readCurrentFiles(this.#system, this.#root, this.#options.paths);
    const subjects = await this.#subjects(sealed, opener);
    const rules = await RuleRecipients.read(this.#system, snapshot, this.#options.config);
    rules.addOwn(await ownNames(this.#system, subjects));
    const past = new AuditedPast({
      ...{ system: this.#system, git: this.#git, keys: this.#keys, range: history },
      ...{ open: this.#options.open, opener, rules, subjects },
      today: this.#options.paths.length === 0 ? [...subjects, ...unreadable].map((each) => each.path) : null,
    });
    await past.read();
    const files = await this.#files(subjects, past, rules);
    this.#noteUnasked(opener);
    return {
      version: 1,
      at: `${this.#system.now().toISOString().slice(0, 19)}Z`,
      root: this.#root,
      files,
      recipients: auditedRecipients(subjects, files, rules, opener),
      unreadable,
      sharedDataKeys: sharedDataKeys(subjects, this.#keys),
      sharedValues: sharedValues(subjects),
      history: await past.history(),
      configurationProblems: rules.problems,
      notes: [...this.#notes, ...notes, ...past.notes],
    };
  }

  get #isBare(): boolean {
    return this.#git !== null && this.#git.top === null;
  }

  /** In a bare repository there is no working tree: the last commit stands for it. */
  async #snapshot(): Promise<Snapshot> {
    if (this.#git === null || !this.#isBare) return workSnapshot(this.#system, this.#root, this.#git);
    if (this.#options.paths.length > 0) throw pathsInBare();
    if (await hasNoCommit(this.#git)) return workSnapshot(this.#system, this.#root, this.#git);
    this.#notes.push('there is no working tree here: the files of HEAD were looked at');
    return commitSnapshot(this.#git, 'HEAD');
  }

  async #subjects(sealed: readonly CurrentFile[], opener: Opener): Promise<Subject[]> {
    const subjects: Subject[] = [];
    for (const current of sealed) {
      const { verdict, trace } = this.#options.open
        ? await opener.try(current.file)
        : ({ verdict: 'untried', trace: null } as const);
      const { traces, ...content } = await contentOf(current.file, null);
      const all = { ...traces, opened: trace };
      const node = this.#keys.add(all, current.path);
      subjects.push({ ...current, ...content, traces: all, verdict, node });
    }
    return subjects;
  }

  async #files(
    subjects: readonly Subject[],
    past: AuditedPast,
    rules: RuleRecipients,
  ): Promise<AuditedFile[]> {
    const ageOf = await past.ages();
    const files: AuditedFile[] = [];
    for (const subject of subjects) {
      const groups = readersOf(subject.file).map((group) => group.map(({ id }) => id));
      const needed = neededGroups(subject.file);
      const { alone, keysToLose } = readability(groups, needed);
      files.push({
        ...{ path: subject.path, groups, needed, keysToLose, alone, opens: subject.verdict },
        rule: difference(groups.flat(), await rules.of(subject.path)),
        dataKey: ageOf(subject),
      });
    }
    return files;
  }

  #noteUnasked({ unknown }: Opener): void {
    if (unknown === 0 || !this.#options.open) return;
    const what = unknown === 1 ? 'one identity here is' : `${unknown} identities here are`;
    this.#notes.push(`${what} behind a passphrase or a plugin and was not asked what it opens`);
  }
}

function pathsInBare(): SopskitError {
  return new SopskitError('usage.invalid', 'there is no working tree here that paths could be in', {
    hint: 'Leave the paths out: all files of HEAD are looked at.',
  });
}

function difference(readers: readonly string[], wanted: ReadonlySet<string> | null): AuditedFile['rule'] {
  if (wanted === null) return null;
  const all = new Set(readers);
  return {
    extra: [...all].filter((id) => !isAmong(id, wanted)),
    missing: [...wanted].filter((id) => !isAmong(id, all)),
  };
}
