import { expressionName, expressionsOf, isGlob } from './expressions.ts';
import type { LintRule } from './lint-rule.ts';

/** A dot of an extension that is not escaped, nor repeated. */
const bareDot =
  /(?<![\\])\.(?=(?:sops\.|enc\.|\(?ya\??ml|json|env|ini|secret|tfvars|txt|key|pem|crt)\b|\(ya)/g;

export const regexDot: LintRule = {
  info: {
    code: 'config.regex-dot',
    level: 'note',
    title: 'a dot that matches any character',
    about:
      'In a regular expression a dot matches any character: secret.yaml also matches secret-yaml and secretsXyaml. Written \\. it is a dot.',
  },
  check: ({ config }) =>
    expressionsOf(config)
      .filter(
        ({ field, source }) =>
          field === 'path_regex' && !isGlob(source) && withoutClasses(source).search(bareDot) >= 0,
      )
      .map((expression) => ({
        place: expression.place,
        message: `a dot in ${expressionName(expression)} matches any character`,
        fix: `Write ${expression.source.replaceAll(bareDot, '\\.')}`,
      })),
};

function withoutClasses(source: string): string {
  return source.replaceAll(/\[[^\]]*\]/g, '_');
}
