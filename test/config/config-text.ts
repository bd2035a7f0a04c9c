import type { Config } from '../../src/config/config.ts';
import { decodeConfig } from '../../src/config/decode.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { readYaml } from '../../src/formats/yaml/read.ts';

/** Reads a configuration from YAML text, as the command line does. */
export function configOf(text: string, file = '.sops.yaml'): Config {
  // To sops a file without any YAML in it is an empty configuration.
  if (text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) return decodeConfig(null, { file });
  try {
    const { branches, origins } = readYaml(new TextEncoder().encode(text));
    return decodeConfig(branches[0] ?? null, {
      file,
      spelling: (scalar) => {
        const origin = origins.get(scalar);
        return origin?.kind === 'node' ? (origin.node.target ?? origin.node).value : undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof SopskitError) || !error.code.startsWith('document.')) throw error;
    throw new SopskitError('config.invalid', error.message, {
      place: { ...error.place, file },
      cause: error,
    });
  }
}
