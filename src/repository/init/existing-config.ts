import path from 'node:path';
import type { CreationRule } from '../../config/config.ts';
import { policyOf } from '../../config/encryption-rule.ts';
import { requestedConfig } from '../../config/find.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { keySources } from '../../keys/registry.ts';
import { compileSelector } from '../../sops/selector.ts';
import type { System } from '../../system/system.ts';
import { type Configuration, loadConfiguration } from '../configuration.ts';

/** The configuration that is in force for a folder. */
export interface ExistingConfig {
  /** Absolute. */
  readonly file: string;
  readonly configuration: Configuration;
}

/** What a configuration does with Secrets in a folder. */
export interface Coverage {
  readonly rule: CreationRule;
  /** A file name that the rule takes: `secret.yaml`, `secret.sops.yaml`. */
  readonly example: string;
  /** Whether it encrypts the values of a Secret. */
  readonly encryptsValues: boolean;
  /** Whether it encrypts the kind of an object, too. */
  readonly encryptsKind: boolean;
  /** Ids of all keys it names. */
  readonly keys: ReadonlySet<string>;
}

/** How files with Secrets are called, most general first. */
const examples = ['secret.yaml', 'secret.sops.yaml', 'secret.enc.yaml', 'secret.secret.yaml', 'secret.yml'];

/**
 * Loads the `.sops.yaml` of a folder: `SOPS_CONFIG`, or the nearest one in it or above, up to `top` (the repository's
 * root, absolute) where there is one. `null`: there is none. Throws `config.*` for one that cannot be read.
 */
export async function existingConfig(
  system: System,
  folder: string,
  top: string | null,
): Promise<ExistingConfig | null> {
  const requested = requestedConfig(undefined, system.env);
  const file = requested === null ? nearest(system, folder, top) : path.resolve(system.files.cwd, requested);
  if (file === null) return null;
  const configuration = await loadConfiguration(system, file);
  return configuration === null ? null : { file, configuration };
}

function nearest(system: System, folder: string, top: string | null): string | null {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, '.sops.yaml');
    if (system.files.status(file) !== null) return file;
    if (at === top || path.dirname(at) === at) return null;
  }
}

/** Says what the rule for files of a folder does; `null` where no rule takes any. Throws `config.*`. */
export async function coverageOf(
  { configuration }: ExistingConfig,
  folder: string,
): Promise<Coverage | null> {
  for (const example of examples) {
    const { rule } = await configuration.matcher.match(path.join(folder, example));
    if (rule !== null) return covered(rule, example);
  }
  return null;
}

async function covered(rule: CreationRule, example: string): Promise<Coverage> {
  const { selector } = policyOf(rule);
  const { selects } = await compileSelector(
    selector ?? { kind: 'unencrypted_suffix', value: '_unencrypted' },
  );
  const groups = keyGroupsOf(rule, keySources);
  return {
    rule,
    example,
    encryptsValues: selects(['data', 'key'], [], false) && selects(['stringData', 'key'], [], false),
    encryptsKind: selects(['kind'], [], false),
    keys: new Set(groups.flat().map(({ id }) => id)),
  };
}
