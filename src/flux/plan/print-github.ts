import { showObject } from '../object-id.ts';
import { type ChangeGroup, countText, groupChanges } from './change-group.ts';
import type { ClusterPlan, Plan } from './plan.ts';

/** As many objects as one annotation names. */
const named = 20;

/**
 * Prints a plan as workflow commands (`::error title=…::message`), one for all objects that go for one reason, and a line
 * for the log per cluster.
 */
export function githubPlan({ clusters }: Plan): string {
  return clusters
    .flatMap((plan) => [
      ...annotations(plan),
      `${plan.cluster}: ${plan.answer}; ${countText(plan) || 'nothing changes'}`,
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function annotations(plan: ClusterPlan): readonly string[] {
  const { cluster } = plan;
  return [
    ...groupChanges(plan)
      .filter(({ of }) => of.level !== 'quiet')
      .map((group) =>
        annotation(group.of.level === 'danger' ? 'error' : 'warning', titleOf(cluster, group), textOf(group)),
      ),
    ...plan.failing.map(({ kustomization, message, fix, broken }) =>
      annotation(
        broken === true ? 'error' : 'notice',
        `${cluster}: ${kustomization} fails`,
        `${message}\nfix: ${fix}`,
      ),
    ),
    ...plan.unknowns.map(({ subject, message, fix }) =>
      annotation('warning', `${cluster}: not known`, `${subject}: ${message}\nfix: ${fix}`),
    ),
  ];
}

function titleOf(cluster: string, { of, changes }: ChangeGroup): string {
  return `${cluster}: ${changes.length} ${of.says}`;
}

function textOf({ first, changes }: ChangeGroup): string {
  const names = changes.slice(0, named).map(({ object }) => showObject(object));
  const left = changes.length - names.length;
  const falls = changes.flatMap(({ falls: all }) => all.map(({ message }) => `and with it ${message}`));
  return [
    `${names.join(', ')}${left === 0 ? '' : ` and ${left} more`}`,
    ...new Set(falls),
    ...(first.cause === '' ? [] : [`why: ${first.cause}`]),
    ...(first.procedure === null
      ? []
      : [`safe way: ${first.procedure.name}`, ...first.procedure.steps.map((step) => `- ${step}`)]),
  ].join('\n');
}

function annotation(level: 'error' | 'warning' | 'notice', title: string, text: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
