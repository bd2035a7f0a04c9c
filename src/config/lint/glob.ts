import { expressionName, expressionsOf, globAsRegex, isGlob, shortened } from './expressions.ts';
import type { LintRule } from './lint-rule.ts';

export const glob: LintRule = {
  info: {
    code: 'config.glob',
    level: 'warning',
    title: 'a glob where a regular expression belongs',
    about:
      'path_regex and the …_regex selectors are regular expressions. In one, * repeats the character before it: secrets/*.yaml matches secrets, any number of slashes, any one character, and yaml.',
  },
  async check({ config, regex }) {
    const globs = expressionsOf(config).filter(({ source }) => isGlob(source));
    const valid = await Promise.all(globs.map(({ source }) => regex(source)));
    return globs
      .filter((_, index) => valid[index] !== null) // else `config.invalid-regex` says so
      .map((expression) => ({
        place: expression.place,
        message: `${expressionName(expression)}, ${shortened(expression.source)}, looks like a glob, but is read as a regular expression`,
        fix: fixFor(expression.source),
      }));
  },
};

/** What is half a glob and half an expression has no one meaning. */
function fixFor(source: string): string {
  if (/\.[*+]|\\|\|/.test(source)) return 'Write [^/]* where * is to stand for any name, and \\. for a dot.';
  return `Write ${globAsRegex(source)} if that is what is meant.`;
}
