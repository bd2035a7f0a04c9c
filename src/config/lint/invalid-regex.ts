import { SopskitError } from '../../errors/sopskit-error.ts';
import { compileRegex } from '../regex.ts';
import { type Expression, expressionName, expressionsOf, globAsRegex, isGlob } from './expressions.ts';
import type { LintRule, Problem } from './lint-rule.ts';

export const invalidRegex: LintRule = {
  info: {
    code: 'config.invalid-regex',
    level: 'error',
    title: 'a regular expression that RE2 refuses',
    about:
      'sops stops at a path_regex that does not compile. A selector that does not compile it takes for one that never matches: every value stays in plaintext, and nothing is said.',
  },
  async check({ config }) {
    const problems = await Promise.all(expressionsOf(config).map(problemOf));
    return problems.flat();
  },
};

async function problemOf(expression: Expression): Promise<Problem[]> {
  const name = expressionName(expression);
  try {
    await compileRegex(expression.source, { code: 'config.invalid', name });
    return [];
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const consequence =
      expression.field === 'path_regex' ? '' : '; sops would encrypt nothing, and say nothing';
    const fix = isGlob(expression.source)
      ? `This is a glob; as an expression it is ${globAsRegex(expression.source)}`
      : (error.hint ?? '');
    return [{ place: expression.place, message: `${error.message}${consequence}`, fix }];
  }
}
