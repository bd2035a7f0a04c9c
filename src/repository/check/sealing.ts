import path from 'node:path';
import { findConfig, requestedConfig } from '../../config/find.ts';
import type { System } from '../../system/system.ts';
import { workSnapshot } from '../snapshots.ts';
import { type FileRule, RulesOfFiles } from './rules-of-files.ts';
import type { Scope } from './scope.ts';
import { userFolder } from './user-folder.ts';

/** What `sopskit encrypt` would go by: the configuration of the working tree, whatever is looked at. */
export interface Sealing {
  /** `null`: it would refuse the file. */
  readonly rule: FileRule | null;
  /** Path of the configuration, from the snapshot's root, where what is staged of it has another rule for the file, or none. */
  readonly unstaged: string | null;
}

/** Finds out how the working tree would encrypt a file; asked only where a command is to be given. */
export class Sealings {
  readonly #system: System;
  readonly #scope: Scope;
  readonly #root: string;
  readonly #flag: string | null;
  readonly #checked: RulesOfFiles;
  readonly #onDisk: RulesOfFiles;

  /** `checked` are the rules of what is looked at, `flag` is `--config`. */
  constructor(system: System, scope: Scope, root: string, flag: string | null, checked: RulesOfFiles) {
    this.#system = system;
    this.#scope = scope;
    this.#root = root;
    this.#flag = flag;
    this.#checked = checked;
    const fromRoot = (file: string) =>
      path.relative(root, path.resolve(system.files.cwd, file)).split(path.sep).join('/');
    // what is wrong with it is not what is looked at
    this.#onDisk = new RulesOfFiles(system, workSnapshot(system, root, null), flag, {
      tell: () => undefined,
      fromRoot,
    });
  }

  async of(file: string): Promise<Sealing> {
    const checked = await this.#checked.of(file);
    if (this.#scope.kind !== 'staged') return { rule: checked, unstaged: null };
    const rule = await this.#onDisk.of(file);
    if (rule === null || isSame(rule, checked)) return { rule: rule ?? checked, unstaged: null };
    const isStageable =
      !rule.config.startsWith('../') && requestedConfig(this.#flag ?? undefined, this.#system.env) === null;
    return { rule, unstaged: isStageable ? rule.config : null };
  }

  /** The configuration that has to be named, absolute; `null` where the one in force is found from the user's folder. */
  toName(rule: FileRule | null): string | null {
    const { files, env } = this.#system;
    if (this.#flag !== null && this.#flag !== '') return path.resolve(files.cwd, this.#flag);
    if (rule === null || requestedConfig(undefined, env) !== null) return null;
    const config = path.join(this.#root, rule.config);
    const folder = userFolder(this.#system, this.#root);
    const found = findConfig(files, folder).path;
    const isFound =
      found !== null && real(files.realPath, path.resolve(files.cwd, found)) === real(files.realPath, config);
    return isFound ? null : config;
  }
}

function real(realPath: System['files']['realPath'], file: string): string {
  return realPath(file) ?? file;
}

function isSame(one: FileRule, other: FileRule | null): boolean {
  return other !== null && one.config === other.config && meaning(one) === meaning(other);
}

/** What a rule asks for, without where it stands. */
function meaning({ rule }: FileRule): string {
  const { recipients, keyGroups, shamirThreshold, selectors, macOnlyEncrypted } = rule;
  const places = new Set(['place', 'places', 'line', 'column']);
  return JSON.stringify(
    [[...recipients], keyGroups, shamirThreshold, selectors, macOnlyEncrypted],
    (key, value) => (places.has(key) ? undefined : value instanceof Map ? [...value] : value),
  );
}
