import path from 'node:path';
import type { CreationRule } from '../../config/config.ts';
import { policyOf, resolveRule } from '../../config/encryption-rule.ts';
import { defaultSelector } from '../../config/selector.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../findings/finding.ts';
import type { CompiledSelector } from '../../sops/selector.ts';
import type { System } from '../../system/system.ts';
import type { Configuration } from '../configuration.ts';
import { Configurations } from '../configurations.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Remark } from './scene.ts';

/** The creation rule that is a file's. */
export interface FileRule {
  readonly rule: CreationRule;
  /** Path of the configuration, from the snapshot's root. */
  readonly config: string;
  /** Which values it would encrypt. */
  readonly selector: CompiledSelector;
  /** How messages call it: `rule 2 of .sops.yaml`. */
  readonly name: string;
}

export const configInvalid: RuleInfo = {
  code: 'config.invalid',
  level: 'error',
  title: 'a .sops.yaml that cannot be applied',
  about:
    'The configuration, or a rule of it, cannot be read, so that nobody can say what it would have encrypted. sops passes over some of these mistakes and leaves the values readable. Mend it; `sopskit config lint` says more.',
};

interface Teller {
  tell(rule: RuleInfo, remark: Remark): void;
  fromRoot(file: string): string;
}

/** Finds the rule of each file. What is wrong with a configuration is told once, and counts as no rule. */
export class RulesOfFiles {
  readonly configurations: Configurations;
  readonly #root: string;
  readonly #teller: Teller;
  readonly #told = new Set<string>();
  readonly #read = new Map<CreationRule, Promise<FileRule | null>>();

  constructor(system: System, snapshot: Snapshot, flag: string | null, teller: Teller) {
    this.configurations = new Configurations(system, snapshot, flag);
    this.#root = snapshot.root;
    this.#teller = teller;
  }

  async of(file: string): Promise<FileRule | null> {
    const configuration = await this.configurationAt(file);
    if (configuration === null) return null;
    return this.#orTell(configuration.config.file, async () => {
      const { rule } = await configuration.matcher.match(path.join(this.#root, file));
      if (rule === null) return null;
      const known = this.#read.get(rule);
      if (known !== undefined) return known;
      const reading = this.#orTell(configuration.config.file, () => this.#fileRule(rule, configuration));
      this.#read.set(rule, reading);
      return reading;
    });
  }

  configurationAt(file: string): Promise<Configuration | null> {
    return this.#orTell('.sops.yaml', () => this.configurations.nearest(file));
  }

  async #fileRule(rule: CreationRule, { config }: Configuration): Promise<FileRule> {
    const { compileSelector } = await import('../../sops/selector.ts');
    const selector = await compileSelector(policyOf(rule).selector ?? defaultSelector);
    await this.#tellKeys(rule, config.file);
    const file = this.#teller.fromRoot(config.file);
    return { rule, config: file, selector, name: `rule ${rule.index + 1} of ${file}` };
  }

  /** Tells what keeps a rule's keys from being used; what it would encrypt is known all the same. */
  async #tellKeys(rule: CreationRule, file: string): Promise<void> {
    const { keySources } = await import('../../keys/registry.ts');
    try {
      const { keyGroups, shamirThreshold } = resolveRule(rule, keySources);
      const [groups, place] = [keyGroups.length, rule.places.get('shamir_threshold') ?? rule.place];
      if (groups > 1 && shamirThreshold !== 0 && (shamirThreshold < 2 || shamirThreshold > groups))
        throw new SopskitError(
          'config.invalid',
          `a Shamir threshold of ${shamirThreshold} does not fit ${groups} key groups`,
          { place },
        );
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      this.tell(file, error);
    }
  }

  async #orTell<T>(file: string, work: () => Promise<T | null>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      this.tell(file, error);
      return null;
    }
  }

  /** Tells what is wrong with a configuration, once. */
  tell(file: string, error: SopskitError): void {
    const place = this.#teller.fromRoot(error.place?.file ?? file);
    const id = JSON.stringify([place, error.place?.line, error.message]);
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.#teller.tell(configInvalid, {
      file: place,
      line: error.place?.line,
      message: error.message.replaceAll('\n', ' '),
      fix: error.hint ?? 'Mend the configuration; `sopskit config lint` says more.',
    });
  }
}
