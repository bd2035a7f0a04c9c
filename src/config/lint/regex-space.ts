import { expressionName, expressionsOf, shortened } from './expressions.ts';
import type { LintRule } from './lint-rule.ts';

export const regexSpace: LintRule = {
  info: {
    code: 'config.regex-space',
    level: 'error',
    title: 'blanks around an alternative',
    about:
      'In a regular expression a blank is a blank: ^(data | stringData)$ matches the keys "data " and " stringData", which no file has. The values under data and stringData stay in plaintext.',
  },
  check: ({ config }) =>
    expressionsOf(config)
      .filter(({ source }) =>
        /(?:^\^?|[|(])[ \t]|[ \t](?:[|)]|\$?$)/.test(source.replaceAll(/\\[ \t]|\[[^\]]*\]/g, '_')),
      )
      .map((expression) => ({
        place: expression.place,
        message: `${expressionName(expression)}, "${shortened(expression.source)}", has blanks that belong to the text it matches`,
        fix: `Write ${expression.source.replaceAll(/[ \t]+(?=[|)$]|$)|(?<=[|(^]|^)[ \t]+/g, '')}`,
      })),
};
