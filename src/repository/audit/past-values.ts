import type { Git } from '../git/git.ts';
import { KnownValues } from './known-values.ts';
import type { NumberedVersion, Subject } from './subject.ts';
import type { TracedValue, ValueTracing } from './unchanged-values.ts';
import { contentKey, fileOf } from './versions.ts';

/** The values of many versions put together. */
export interface Together {
  readonly known: KnownValues;
  /** How many of the versions could be opened, and how many could not. */
  readonly opened: number;
  readonly closed: number;
}

/** Opens the versions that comparisons need, each once. */
export class PastValues {
  readonly #git: Git;
  /** `null` opens nothing. */
  readonly #tracing: ValueTracing | null;
  readonly #versions = new Map<string, Promise<readonly TracedValue[] | null>>();
  readonly #singles = new Map<string, Promise<Together>>();
  readonly #subjects = new Map<Subject, Promise<readonly TracedValue[] | null>>();

  constructor(git: Git, tracing: ValueTracing | null) {
    this.#git = git;
    this.#tracing = tracing;
  }

  ofSubject(subject: Subject): Promise<readonly TracedValue[] | null> {
    const known = this.#subjects.get(subject) ?? this.#tracing?.of(subject.file) ?? Promise.resolve(null);
    this.#subjects.set(subject, known);
    return known;
  }

  async together(versions: readonly NumberedVersion[]): Promise<Together> {
    const known = new KnownValues();
    let [opened, closed] = [0, 0];
    for (const version of versions) {
      const values = await this.#ofVersion(version);
      if (values === null) closed++;
      else {
        known.add(values);
        opened++;
      }
    }
    return { known, opened, closed };
  }

  /** The values of one version, put together once. */
  alone(version: NumberedVersion): Promise<Together> {
    const key = contentKey(version.blob ?? '', version.path);
    const known = this.#singles.get(key) ?? this.together([version]);
    this.#singles.set(key, known);
    return known;
  }

  #ofVersion(version: NumberedVersion): Promise<readonly TracedValue[] | null> {
    const key = contentKey(version.blob ?? '', version.path);
    const known = this.#versions.get(key) ?? this.#read(version);
    this.#versions.set(key, known);
    return known;
  }

  async #read(version: NumberedVersion): Promise<readonly TracedValue[] | null> {
    if (this.#tracing === null) return null;
    const file = await fileOf(this.#git, version);
    return file === null ? null : this.#tracing.of(file);
  }
}
