import type { CreationRule } from '../config.ts';
import { shortened } from './expressions.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';
import { includes, pathShape } from './path-shape.ts';

export const shadowed: LintRule = {
  info: {
    code: 'config.shadowed',
    level: 'error',
    title: 'a rule that an earlier one hides',
    about:
      'sops takes the first rule whose path_regex matches. A rule behind one that matches at least the same files is never used: its recipients cannot read anything, its selector protects nothing. A warning where only the files of the repository show it.',
  },
  async check(subject) {
    const rules = subject.config.creationRules ?? [];
    const hiding = hidingRules(rules);
    const byShape = rules.flatMap((rule, index) => {
      const other = hiding[index] ?? null;
      return other === null ? [] : [{ rule, problem: shapeProblem(rule, other) }];
    });
    const found = new Set(byShape.map(({ rule }) => rule));
    const byEvidence = await evidenceProblems(subject, found);
    return [...byShape.map(({ problem }) => problem), ...byEvidence];
  },
};

/** For each rule the earlier one that hides it by its shape, or `null`. */
export function hidingRules(rules: readonly CreationRule[]): (CreationRule | null)[] {
  const shapes = rules.map(({ pathRegex }) => pathShape(pathRegex));
  return shapes.map((shape, index) => {
    const at = shapes.findIndex(
      (other, position) => position < index && (isCatchAll(other.source) || includes(other, shape)),
    );
    return rules[at] ?? null;
  });
}

function shapeProblem(rule: CreationRule, other: CreationRule): Problem {
  const number = other.index + 1;
  const reason = isCatchAll(other.pathRegex)
    ? `rule ${number} matches every file`
    : other.pathRegex === rule.pathRegex
      ? `rule ${number} has the same path_regex`
      : `rule ${number}, ${shortened(other.pathRegex)}, matches all of its files`;
  return {
    place: rule.places.get('path_regex') ?? rule.place,
    message: `rule ${rule.index + 1} is never used: ${reason}`,
    fix: `Move it in front of rule ${number}, or remove it.`,
  };
}

async function evidenceProblems(subject: LintSubject, known: ReadonlySet<CreationRule>): Promise<Problem[]> {
  const { config } = subject;
  const taken = await subject.taken();
  if (taken === null) return [];
  return (config.creationRules ?? []).flatMap((rule) => {
    const { matched, used, takers } = taken[rule.index] ?? { matched: 0, used: 0, takers: [] };
    if (known.has(rule) || matched === 0 || used > 0) return [];
    const number = (takers[0] ?? 0) + 1;
    return [
      {
        place: rule.places.get('path_regex') ?? rule.place,
        level: 'warning' as const,
        message: `rule ${rule.index + 1} is used for none of the ${matched} files that it matches here: ${takers.length === 1 ? `rule ${number} takes` : 'earlier rules take'} them`,
        fix: `Move it in front of rule ${number} if it is meant to win.`,
      },
    ];
  });
}

function isCatchAll(pathRegex: string): boolean {
  return /^\^?(?:\.\*)?\$?$/.test(pathRegex);
}
