import { showObject } from '../object-id.ts';
import { type ChangeGroup, countText, groupChanges } from './change-group.ts';
import type { Answer, ClusterPlan, Plan } from './plan.ts';
import { answerOf } from './plan-change.ts';
import { shortLabel } from './print-text.ts';

/** As long as GitHub lets a comment be, in characters. */
export const longestComment = 65_536;

/** Begins every comment, so that a workflow finds the one to put the next in the place of. */
export const commentMarker = '<!-- sopskit flux plan -->';

const signs: Readonly<Record<Answer, string>> = {
  safe: ':white_check_mark: safe: nothing is deleted or orphaned in any order of events',
  unsafe: ':x: **not safe**',
  unknown: ':grey_question: **not known**: no deletion found, but not all can be told',
};

/**
 * Prints a plan as a comment for a pull request: the summary, then the dangerous, details folded. Where it would be longer
 * than a comment may be, lists are cut, the harmless ones first.
 */
export function markdownPlan(plan: Plan): string {
  for (const limit of [Number.POSITIVE_INFINITY, 100, 20, 5]) {
    const text = commentOf(plan, limit);
    if (text.length <= longestComment) return text;
  }
  const text = commentOf(plan, 1, false);
  if (text.length <= longestComment) return text;
  const end = '\n\n… cut: the whole is in the output of `sopskit flux plan`.\n';
  return `${text.slice(0, longestComment - end.length)}${end}`;
}

function commentOf(plan: Plan, limit: number, details = true): string {
  const states = `${escaped(shortLabel(plan.base))} → ${escaped(shortLabel(plan.head))}`;
  return [
    commentMarker,
    `### What this change does to the cluster${plan.clusters.length === 1 ? '' : 's'}`,
    '',
    `${signs[answerOf(plan.clusters)]} (${states})`,
    '',
    ...plan.clusters.map(
      (cluster) =>
        `- **${escaped(cluster.cluster)}**: ${cluster.answer}; ${countText(cluster) || 'nothing changes'}`,
    ),
    '',
    ...plan.clusters.flatMap((cluster) => clusterLines(cluster, limit, details, plan.clusters.length > 1)),
    '',
  ].join('\n');
}

function clusterLines(
  plan: ClusterPlan,
  limit: number,
  details: boolean,
  titled: boolean,
): readonly string[] {
  const groups = groupChanges(plan);
  const body = [
    ...groups.filter(({ of }) => of.level !== 'quiet').flatMap((group) => dangerLines(group, limit)),
    ...listLines(
      'Failing',
      plan.failing.map(
        ({ kustomization, message, fix }) => `${code(kustomization)}: ${escaped(message)}. ${escaped(fix)}`,
      ),
      limit,
    ),
    ...listLines(
      'Not known',
      plan.unknowns.map(
        ({ subject, message, fix }) => `${code(subject)}: ${escaped(message)}. ${escaped(fix)}`,
      ),
      limit,
    ),
    ...(details
      ? groups.filter(({ of }) => of.level === 'quiet').flatMap((group) => quietLines(group, limit))
      : []),
  ];
  return body.length === 0 ? [] : [...(titled ? [`#### ${escaped(plan.cluster)}`, ''] : []), ...body];
}

function dangerLines({ of, first, changes }: ChangeGroup, limit: number): readonly string[] {
  const objects = changes.map(({ object, falls }) => {
    const along = falls.map(({ message }) => `; with it ${prose(message)}`).join('');
    return `${code(showObject(object))}${along}`;
  });
  return [
    `**${changes.length} ${of.says}**`,
    '',
    ...(first.cause === '' ? [] : [`${prose(first.cause)}.`, '']),
    ...bullets(objects, limit),
    '',
    ...folded('How it comes to that, and the safe way', [
      ...(first.orders[0] === undefined
        ? []
        : [...first.orders[0].events.map((event, at) => `${at + 1}. ${prose(event)}`), '']),
      ...(first.procedure === null
        ? []
        : [
            `Instead, ${escaped(first.procedure.name)}:`,
            '',
            ...first.procedure.steps.map((step) => `- ${prose(step)}`),
          ]),
    ]),
  ];
}

function quietLines({ of, changes }: ChangeGroup, limit: number): readonly string[] {
  return folded(
    `${changes.length} ${of.says}`,
    bullets(
      changes.map(({ object }) => code(showObject(object))),
      limit,
    ),
  );
}

function listLines(title: string, items: readonly string[], limit: number): readonly string[] {
  return items.length === 0 ? [] : [`**${title}**`, '', ...bullets(items, limit), ''];
}

function bullets(items: readonly string[], limit: number): readonly string[] {
  const shown = items.slice(0, limit);
  const left = items.length - shown.length;
  return [...shown.map((item) => `- ${item}`), ...(left === 0 ? [] : [`- … and ${left} more`])];
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [`<details><summary>${escaped(title)}</summary>`, '', ...lines, '', '</details>', ''];
}

/** Our own sentences, whose backticks are meant; what is between them stays as it is. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, at) => (at % 2 === 1 ? code(part) : escaped(part)))
    .join('');
}

function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, ' ')}\``;
}

/** No name from the repository makes markup, a mention or a link of another issue. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\*_[\]<>|#@~`]/g, (character) =>
      character === '@' ? '@\u200b' : character === '#' ? '#\u200b' : `\\${character}`,
    );
}
