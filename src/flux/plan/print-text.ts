import { printablePath } from '../../system/path-text.ts';
import { showObject } from '../object-id.ts';
import { type ChangeGroup, countText, groupChanges } from './change-group.ts';
import type { Answer, ClusterPlan, ObjectChange, Plan, Procedure } from './plan.ts';

export interface TextOptions {
  readonly colour: boolean;
  /** Whether every object is listed, with every order of events. */
  readonly all: boolean;
}

type Style = 'red' | 'yellow' | 'green' | 'bold' | 'dim';

/** Of a group so many objects are listed; the others are counted. */
const shownAlike = 8;

/** Prints a plan for people: a block per cluster, the dangerous first, one paragraph for all that goes for one reason. */
export function planText(plan: Plan, options: TextOptions): string {
  const head = `${printablePath(shortLabel(plan.base))} -> ${printablePath(shortLabel(plan.head))}`;
  const blocks = plan.clusters.map((cluster) => clusterText(cluster, head, options));
  return blocks.length === 0 ? `no cluster in either of ${head}\n` : blocks.join('\n');
}

const answers: Readonly<Record<Answer, readonly [Style, string]>> = {
  safe: ['green', 'safe: nothing is deleted or orphaned in any order of events'],
  unsafe: ['red', 'NOT SAFE'],
  unknown: ['yellow', 'NOT KNOWN: no deletion found, but not all can be told'],
};

function clusterText(plan: ClusterPlan, states: string, options: TextOptions): string {
  const [style, says] = answers[plan.answer];
  const counts = countText(plan);
  const groups = groupChanges(plan);
  const line = (text: string): string => `${text}\n`;
  return [
    line(`${paint(printablePath(plan.cluster), 'bold', options)}  ${states}`),
    line(`${paint(says, style, options)}${counts === '' ? '; nothing changes' : `; ${counts}`}`),
    ...groups
      .filter(({ of }) => of.level !== 'quiet')
      .map((group, at, all) => groupText(group, isRepeated(all.slice(0, at), group), options)),
    ...failingText(plan, options),
    ...unknownText(plan, options),
    ...quietText(
      groups.filter(({ of }) => of.level === 'quiet'),
      options,
    ),
  ].join('');
}

/** Whether the safe way was told already. */
function isRepeated(before: readonly ChangeGroup[], { first }: ChangeGroup): boolean {
  const told = JSON.stringify(first.procedure);
  return first.procedure !== null && before.some((group) => JSON.stringify(group.first.procedure) === told);
}

function groupText({ of, first, changes }: ChangeGroup, repeated: boolean, options: TextOptions): string {
  const title = `${changes.length} ${of.says}`;
  const shown = options.all || changes.length <= shownAlike + 1 ? changes : changes.slice(0, shownAlike);
  const left = changes.length - shown.length;
  return [
    '',
    paint(title, of.level === 'danger' ? 'red' : 'yellow', options),
    ...shown.flatMap((change) => objectLines(change, options)),
    ...(left === 0 ? [] : [`  … and ${left} more; --all lists them`]),
    ...(first.cause === '' ? [] : [`  ${paint('why', 'dim', options)}: ${printablePath(first.cause)}`]),
    ...orderLines(first, options),
    ...procedureLines(first.procedure, repeated, options),
    '',
  ].join('\n');
}

function objectLines(change: ObjectChange, { all }: TextOptions): readonly string[] {
  const { object, from, to, falls } = change;
  const way = from.join() === to.join() ? from.map(shortKey).join(', ') : `${keys(from)} -> ${keys(to)}`;
  return [
    `  ${printablePath(showObject(object))}  (${printablePath(way)})`,
    ...falls.map(({ message }) => `    and with it ${printablePath(message)}`),
    ...(all
      ? change.orders.map(({ events, ends }) => `    ${printablePath(events.join('; '))}: ${ends}`)
      : []),
  ];
}

function orderLines({ orders }: ObjectChange, options: TextOptions): readonly string[] {
  const [order] = orders;
  if (order === undefined || options.all) return [];
  return [`  ${paint('how', 'dim', options)}: ${printablePath(order.events.join('; '))}`];
}

function procedureLines(
  procedure: Procedure | null,
  repeated: boolean,
  options: TextOptions,
): readonly string[] {
  if (procedure === null) return [];
  if (repeated) return [`  ${paint('safe way', 'dim', options)}: ${procedure.name}, as above`];
  return [
    `  ${paint('safe way', 'dim', options)}: ${procedure.name}`,
    ...procedure.steps.map((step) => `    - ${printablePath(step)}`),
  ];
}

function failingText({ failing }: ClusterPlan, options: TextOptions): readonly string[] {
  if (failing.length === 0) return [];
  const lines = failing.flatMap(({ kustomization, message, fix, broken }) => [
    `  ${printablePath(kustomization)}${broken === true ? '' : ' (before this change too)'}: ${printablePath(message)}`,
    `    ${paint('fix', 'dim', options)}: ${printablePath(fix)}`,
  ]);
  const title = `${failing.length} failing: they apply nothing and prune nothing, and what they hold lives on`;
  return ['\n', paint(title, 'yellow', options), '\n', ...lines.map((line) => `${line}\n`)];
}

function unknownText({ unknowns, harmless = [] }: ClusterPlan, options: TextOptions): readonly string[] {
  const lines = unknowns.flatMap(({ subject, message, fix }) => [
    `  ${printablePath(subject)}: ${printablePath(message)}`,
    `    ${paint('fix', 'dim', options)}: ${printablePath(fix)}`,
  ]);
  const title = `${unknowns.length} not known: what may be deleted there cannot be told`;
  return [
    ...(unknowns.length === 0
      ? []
      : ['\n', paint(title, 'yellow', options), '\n', ...lines.map((line) => `${line}\n`)]),
    ...(harmless.length === 0
      ? []
      : [
          `\n${harmless.length} values are not known, which decide about no deletion${options.all ? ':' : ' (--all lists them)'}\n`,
        ]),
    ...(options.all
      ? harmless.map(({ subject, message }) => `  ${printablePath(subject)}: ${printablePath(message)}\n`)
      : []),
  ];
}

/** What is no danger: by Kustomization, in few words. */
function quietText(groups: readonly ChangeGroup[], options: TextOptions): readonly string[] {
  return groups.flatMap(({ of, changes }) => {
    const owners = new Map<string, ObjectChange[]>();
    for (const change of changes) {
      const owner = keys(change.to.length > 0 ? change.to : change.from);
      owners.set(owner, [...(owners.get(owner) ?? []), change]);
    }
    return [
      `\n${changes.length} ${of.says}\n`,
      ...[...owners].map(([owner, list]) => `  ${printablePath(owner)}: ${namesText(list, options)}\n`),
    ];
  });
}

function namesText(changes: readonly ObjectChange[], { all }: TextOptions): string {
  const shown = all || changes.length <= shownAlike ? changes : changes.slice(0, shownAlike);
  const left = changes.length - shown.length;
  const names = shown.map(({ object }) => printablePath(showObject(object))).join(', ');
  return left === 0 ? names : `${names} and ${left} more`;
}

function keys(list: readonly string[]): string {
  return list.length === 0 ? 'nobody' : list.map(shortKey).join(', ');
}

/** Kustomizations of Flux's own namespace go by their name. */
function shortKey(key: string): string {
  return key.startsWith('flux-system/') ? key.slice('flux-system/'.length) : key;
}

/** A commit's id in the length that people know. */
export function shortLabel(label: string): string {
  return /^[0-9a-f]{40,64}$/.test(label) ? label.slice(0, 9) : label;
}

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  bold: [1, 22],
  dim: [2, 22],
};

function paint(text: string, style: Style, { colour }: TextOptions): string {
  const [on, off] = codes[style];
  return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
