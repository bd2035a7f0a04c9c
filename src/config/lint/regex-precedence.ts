import { expressionName, expressionsOf, shortened } from './expressions.ts';
import type { LintRule, Problem } from './lint-rule.ts';

export const regexPrecedence: LintRule = {
  info: {
    code: 'config.regex-precedence',
    level: 'warning',
    title: 'anchors that hold for one alternative only',
    about:
      'The bar binds weaker than ^ and $: ^data|stringData$ matches every key that begins with data, and every key that ends with stringData. Brackets make the anchors hold for all: ^(data|stringData)$.',
  },
  check: ({ config }) =>
    expressionsOf(config).flatMap((expression): Problem[] => {
      const { source, place } = expression;
      if (!isSlip(alternatives(source))) return [];
      return [
        {
          place,
          message: `${expressionName(expression)}, ${shortened(source)}, has ^ for its first alternative only, and $ for its last`,
          fix: `Write ^(${source.slice(1, -1)})$`,
        },
      ];
    }),
};

/** `^a|b$`: an expression whose every alternative has its own anchors means them. */
function isSlip(parts: readonly string[]): boolean {
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length < 2 || !first.startsWith('^') || !endsOpen(last)) return false;
  return !endsOpen(first) && !last.startsWith('^');
}

function endsOpen(part: string): boolean {
  return /(?<!\\)(?:\\\\)*\$$/.test(part);
}

/** Cuts an expression at the bars outside its brackets. */
function alternatives(source: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of source.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|./gs)) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === '|' && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}
