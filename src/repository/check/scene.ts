import path from 'node:path';
import type { SopskitError } from '../../errors/sopskit-error.ts';
import type { Finding, Level, RuleInfo } from '../../findings/finding.ts';
import type { System } from '../../system/system.ts';
import type { Path } from '../../tree/path.ts';
import type { Snapshot } from '../snapshot.ts';
import { Commands } from './commands.ts';
import { type FileRule, RulesOfFiles } from './rules-of-files.ts';
import type { Scope } from './scope.ts';
import { type Sealing, Sealings } from './sealing.ts';
import type { Subject } from './subject.ts';
import { userFolder } from './user-folder.ts';

/** What a rule tells of one thing that is wrong. */
export interface Remark {
  /** From the snapshot's root. */
  readonly file: string;
  readonly line?: number | undefined;
  readonly path?: Path;
  readonly message: string;
  readonly fix: string;
  /** Default: the level of the rule. */
  readonly level?: Level;
  readonly commit?: string | null;
}

export interface SceneOptions {
  /** `--config`. */
  readonly config: string | null;
  readonly verify: boolean;
}

/** What the rules of one run share. */
export class Scene {
  readonly system: System;
  readonly scope: Scope;
  /** What the files are part of, for looking at others than the one at hand; in a search of history its end. */
  readonly snapshot: Snapshot;
  /** Whether files are opened with the identities of this machine. */
  readonly verify: boolean;
  readonly commands: Commands;
  readonly findings: Finding[] = [];
  readonly #rules: RulesOfFiles;
  readonly #sealings: Sealings;
  readonly #names = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(system: System, scope: Scope, snapshot: Snapshot, options: SceneOptions) {
    this.system = system;
    this.scope = scope;
    this.snapshot = snapshot;
    this.verify = options.verify;
    this.commands = new Commands(snapshot.root, userFolder(system, snapshot.root), scope);
    this.#rules = new RulesOfFiles(system, snapshot, options.config, this);
    this.#sealings = new Sealings(system, scope, snapshot.root, options.config, this.#rules);
  }

  tell(rule: RuleInfo, { file, line, path: tree, message, fix, level = rule.level, commit }: Remark): void {
    this.findings.push({
      rule,
      level,
      place: {
        file,
        ...(line === undefined ? {} : { line }),
        ...(tree === undefined || tree.length === 0 ? {} : { path: tree }),
      },
      message,
      fix,
      ...(commit == null ? {} : { commit }),
    });
  }

  /** The creation rule of a file; `null` where none matches, or the configuration cannot be read (which is told). */
  ruleOf(subject: Subject): Promise<FileRule | null> {
    return this.#rules.of(subject.path);
  }

  /** What `sopskit encrypt` would go by for a file (from the root), and the configuration to name for it, absolute. */
  async sealingOf(file: string): Promise<Sealing & { readonly config: string | null }> {
    const sealing = await this.#sealings.of(file);
    return { ...sealing, config: this.#sealings.toName(sealing.rule) };
  }

  /** Paths of all configurations in the snapshot. */
  configurations(): Promise<readonly string[]> {
    return this.#rules.configurations.all();
  }

  /** The configuration in force at a path, where it can be read. */
  configurationAt(file: string): ReturnType<RulesOfFiles['configurationAt']> {
    return this.#rules.configurationAt(file);
  }

  /** Tells what is wrong with a configuration, once. */
  tellConfiguration(file: string, error: SopskitError): void {
    this.#rules.tell(file, error);
  }

  /** What the comments of a configuration call its recipients. */
  recipientNames(config: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#names.get(config) ?? this.#readNames(config);
    this.#names.set(config, known);
    return known;
  }

  async #readNames(config: string): Promise<ReadonlyMap<string, string>> {
    const { recipientNames } = await import('../recipient-names.ts');
    const inside = await this.snapshot.readBehindLinks(config).catch(() => null);
    const bytes = inside ?? this.system.files.read(path.join(this.snapshot.root, config));
    return bytes === null ? new Map() : recipientNames(bytes);
  }

  /** A path that the system or the configuration names, from the snapshot's root. */
  fromRoot(file: string): string {
    const full = path.resolve(this.system.files.cwd, file);
    return path.relative(this.snapshot.root, full).split(path.sep).join('/');
  }
}
