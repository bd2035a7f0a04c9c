import path from 'node:path';
import { findConfig, readConfig, requestedConfig } from '../../config/find.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keySources } from '../../keys/registry.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import type { Configuration } from '../configuration.ts';
import { Configurations } from '../configurations.ts';
import { recipientNames } from '../recipient-names.ts';
import type { Snapshot } from '../snapshot.ts';
import { isAmong } from './same-reader.ts';
import { readerOf } from './sealed-version.ts';

/** What the configurations of a repository say about recipients. A broken one is a note, not the end of the audit. */
export class RuleRecipients {
  readonly #snapshot: Snapshot;
  readonly #configurations: Configurations;
  readonly #problems = new Set<string>();
  readonly #named = new Map<string, string>();
  readonly #namedOnce = new Map<string, string>();
  #own: ReadonlyMap<string, string> = new Map();
  readonly #inRules = new Set<string>();
  readonly #read = new Set<Configuration>();
  #count = 0;
  /** Whether a rule could not be read: who is in none cannot be told then. */
  #isIncomplete = false;

  private constructor(system: System, snapshot: Snapshot, flag: string | null) {
    this.#snapshot = snapshot;
    this.#configurations = new Configurations(system, snapshot, flag);
  }

  static async read(system: System, snapshot: Snapshot, flag: string | null): Promise<RuleRecipients> {
    const rules = new RuleRecipients(system, snapshot, flag);
    const files = await rules.#configurations.all();
    const requested = requestedConfig(flag ?? undefined, system.env);
    if (requested !== null) readConfig(system.files, requested); // what was asked for has to be there
    if (requested !== null) await rules.#readNamesOutside(system, requested);
    else {
      for (const file of files) await rules.#addNames(await snapshot.readBehindLinks(file));
      // above the repository, where none is at its top
      const above = findConfig(system.files, path.dirname(snapshot.root)).path;
      if (above !== null && !files.includes('.sops.yaml')) await rules.#readNamesOutside(system, above);
    }
    for (const file of new Set([...files, '.sops.yaml'])) await rules.#readRules(file);
    return rules;
  }

  /** What is wrong with configurations. */
  get problems(): readonly string[] {
    return [...this.#problems];
  }

  nameOf(id: string): string | null {
    return this.#named.get(id) ?? this.#namedOnce.get(id) ?? this.#own.get(id) ?? null;
  }

  /** Takes names that keys themselves have, for recipients that no configuration ever named. */
  addOwn(names: ReadonlyMap<string, string>): void {
    this.#own = names;
  }

  /** Takes names from a configuration of the past, for recipients that none of today names; the last one given counts. */
  async addPast(bytes: Uint8Array): Promise<void> {
    for (const [id, name] of await recipientNames(bytes)) {
      for (const spelling of [id, comparable(id)]) this.#namedOnce.set(spelling, name);
    }
  }

  /** Whether some rule names a recipient; `null` where there are no rules, or one cannot be read. */
  has(id: string): boolean | null {
    if (isAmong(id, this.#inRules)) return true;
    return this.#count === 0 || this.#isIncomplete ? null : false;
  }

  /** The recipients that the rule of a file names, or `null` where no rule is for it. */
  async of(file: string): Promise<ReadonlySet<string> | null> {
    if (file.startsWith('../') || path.isAbsolute(file)) return null;
    return this.#noting(async () => {
      const configuration = await this.#configurations.nearest(file);
      if (configuration === null) return null;
      const { rule } = await configuration.matcher.match(path.join(this.#snapshot.root, file));
      return rule === null
        ? null
        : new Set(
            keyGroupsOf(rule, keySources)
              .flat()
              .map((key) => readerOf(key).id),
          );
    });
  }

  async #readNamesOutside(system: System, file: string): Promise<void> {
    await this.#noting(async () => this.#addNames(system.files.read(file)));
  }

  async #addNames(bytes: Uint8Array | null): Promise<void> {
    if (bytes === null) return;
    for (const [id, name] of await recipientNames(bytes)) {
      for (const spelling of [id, comparable(id)])
        if (!this.#named.has(spelling)) this.#named.set(spelling, name);
    }
  }

  async #readRules(file: string): Promise<void> {
    await this.#noting(async () => {
      const configuration = await this.#configurations.nearest(file);
      if (configuration === null || this.#read.has(configuration)) return null;
      this.#read.add(configuration);
      for (const rule of configuration.config.creationRules ?? []) {
        this.#count++;
        await this.#noting(async () => {
          for (const key of keyGroupsOf(rule, keySources).flat()) this.#inRules.add(readerOf(key).id);
        });
      }
      return null;
    });
  }

  async #noting<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      const where = error.place?.file === undefined ? '.sops.yaml' : printablePath(error.place.file);
      this.#isIncomplete = true;
      this.#problems.add(`${where}: ${error.message}`);
      return null;
    }
  }
}

/** A recipient as `readerOf` spells it, whatever its source. */
function comparable(id: string): string {
  return readerOf({
    source: /^(?:0x)?[0-9a-f]{16,64}!?$/i.test(id) ? 'pgp' : 'age',
    id,
    fields: none,
    enc: null,
  }).id;
}

const none = { kind: 'mapping', entries: [] } as const;
