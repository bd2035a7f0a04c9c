import type { NamedRecipient, RuleWish } from './config-text.ts';
import type { InitOptions } from './init-options.ts';
import { pathRegexFor } from './path-regex.ts';

/**
 * Returns the rules that a folder needs, in their order. kubectl and Flux read what a manifest is, so that a rule that
 * encrypts everything never takes YAML, unless an expression says so.
 */
export function ruleWishes(
  options: InitOptions,
  recipients: readonly NamedRecipient[],
  configFolder: string,
): RuleWish[] {
  const { preset, pathRegex, folder } = options;
  if (pathRegex !== null) return [{ pathRegex, preset, recipients }];
  const presets = preset === 'all' ? (['kubernetes', 'all'] as const) : ([preset] as const);
  return presets.map((one) => ({
    pathRegex: pathRegexFor(configFolder, folder, one),
    preset: one,
    recipients,
  }));
}

/** Says what a rule does: `all values in every file, for one key`. `after`: another rule comes first. */
export function wishText({ pathRegex, preset, recipients }: RuleWish, after: boolean): string {
  const other = after ? 'other ' : '';
  const files = pathRegex === null ? `every ${other}file` : `${other}files that match ${pathRegex}`;
  const values = preset === 'kubernetes' ? 'the values of Secrets' : 'all values';
  return `${values} in ${files}, for ${recipients.length === 1 ? 'one key' : `${recipients.length} keys`}`;
}

/** The same for several. */
export function wishesText(wishes: readonly RuleWish[]): string {
  return wishes.map((wish, index) => wishText(wish, index > 0)).join('; ');
}
