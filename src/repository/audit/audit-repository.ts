import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';
import type { Snapshot } from '../snapshot.ts';
import { commitSnapshot, workSnapshot } from '../snapshots.ts';
import type { Audit, AuditedFile, AuditedHistory } from './audit.ts';
import { type CurrentFile, readCurrentFiles, readSnapshotFiles } from './current-files.ts';
import { dataKeyAges } from './data-key-age.ts';
import { DataKeys } from './data-keys.ts';
import { formerRecipients } from './former.ts';
import { counted } from './labels.ts';
import { Opener } from './opener.ts';
import { ownNames } from './own-names.ts';
import { readability } from './readability.ts';
import { auditedRecipients } from './recipients.ts';
import { RuleRecipients } from './rule-recipients.ts';
import { neededGroups, readersOf } from './sealed-version.ts';
import { sharedDataKeys, sharedValues } from './shared.ts';
import type { NumberedVersion, Subject } from './subject.ts';
import { ValueComparison } from './unchanged-values.ts';
import { blobId, type Content, contentKey, contentOf, versionsIn } from './versions.ts';

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
  const git = await Git.open(system, system.files.cwd);
  try {
    return await new Auditor(system, options, git).audit();
  } finally {
    await git?.close();
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
    const opener = await Opener.prepare(this.#system);
    const snapshot = await this.#snapshot();
    const { sealed, unreadable } = this.#isBare
      ? await readSnapshotFiles(snapshot)
      : await readCurrentFiles(this.#system, this.#root, this.#options.paths);
    const subjects = await this.#subjects(sealed, opener);
    const rules = await RuleRecipients.read(this.#system, snapshot, this.#options.config);
    rules.addOwn(await ownNames(this.#system, subjects));
    const versions = await this.#versions(subjects, rules, opener);
    const files = await this.#files(subjects, versions, rules);
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
      history:
        history === null || this.#git === null || versions === null
          ? null
          : await this.#history(this.#git, history, subjects, versions, rules, opener),
      notes: [...rules.notes, ...this.#notes],
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
      const { readers, traces } = await contentOf(current.file, null);
      const all = { ...traces, opened: trace };
      subjects.push({ ...current, readers, traces: all, verdict, node: this.#keys.add(all) });
    }
    return subjects;
  }

  /** The versions of history, numbered; `null` where there is none. */
  async #versions(
    subjects: readonly Subject[],
    rules: RuleRecipients,
    opener: Opener,
  ): Promise<NumberedVersion[] | null> {
    const { history, open } = this.#options;
    const git = this.#git;
    if (git === null || (await hasNoCommit(git))) return this.#withoutHistory(git);
    await this.#noteShallow(git);
    const reading = {
      // the age of data keys needs neither other files nor a key; former recipients do
      paths: history === null ? new Set(subjects.map(({ path }) => path)) : null,
      opener: history !== null && open ? opener : null,
      known: knownContents(subjects),
      configuration: (bytes: Uint8Array) => rules.addPast(bytes),
    };
    const { versions, absent } = await versionsIn(git, history ?? 'HEAD', reading);
    if (absent > 0)
      this.#notes.push(
        `${counted(absent, 'version')} of files in the history could not be looked at: this clone lacks their objects`,
      );
    return versions.map((version) => ({ ...version, node: this.#keys.add(version.traces) }));
  }

  #withoutHistory(git: Git | null): null {
    if (this.#options.history === null) return null;
    if (git === null) throw noRepository();
    this.#notes.push('there is no commit yet, and so no history to look at');
    return null;
  }

  async #files(
    subjects: readonly Subject[],
    versions: readonly NumberedVersion[] | null,
    rules: RuleRecipients,
  ): Promise<AuditedFile[]> {
    const ageOf = dataKeyAges(versions, this.#keys);
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

  async #history(
    git: Git,
    range: string,
    subjects: readonly Subject[],
    versions: readonly NumberedVersion[],
    rules: RuleRecipients,
    opener: Opener,
  ): Promise<AuditedHistory> {
    const former = await formerRecipients({
      ...{ git, subjects, versions, keys: this.#keys, whole: this.#options.paths.length === 0 },
      comparison: new ValueComparison(this.#system, opener),
      nameOf: (id) => rules.nameOf(id),
    });
    return { range, versions: versions.length, former };
  }

  async #noteShallow(git: Git): Promise<void> {
    const { text } = await git.run(['rev-parse', '--is-shallow-repository']);
    if (text === 'true')
      this.#notes.push(
        'the clone is shallow: what is older than its history is not seen (git fetch --unshallow)',
      );
  }

  #noteUnasked({ unknown }: Opener): void {
    if (unknown === 0 || !this.#options.open) return;
    const what = unknown === 1 ? 'one identity here is' : `${unknown} identities here are`;
    this.#notes.push(`${what} behind a passphrase or a plugin and was not asked what it opens`);
  }
}

function knownContents(subjects: readonly Subject[]): Map<string, Promise<Content>> {
  return new Map(
    subjects.map(({ file, path, readers, traces }) => [
      contentKey(blobId(file.document.bytes), path),
      Promise.resolve({ readers, traces }),
    ]),
  );
}

function pathsInBare(): SopskitError {
  return new SopskitError('usage.invalid', 'there is no working tree here that paths could be in', {
    hint: 'Leave the paths out: all files of HEAD are looked at.',
  });
}

function noRepository(): SopskitError {
  return new SopskitError('git.no-repository', 'there is no git repository here, and so no history', {
    hint: 'Leave --history out, or run it inside the repository.',
  });
}

async function hasNoCommit(git: Git): Promise<boolean> {
  const { status } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { statuses: [1, 128] });
  return status !== 0;
}

function difference(readers: readonly string[], wanted: ReadonlySet<string> | null): AuditedFile['rule'] {
  if (wanted === null) return null;
  const all = new Set(readers);
  return {
    extra: [...all].filter((id) => !wanted.has(id)),
    missing: [...wanted].filter((id) => !all.has(id)),
  };
}
