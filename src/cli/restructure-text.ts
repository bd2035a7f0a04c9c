import { showObject } from '../flux/object-id.ts';
import type { ObjectChange, Plan } from '../flux/plan/plan.ts';
import type { Guard, RestructureStep, Restructuring } from '../flux/restructure/step.ts';
import { type Commanding, guardText, stepCommands } from './restructure-commands.ts';
import { diffLines, type FileChange } from './restructure-diff.ts';

/** A restructuring as it is shown: steps, and what the files of each were before. */
export interface ShownRestructuring {
  readonly restructuring: Restructuring;
  /** Changes of files by step. */
  readonly files: readonly (readonly FileChange[])[];
  /** How many steps are committed already. */
  readonly done: number;
  readonly commanding: Commanding;
  /** Whether the steps are about to be carried out: no commands to type are shown. */
  readonly applies: boolean;
}

type Paint = (text: string, code: string) => string;

/** Prints the whole: every step with its change, its plan, what is waited for, and the commands. */
export function restructuringText(shown: ShownRestructuring, colour: boolean): string {
  const paint: Paint = (text, code) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { restructuring, done } = shown;
  const { steps, title, cluster, remarks } = restructuring;
  const lines = [
    paint(title, '1'),
    `cluster ${cluster}, ${steps.length === 1 ? 'one step' : `${steps.length} steps`}, each seen live before the next begins${done > 0 ? `; ${done} committed already` : ''}`,
    ...steps.flatMap((step, index) => ['', ...stepLines(shown, step, index, paint)]),
    ...(remarks.length === 0 ? [] : ['', paint('To know', '1'), ...remarks.map((remark) => `  ${remark}`)]),
    '',
  ];
  return lines.join('\n');
}

function stepLines(shown: ShownRestructuring, step: RestructureStep, index: number, paint: Paint): string[] {
  const { restructuring, files, done, commanding, applies } = shown;
  const committed = index < done ? ' (committed)' : '';
  const commands = applies ? [] : stepCommands(restructuring, index, commanding);
  return [
    paint(`Step ${index + 1} of ${restructuring.steps.length}: ${step.title}${committed}`, '1'),
    ...(files[index] ?? []).flatMap((file) => diffLines(file).map((line) => `  ${painted(line, paint)}`)),
    ...planLines(step.plan, paint).map((line) => `  ${line}`),
    ...(step.guards.length === 0
      ? []
      : ['  waits until', ...guardLines(step.guards).map((line) => `    ${line}`)]),
    ...(commands.length === 0 ? [] : ['  commands', ...commands.map((line) => `    ${paint(line, '36')}`)]),
  ];
}

function painted(line: string, paint: Paint): string {
  if (/^(?:diff|---|\+\+\+|rename|new file|deleted file)/.test(line)) return paint(line, '1');
  if (line.startsWith('@@')) return paint(line, '36');
  if (line.startsWith('+')) return paint(line, '32');
  return line.startsWith('-') ? paint(line, '31') : line;
}

/** What a step's plan says: objects by what becomes of them. Created and changed ones are counted only. */
export function planLines(plan: Plan | null, paint: Paint = (text) => text): string[] {
  if (plan === null) return [];
  const objects = plan.clusters.flatMap((cluster) => cluster.objects);
  if (objects.length === 0) return [paint('plan: no object changes', '32')];
  const counts = (['created', 'changed', 'moved', 'orphaned', 'deleted'] as const).flatMap((kind) => {
    const found = objects.filter((object) => object.kind === kind).length;
    return found === 0 ? [] : [`${found} ${kind}`];
  });
  const told = objects.filter(
    ({ kind, risk }) => kind === 'deleted' || kind === 'orphaned' || kind === 'moved' || risk !== 'none',
  );
  return [
    `plan: ${counts.join(', ')}`,
    ...told.slice(0, 40).map((change) => `  ${objectLine(change, paint)}`),
    ...(told.length > 40 ? [`  and ${told.length - 40} more`] : []),
  ];
}

function objectLine(change: ObjectChange, paint: Paint): string {
  const { kind, from, to, risk } = change;
  const name = showObject(change.object);
  const way = kind === 'moved' ? ` from ${from.join(', ')} to ${to.join(', ')}` : '';
  const note = kind === 'deleted' ? ' (as asked for)' : risk === 'none' ? '' : ' (kept by the guards)';
  return paint(`${kind} ${name}${way}${note}`, kind === 'deleted' ? '31' : '0');
}

/** Guards in words; those of many objects of one owner are one line. */
export function guardLines(guards: readonly Guard[]): string[] {
  const owned = new Map<string, number>();
  for (const guard of guards)
    if (guard.kind === 'owner') owned.set(guard.kustomization, (owned.get(guard.kustomization) ?? 0) + 1);
  return [
    ...guards.filter(({ kind }) => kind !== 'owner').map(guardText),
    ...[...owned].map(
      ([key, count]) =>
        `${count === 1 ? 'the object is' : `all ${count} objects are`} labelled as ${key}'s, and none is terminating`,
    ),
  ];
}
