import { type Expression, expressionName, expressionsOf, shortened } from './expressions.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';

export const pathNotRelative: LintRule = {
  info: {
    code: 'config.path-not-relative',
    level: 'warning',
    title: 'a path_regex that paths cannot match as meant',
    about:
      'path_regex sees the path of a file from the folder of .sops.yaml, with slashes and nothing in front: clusters/prod/secret.yaml. It never begins with /, ./ or ~/, and only Windows knows backslashes.',
  },
  check: (subject) =>
    expressionsOf(subject.config)
      .filter(({ field, owner }) => field === 'path_regex' && owner.startsWith('rule'))
      .flatMap((expression) => problemOf(expression, subject)),
};

function problemOf(expression: Expression, subject: LintSubject): Problem[] {
  const { source, place } = expression;
  const name = `${expressionName(expression)}, ${shortened(source)},`;
  if (/^\^?\/dev\//.test(source)) return []; // standard input has that path
  const [, caret, start = ''] = /^(\^?)((?:\\?\.){0,2}\/|~\/|[A-Za-z]:(?:\/|\\\\))/.exec(source) ?? [];
  if (start !== '') {
    const never = caret === '^' && !(start === './' || start === '../');
    const message = never
      ? `${name} matches no file: paths are relative to the folder of .sops.yaml, and never begin with ${start.replaceAll('\\', '')}`
      : `${name} misses files at the top: paths are relative, and do not begin with ${start.replaceAll('\\', '')}`;
    const rest = belowFolder(source.slice(caret?.length ?? 0), start, subject);
    const fix =
      rest === null ? 'Write the path as it is from the folder of .sops.yaml, behind a ^.' : `Write ^${rest}`;
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

/**
 * What is left of an absolute path below the folder of the configuration, here or on another machine: there the folder may
 * lie elsewhere, and the files tell. `null` where nothing does.
 */
function belowFolder(source: string, start: string, { folder, evidence }: LintSubject): string | null {
  const literal = (text: string) => text.replaceAll('\\', '');
  const rest = source.slice(start.length);
  if (start.startsWith('.')) return rest;
  const steps = rest.split('/');
  const here = folder.split('/').filter((step) => step !== '' && !step.endsWith(':'));
  if (here.length > 0 && here.every((step, index) => literal(steps[index] ?? '') === step))
    return steps.slice(here.length).join('/');
  for (let from = 0; from < steps.length - 1; from++) {
    const first = literal(steps[from] ?? '');
    if (first !== '' && evidence?.files.some((file) => file.startsWith(`${first}/`)) === true)
      return steps.slice(from).join('/');
  }
  return /^(?:home|Users|root|tmp|opt|srv|var|mnt|builds|github|workspaces?)$/.test(steps[0] ?? '') ||
    start === '~/'
    ? null
    : rest;
}
