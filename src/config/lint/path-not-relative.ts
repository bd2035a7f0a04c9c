import { type Expression, expressionName, expressionsOf, shortened } from './expressions.ts';
import type { LintRule, Problem } from './lint-rule.ts';

export const pathNotRelative: LintRule = {
  info: {
    code: 'config.path-not-relative',
    level: 'warning',
    title: 'a path_regex that paths cannot match as meant',
    about:
      'path_regex sees the path of a file from the folder of .sops.yaml, with slashes and nothing in front: clusters/prod/secret.yaml. It never begins with /, ./ or ~/, and only Windows knows backslashes.',
  },
  check: ({ config }) =>
    expressionsOf(config)
      .filter(({ field, owner }) => field === 'path_regex' && owner.startsWith('rule'))
      .flatMap(problemOf),
};

function problemOf(expression: Expression): Problem[] {
  const { source, place } = expression;
  const name = `${expressionName(expression)}, ${shortened(source)},`;
  if (/^\^?\/dev\//.test(source)) return []; // standard input has that path
  const [, caret, start = ''] = /^(\^?)((?:\\?\.){0,2}\/|~\/|[A-Za-z]:(?:\/|\\\\))/.exec(source) ?? [];
  if (start !== '') {
    const never = caret === '^' && !(start === './' || start === '../');
    const message = never
      ? `${name} matches no file: paths are relative to the folder of .sops.yaml, and never begin with ${start.replaceAll('\\', '')}`
      : `${name} misses files at the top: paths are relative, and do not begin with ${start.replaceAll('\\', '')}`;
    const fix = `Write ^${source.slice((caret?.length ?? 0) + start.length)}`;
    return [{ place, message, fix, ...(never ? { level: 'error' as const } : {}) }];
  }
  if (!/\\\\/.test(source) || /\[[^\]]*(?:\/[^\]]*\\\\|\\\\[^\]]*\/)[^\]]*\]|\/\|\\\\|\\\\\|\//.test(source))
    return [];
  return [
    {
      place,
      message: `${name} has a backslash, which paths have on Windows only`,
      fix: 'Write / for it: sopskit matches paths with slashes on Windows too; for sops there, write [/\\\\].',
    },
  ];
}
