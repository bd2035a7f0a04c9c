import { type Expression, expressionName, expressionsOf, shortened } from './expressions.ts';
import type { LintRule, Problem } from './lint-rule.ts';

/** Nothing that an expression would match on purpose. */
const improbable = ['\u{10ffff}', 'q\u{10ffff}z/\u{10ffff}'];

export const matchesAll: LintRule = {
  info: {
    code: 'config.matches-all',
    level: 'warning',
    title: 'a regular expression that matches everything by accident',
    about:
      'An empty alternative (data|stringData|) or an optional part without anchors (x*) matches any text. As unencrypted_regex it leaves every value in plaintext; as path_regex it takes the files of all rules behind it. To match everything on purpose write .*, or leave path_regex out.',
  },
  async check({ config, regex }) {
    const found: Problem[] = [];
    for (const expression of expressionsOf(config)) {
      const compiled = await regex(expression.source);
      if (compiled === null || isMeant(expression)) continue;
      if (improbable.every((text) => compiled.test(text))) found.push(problemOf(expression));
    }
    return found;
  },
};

/** `.*` and its like; but nobody means to leave everything readable. */
function isMeant({ field, source }: Expression): boolean {
  return !field.startsWith('unencrypted') && /^\^?\(?(?:\.[*+]?)?\)?\$?$/.test(source);
}

function problemOf(expression: Expression): Problem {
  const { field, source, place } = expression;
  const empty = /(?:^|\()\||\|\||\|(?:\)|$)/.test(source);
  const readable = field.startsWith('unencrypted') ? '; every value stays in plaintext' : '';
  return {
    place,
    ...(readable === '' ? {} : { level: 'error' as const }),
    message: `${expressionName(expression)}, ${shortened(source)}, matches everything${readable}`,
    fix: empty
      ? 'Remove the empty alternative: the | with nothing beside it.'
      : 'Say what has to be there, between ^ and $.',
  };
}
