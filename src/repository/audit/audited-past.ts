import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import type { AuditedHistory, DataKeyAge } from './audit.ts';
import { dataKeyAges } from './data-key-age.ts';
import type { DataKeys } from './data-keys.ts';
import { formerRecipients, keptAlone, type Past } from './former.ts';
import { counted } from './labels.ts';
import type { Opener } from './opener.ts';
import { PastValues } from './past-values.ts';
import type { RuleRecipients } from './rule-recipients.ts';
import type { NumberedVersion, Subject } from './subject.ts';
import { ValueTracing } from './unchanged-values.ts';
import { blobId, type Content, contentKey, fileOf, type Versions, versionsIn } from './versions.ts';

/** What looking at the past goes by. */
export interface PastBench {
  readonly system: System;
  readonly git: Git | null;
  readonly keys: DataKeys;
  readonly opener: Opener;
  /** Whether versions may be opened. */
  readonly open: boolean;
  readonly rules: RuleRecipients;
  readonly subjects: readonly Subject[];
  /** The range to look for former recipients in; `null` for none. */
  readonly range: string | null;
  /** The paths of all encrypted files of today, those too that cannot be read; `null` where only some were looked at. */
  readonly today: readonly string[] | null;
}

const shownPaths = 5;

/** The history of the files that an audit is about. */
export class AuditedPast {
  readonly notes: string[] = [];
  readonly #bench: PastBench;
  #versions: NumberedVersion[] | null = null;
  #plain: Versions['plain'] = new Map();

  constructor(bench: PastBench) {
    this.#bench = bench;
  }

  /** Reads the versions and numbers them. Throws `git.failed`, `git.no-repository` (a range without one). */
  async read(): Promise<void> {
    const { git, range, opener, open, rules, subjects, keys, system } = this.#bench;
    if (git === null || (await hasNoCommit(git))) {
      this.#withoutHistory(git);
      return;
    }
    await this.#noteShallow(git);
    const { versions, absent, unreadable, plain } = await versionsIn(git, system.files, range ?? 'HEAD', {
      // the age of data keys needs neither other files nor a key; former recipients do
      paths: range === null ? new Set(subjects.map(({ path }) => path)) : null,
      opener: range !== null && open ? opener : null,
      known: knownContents(subjects),
      configuration: (bytes: Uint8Array) => rules.addPast(bytes),
    });
    this.#noteUnread(absent, unreadable);
    this.#plain = plain;
    this.#versions = versions.map((version) => ({
      ...version,
      node: keys.add(version.traces, version.path),
    }));
  }

  /** Since when data keys are in use. */
  ages(): Promise<(subject: Subject) => DataKeyAge> {
    const { git, keys, opener, open, subjects } = this.#bench;
    return dataKeyAges({
      ...{ subjects, versions: this.#versions, keys },
      async open(version) {
        const file = git === null || !open ? null : await fileOf(git, version);
        return file === null ? null : (await opener.try(file)).trace;
      },
    });
  }

  /** Who was a recipient once; `null` where no range was asked for, or there is no history. */
  async history(): Promise<AuditedHistory | null> {
    const { git, range, keys, rules, subjects, today, system, opener, open } = this.#bench;
    const versions = this.#versions;
    if (git === null || range === null || versions === null) return null;
    const paths = new Set(today);
    const past: Past = {
      ...{ subjects, versions, keys },
      values: new PastValues(git, open ? new ValueTracing(system, opener) : null),
      nameOf: (id) => rules.nameOf(id),
      isGone: (path) => today !== null && !paths.has(path),
    };
    return {
      ...{ range, versions: versions.length },
      former: await formerRecipients(past),
      keptAlone: keptAlone(past),
      plain: subjects.flatMap(({ path }) => {
        const found = this.#plain.get(path);
        return found?.commit == null ? [] : [{ path, commit: found.commit, time: found.time ?? '' }];
      }),
    };
  }

  #withoutHistory(git: Git | null): void {
    if (this.#bench.range === null) return;
    if (git === null) throw noRepository(this.#bench.system);
    this.notes.push('there is no commit yet, and so no history to look at');
  }

  #noteUnread(absent: number, unreadable: readonly string[]): void {
    if (absent > 0)
      this.notes.push(
        `${counted(absent, 'version')} of files in the history could not be looked at: this clone lacks their objects`,
      );
    if (unreadable.length === 0) return;
    const paths = [...new Set(unreadable)];
    const more = paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : '';
    this.notes.push(
      `${counted(unreadable.length, 'version')} in the history cannot be read, and nothing is said of whom they were for: ${paths.slice(0, shownPaths).join(', ')}${more}`,
    );
  }

  async #noteShallow(git: Git): Promise<void> {
    const { text } = await git.run(['rev-parse', '--is-shallow-repository']);
    if (text === 'true')
      this.notes.push(
        'the clone is shallow: what is older than its history is not seen (git fetch --unshallow)',
      );
  }
}

function knownContents(subjects: readonly Subject[]): Map<string, Promise<Content>> {
  return new Map(
    subjects.map(({ file, path, readers, alone, traces }) => [
      contentKey(blobId(file.document.bytes), path),
      Promise.resolve({ readers, alone, traces }),
    ]),
  );
}

export async function hasNoCommit(git: Git): Promise<boolean> {
  const { status } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { statuses: [1, 128] });
  return status !== 0;
}

function noRepository({ processes }: System): SopskitError {
  if (processes.find('git') === null)
    return new SopskitError('git.missing', 'history needs the program git, which is not on PATH', {
      hint: 'Install git, or leave --history out.',
    });
  return new SopskitError('git.no-repository', 'there is no git repository here, and so no history', {
    hint: 'Leave --history out, or run it inside the repository.',
  });
}
