import path from 'node:path';
import type { CreationRule } from '../../config/config.ts';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Encryption } from './commands.ts';
import type { Scene } from './scene.ts';
import { shellWord } from './shell-word.ts';

/**
 * How a file is to be encrypted that no rule is for: a command that makes the rule first. `preset`: whether the values of
 * Secrets are encrypted, or all.
 */
export async function ruleCommand(
  scene: Scene,
  file: string,
  preset: 'kubernetes' | 'all',
): Promise<Encryption> {
  const configuration = await scene.configurationAt(file);
  const config = configuration === null ? '.sops.yaml' : scene.fromRoot(configuration.config.file);
  const flags = [
    ...(configuration === null ? [] : ['--add-rule']),
    ...(preset === 'kubernetes' && /\.ya?ml$/.test(file) && configuration === null
      ? []
      : [`--path-regex ${shellWord(regexFor(file))}`]),
    ...(preset === 'all' ? ['--preset all'] : []),
    ...(configuration === null ? [] : await forSame(configuration.config.creationRules ?? [])),
  ];
  const folder = scene.commands.word(path.posix.dirname(config));
  const words = ['sopskit init --yes', ...flags, ...(folder === '.' ? [] : [folder])];
  return { before: words.join(' '), stage: [config] };
}

/** Flags for the recipients that all rules have: who reads some of the files only is not to read this one by accident. */
async function forSame(rules: readonly CreationRule[]): Promise<string[]> {
  const { keySources } = await import('../../keys/registry.ts');
  try {
    const ofRules = rules.map((rule) =>
      keyGroupsOf(rule, keySources)
        .flat()
        .flatMap(({ source, id }) => (source === 'age' ? [id] : [])),
    );
    const common = (ofRules[0] ?? []).filter((id) => ofRules.every((ids) => ids.includes(id)));
    return [...new Set(common)].map((id) => `--age ${shellWord(id)}`);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}

/** An expression for files of the same extension; for a file without one, of its name. */
function regexFor(file: string): string {
  const name = path.posix.basename(file);
  const extension = path.posix.extname(name);
  if (/^\.ya?ml$/.test(extension)) return '\\.ya?ml$';
  return /^\.\w+$/.test(extension)
    ? `\\${extension}$`
    : `(^|/)${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}
