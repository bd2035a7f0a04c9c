import { shortened } from './expressions.ts';
import type { LintRule } from './lint-rule.ts';
import { hidingRules } from './shadowed.ts';

export const unusedRule: LintRule = {
  info: {
    code: 'config.unused-rule',
    level: 'warning',
    title: 'a rule that matches no file',
    about:
      'No file of the repository matches the rule. Either its files are still to come, or path_regex is not what is meant: then new files go by another rule, or by none. sopskit config explain FILE shows how a path is matched. A note where no rule has a file yet.',
  },
  async check(subject) {
    const { config } = subject;
    const taken = await subject.taken();
    if (taken === null) return [];
    // a configuration that nothing goes by yet is a new one
    const level = taken.some(({ matched }) => matched > 0) ? 'warning' : 'note';
    const rules = config.creationRules ?? [];
    const hiding = hidingRules(rules);
    return rules
      .filter((_, index) => hiding[index] === null) // else `config.shadowed` says so
      .filter(
        ({ index, pathRegex }) => taken[index]?.matched === 0 && pathRegex !== '' && !isForPipes(pathRegex),
      )
      .map((rule) => ({
        place: rule.places.get('path_regex') ?? rule.place,
        level,
        message: `no file here matches path_regex of rule ${rule.index + 1}, ${shortened(rule.pathRegex)}`,
        fix: 'Compare it with the paths, from the folder of .sops.yaml: sopskit config explain FILE.',
      }));
  },
};

/** `/dev/stdin` is the path of standard input. */
function isForPipes(pathRegex: string): boolean {
  return /\/dev\/(?:stdin|fd)/.test(pathRegex);
}
