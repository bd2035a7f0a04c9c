import { stamp } from './compose-story.ts';
import { printProblem, printStep } from './print-diagnosis.ts';
import { printable } from './printable.ts';
import type { Story } from './story.ts';

/** Events shown, the newest. */
const mostEvents = 12;

/** Prints what became of one object, for people. */
export function printStory(story: Story, options: { readonly colour: boolean; readonly now: Date }): string {
  const { kind, namespace, name, answer, restore, events, problems, unread } = story;
  const lines = [`${kind} ${namespace === '' ? name : `${namespace}/${name}`}`, ''];
  for (const sentence of answer) lines.push(`    ${printable(sentence)}`);
  for (const step of restore) lines.push(`    ${printStep(step, options.colour)}`);
  if (events.length > 0) lines.push('', 'events:');
  for (const { time, action, by, revision } of events.slice(-mostEvents))
    lines.push(
      `    ${stamp(time)}  ${action} by ${by.replace('/', ' ')}${revision === null ? '' : ` at ${printable(revision)}`}`,
    );
  for (const problem of problems)
    lines.push('', ...printProblem(problem, problem.causes.length === 0 ? 0 : 1, options));
  if (unread.length > 0) lines.push('');
  for (const line of unread) lines.push(`not read: ${printable(line)}`);
  return `${lines.join('\n')}\n`;
}
