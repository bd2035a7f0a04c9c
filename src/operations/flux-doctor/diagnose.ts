import { diagnoseApplied } from './diagnose-applied.ts';
import { controllerOf, diagnoseController, diagnoseState } from './diagnose-state.ts';
import { rules } from './explain/registry.ts';
import { ordered } from './order-problems.ts';
import type { Diagnosis, Problem } from './problem.ts';
import type { FluxObject, Reading } from './reading.ts';
import { withoutLogins } from './said.ts';

/** Explains what is not right in what was read, from cause to effect. `namespace`: only problems of there are told. */
export function diagnose(reading: Reading, namespace: string | null = null): Diagnosis {
  const all = [...reading.objects.values()];
  const found = [
    ...diagnoseController(reading),
    ...all.flatMap((object) => diagnoseState(object, reading)),
    ...all.flatMap((object) => explainFailure(object, reading)),
    ...diagnoseApplied(reading),
  ];
  const told = ordered(withCauses(found, reading)).filter(
    (problem, _, kept) => namespace === null || isAbout(problem, namespace, kept),
  );
  const { context, server } = reading;
  const unread = [...new Set(reading.unread)].map(withoutLogins);
  const looked = all.filter((one) => namespace === null || one.namespace === namespace).length;
  return { context, server, looked, problems: told.map(bare), unread };
}

/** What a message of a controller repeats may hold a login. */
function bare(problem: Problem): Problem {
  const { what, said, reason } = problem;
  return {
    ...problem,
    ...{ what: withoutLogins(what), said: withoutLogins(said), reason: withoutLogins(reason) },
  };
}

/** A cause in another namespace is told, too. */
function isAbout(problem: Problem, namespace: string, all: readonly Problem[]): boolean {
  if (problem.namespace === namespace) return true;
  return all.some((one) => one.namespace === namespace && one.causes.includes(problem.key));
}

/** Explains a Ready condition that is False, by the first rule that fits. */
function explainFailure(object: FluxObject, reading: Reading): readonly Problem[] {
  const stalled = object.conditions.get('Stalled');
  const ready = object.conditions.get('Ready');
  const before = ready?.status === 'Unknown' ? reading.failures.get(object.key) : undefined;
  const failed = ready?.status === 'False' ? ready : stalled?.status === 'True' ? stalled : before;
  if (failed === undefined || object.deleting !== null) return [];
  const about = {
    ...subject(object),
    said: failed.message,
    reason: failed.reason,
    since: failed.since,
    level: 'broken',
  } as const;
  for (const { code, reasons, says, explain } of rules) {
    if (reasons !== undefined && !reasons.includes(failed.reason)) continue;
    const match = says.exec(failed.message);
    const explanation = match === null ? null : explain(match, object, reading);
    if (explanation === null) continue;
    return [{ ...about, code, causes: [], ...explanation }];
  }
  const what = `It is not ready: ${failed.reason}.`;
  const kind = object.kind.toLowerCase();
  const mend = [`kubectl${reading.flags} describe ${kind} ${object.name} -n ${object.namespace}`];
  return [{ ...about, code: 'other', what, mend, causes: [] }];
}

/** Keeps as causes only what is itself a problem, and adds the controller that does not run. */
function withCauses(problems: readonly Problem[], reading: Reading): readonly Problem[] {
  const broken = new Set(problems.filter(({ level }) => level !== 'note').map(({ key }) => key));
  return problems.map((problem) => {
    const object = reading.objects.get(problem.key);
    const controller = object === undefined ? null : controllerOf(object);
    const down = problem.code.startsWith('state.') && controller !== null ? [controller] : [];
    const causes = [...new Set([...problem.causes, ...down])].filter(
      (key) => key !== problem.key && broken.has(key),
    );
    if (causes.length === 0 || problem.level === 'note') return { ...problem, causes: [] };
    return { ...problem, level: 'waits', causes };
  });
}

export function subject({
  key,
  kind,
  namespace,
  name,
}: FluxObject): Pick<Problem, 'key' | 'kind' | 'namespace' | 'name'> {
  return { key, kind, namespace, name };
}
