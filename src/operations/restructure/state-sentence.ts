import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import { suspendedBy } from './live-actions.ts';

/** Where a run stopped. */
export interface Stopped {
  /** From 1; 0: before the first. */
  readonly step: number;
  readonly isPushed: boolean;
  readonly restructuring: Restructuring;
  /** The command line that goes on. */
  readonly again: string;
}

/** Adds to an error in what state the cluster is, and how to go on or back. */
export async function stateOf(
  cluster: Cluster,
  stopped: Stopped,
  error: SopskitError,
): Promise<SopskitError> {
  const { step, restructuring } = stopped;
  const where = step === 0 ? 'before the first step' : `in step ${step} of ${restructuring.steps.length}`;
  const suspended = await whatIsSuspended(cluster, restructuring.id);
  const shown =
    suspended === null ? ' The cluster cannot be asked what is suspended.' : suspendedText(suspended);
  const lines = [
    ...(error.hint === undefined ? [] : [error.hint]),
    `${sentenceOf(stopped)}${shown}`,
    `To go on: ${stopped.again}`,
    ...waysBack(stopped, suspended ?? []),
  ];
  return new SopskitError(error.code, `${where}: ${error.message}`, {
    hint: lines.join('\n'),
    ...(error.place === undefined ? {} : { place: error.place }),
    cause: error,
  });
}

function sentenceOf({ step, isPushed, restructuring }: Stopped): string {
  if (step === 0) return 'Nothing was changed.';
  const of = restructuring.steps.length;
  if (isPushed) return `Step ${step} of ${of} is pushed, and its guards were not all seen live.`;
  const before = step === 1 ? 'No step is pushed' : `The cluster is as step ${step - 1} of ${of} left it`;
  return `${before}, and nothing of it is lost.`;
}

/** Before the first push there is nothing to take back but what is suspended. */
function waysBack({ step, isPushed, restructuring }: Stopped, suspended: readonly string[]): string[] {
  const id = restructuring.id;
  if (id.startsWith('undo-')) return [];
  const isBegun = isPushed || restructuring.steps.slice(0, step - 1).some(({ edits }) => edits.size > 0);
  if (step === 0 || !isBegun) {
    const commands = suspended.map((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return `flux resume kustomization ${name} -n ${namespace}`;
    });
    return commands.length === 0 ? [] : [`To go back: ${commands.join('; ')}`];
  }
  return [`To go back: sopskit restructure undo ${id} --apply`];
}

function suspendedText(keys: readonly string[]): string {
  return keys.length === 0 ? '' : ` Suspended until it goes on: ${keys.join(', ')}.`;
}

/** `null`: the cluster does not answer. */
async function whatIsSuspended(cluster: Cluster, id: string): Promise<readonly string[] | null> {
  try {
    return await suspendedBy(cluster, id);
  } catch {
    return null;
  }
}
