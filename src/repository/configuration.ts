import type { Config } from '../config/config.ts';
import { type ConfigSource, decodeConfig } from '../config/decode.ts';
import { configFolder, findConfig, readConfig, requestedConfig } from '../config/find.ts';
import { type RuleMatcher, ruleMatcher } from '../config/match.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';

/** The `.sops.yaml` in force. */
export interface Configuration {
  readonly config: Config;
  readonly matcher: RuleMatcher;
}

/**
 * Loads the configuration: `--config`, `SOPS_CONFIG`, or the first `.sops.yaml` from the current folder upwards;
 * `null` where there is none and none was asked for. Throws `config.*`.
 */
export async function loadConfiguration(system: System, flag: string | null): Promise<Configuration | null> {
  const requested = requestedConfig(flag ?? undefined, system.env);
  const file = requested ?? findNear(system);
  return file === null ? null : readConfiguration(system, file, readConfig(system.files, file));
}

/** Reads the bytes of a configuration; `file` is where it lies, and what its rules are relative to. Throws `config.*`. */
export async function readConfiguration(
  system: System,
  file: string,
  bytes: Uint8Array,
): Promise<Configuration> {
  const { readYaml } = await import('../formats/yaml/read.ts');
  try {
    const config = decodeConfig(...treeOf(bytes, readYaml, file));
    const matcher = ruleMatcher(config, {
      folder: configFolder(system.files, file),
      platform: system.platform,
    });
    return { config, matcher };
  } catch (error) {
    throw error instanceof SopskitError ? asConfigError(error, file) : error;
  }
}

/** A file without any YAML in it is an empty configuration. Scalars that are not strings keep their spelling. */
function treeOf(bytes: Uint8Array, readYaml: ReadYaml, file: string): Parameters<typeof decodeConfig> {
  const text = Buffer.from(bytes).toString('utf8');
  if (text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) return [null, { file }];
  const { branches, origins } = readYaml(bytes);
  const spelling: NonNullable<ConfigSource['spelling']> = (scalar) => {
    const origin = origins.get(scalar);
    return origin?.kind === 'node' ? (origin.node.target ?? origin.node).value : undefined;
  };
  return [branches[0] ?? null, { file, spelling }];
}

type ReadYaml = typeof import('../formats/yaml/read.ts').readYaml;

function findNear(system: System): string | null {
  const found = findConfig(system.files);
  if (found.warning !== null) system.warn(found.warning);
  return found.path;
}

function asConfigError(error: SopskitError, file: string): SopskitError {
  if (!error.code.startsWith('document.')) return error;
  return new SopskitError('config.invalid', `the configuration cannot be read: ${error.message}`, {
    place: { ...error.place, file },
    ...(error.hint === undefined ? {} : { hint: hintFor(error.hint) }),
    cause: error,
  });
}

/** Hints of the YAML reader are for files to encrypt, which may also be encrypted as they are. */
function hintFor(hint: string): string {
  return hint.includes('--input-type')
    ? 'The configuration has to be plain YAML: sopskit config schema prints what may stand in it.'
    : hint;
}
