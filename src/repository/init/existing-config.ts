import path from 'node:path';
import type { CreationRule } from '../../config/config.ts';
import { policyOf } from '../../config/encryption-rule.ts';
import { requestedConfig } from '../../config/find.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import type { RuleMatcher } from '../../config/match.ts';
import { keySources } from '../../keys/registry.ts';
import { compileSelector } from '../../sops/selector.ts';
import type { System } from '../../system/system.ts';
import { type Configuration, loadConfiguration } from '../configuration.ts';
import { fittingFile } from '../fitting-file.ts';
import type { RuleWish } from './config-text.ts';
import type { InitOptions } from './init-options.ts';

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
  /** The same, absolute. */
  readonly file: string;
  /** Whether files of any name with the usual ending are taken, or those that an expression of the user's own says. */
  readonly isGeneral: boolean;
  /** Whether an earlier rule takes the files of usual names, as far as can be told. */
  readonly isShadowed: boolean;
  /** Whether it encrypts the values of a Secret. */
  readonly encryptsValues: boolean;
  /** Whether it encrypts the kind of an object, too. */
  readonly encryptsKind: boolean;
  /** Ids of all keys it names. */
  readonly keys: ReadonlySet<string>;
}

/** How files with Secrets are called, most general first. */
const examples = ['secret.yaml', 'secret.sops.yaml', 'secret.enc.yaml', 'secret.secret.yaml', 'secret.yml'];

/** For an expression of which nothing is known. */
const anyExamples = [
  ...examples,
  'secret.json',
  'secret.sops.json',
  'secret.env',
  'secret.ini',
  'secret.txt',
];

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

/**
 * Says what the rule that does for a wish is and does; `null` where there is none. An expression of the user's own asks
 * for a rule that has it, anything else for one that takes a file of the folder. Throws `config.*`.
 */
export async function coverageOf(
  existing: ExistingConfig,
  wish: RuleWish,
  { folder, pathRegex }: Pick<InitOptions, 'folder' | 'pathRegex'>,
): Promise<Coverage | null> {
  const { config, matcher } = existing.configuration;
  if (pathRegex !== null) {
    const rule = config.creationRules?.find((one) => one.pathRegex === pathRegex);
    if (rule === undefined) return null;
    const places = { folder, configFolder: path.dirname(existing.file), names: anyExamples };
    const file = await fittingFile(matcher, places, [rule], (one) => one === rule);
    const isShadowed = file === null && (await anyFile(matcher, places, rule)) !== null;
    return { ...(await covered(rule, file ?? path.join(folder, 'secret.yaml'), true)), isShadowed };
  }
  const names = wish.preset === 'all' ? ['secret.env'] : examples;
  for (const name of names) {
    const file = path.join(folder, name);
    const { rule } = await matcher.match(file);
    if (rule !== null) return covered(rule, file, name === names[0]);
  }
  return null;
}

/** A file that the expression of a rule fits, whichever rule takes it. */
function anyFile(
  matcher: RuleMatcher,
  places: Parameters<typeof fittingFile>[1],
  rule: CreationRule,
): Promise<string | null> {
  return fittingFile(matcher, places, [rule], (one) => one.pathRegex !== rule.pathRegex);
}

async function covered(rule: CreationRule, file: string, isGeneral: boolean): Promise<Coverage> {
  const { selector } = policyOf(rule);
  const { selects } = await compileSelector(
    selector ?? { kind: 'unencrypted_suffix', value: '_unencrypted' },
  );
  const groups = keyGroupsOf(rule, keySources);
  return {
    rule,
    example: path.basename(file),
    file,
    isGeneral,
    isShadowed: false,
    encryptsValues: selects(['data', 'key'], [], false) && selects(['stringData', 'key'], [], false),
    encryptsKind: selects(['kind'], [], false),
    keys: new Set(groups.flat().map(({ id }) => id)),
  };
}
