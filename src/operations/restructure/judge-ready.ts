import type { Mapping } from '../../tree/value.ts';
import { holds, type Judgement, stuck, waits } from '../watch/judgement.ts';
import {
  type Condition,
  conditionOf,
  isSuspended,
  isTerminating,
  itemsIn,
  numberIn,
  shortMessage,
  sourceKeyOf,
  textIn,
} from './live-object.ts';
import type { LiveView } from './live-view.ts';

/** As many dependencies as are followed to find out why one is not Ready: more than anybody has in a row. */
const maxDepth = 20;

/**
 * Whether a Kustomization is Ready at the pushed revision: `Ready=True`, of its present generation, not reconciling, and
 * of that revision or a later one (kustomize-controller, `finalizeStatus`, which settles `observedGeneration` at Ready).
 */
export function judgeReady(key: string, view: LiveView, depth = 0): Judgement {
  const live = view.kustomizations.get(key);
  if (live === undefined) return waits(`${key} is not there yet`);
  if (isTerminating(live)) return waits(`${key} is being deleted`);
  if (isSuspended(live)) return stuck(true, `${key} is suspended, so it does not act`, resumeHint(key));
  const ready = conditionOf(live, 'Ready');
  const isCurrent = isAtRevision(live, view, 'lastAppliedRevision');
  if (ready?.status === 'True' && isCurrent && isSettled(live)) return holds;
  if (ready?.status === 'False' && wasAttempted(live, ready, view))
    return judgeFailure(key, live, ready, view, depth);
  if (ready?.status === 'True' && !isCurrent)
    return waits(`${key} is still at ${shortRevision(live) || 'no revision'}`);
  return waits(`${key} is at work`);
}

/** Whether status is of the present spec, and no run is under way. */
export function isSettled(live: Mapping): boolean {
  const generation = numberIn(live, ['metadata', 'generation']);
  return (
    numberIn(live, ['status', 'observedGeneration']) === generation &&
    conditionOf(live, 'Reconciling')?.status !== 'True'
  );
}

/** A failed run leaves `Reconciling=True` with this reason behind until the next; nothing runs then. */
export function isRunning(live: Mapping): boolean {
  const reconciling = conditionOf(live, 'Reconciling');
  return reconciling?.status === 'True' && reconciling.reason !== 'ProgressingWithRetry';
}

function judgeFailure(
  key: string,
  live: Mapping,
  ready: Condition,
  view: LiveView,
  depth: number,
): Judgement {
  if (ready.reason === 'DependencyNotReady') return judgeDependencies(key, live, ready, view, depth);
  const why = `${key} fails (${ready.reason}): ${shortMessage(ready.message)}`;
  const isStalled = conditionOf(live, 'Stalled')?.status === 'True';
  return stuck(isStalled || isLasting(ready), why, hintFor(ready));
}

/** What a failed run says that the next one will say again: the content decides it, and nothing else. */
function isLasting({ reason, message }: Condition): boolean {
  if (reason === 'ArtifactFailed') return message.includes('kustomization path not found');
  return reason === 'BuildFailed' && !/not found/.test(message);
}

function hintFor({ reason, message }: Condition): string | null {
  if (message.includes('kustomization path not found'))
    return 'Look whether the folder is on the branch, and no rule of .sourceignore takes it out.';
  if (/sops-age|decrypt/i.test(message) && reason === 'BuildFailed')
    return 'Look at the decryption Secret, and whether the file is encrypted for the cluster: sopskit keys audit.';
  return null;
}

function judgeDependencies(
  key: string,
  live: Mapping,
  ready: Condition,
  view: LiveView,
  depth: number,
): Judgement {
  if (depth >= maxDepth) return stuck(true, `${key} depends on itself, over others`);
  const namespace = textIn(live, ['metadata', 'namespace']);
  for (const item of itemsIn(live, ['spec', 'dependsOn'])) {
    const dependency = `${textIn(item, ['namespace']) || namespace}/${textIn(item, ['name'])}`;
    const judged = judgeReady(dependency, view, depth + 1);
    if (judged.state === 'stuck')
      return { ...judged, why: `${key} waits for ${dependency}, but ${judged.why}` };
  }
  return waits(`${key} waits for what it depends on: ${shortMessage(ready.message)}`);
}

/** Whether a condition is of the present spec and of the pushed revision, or of a run that was asked for after the push. */
function wasAttempted(live: Mapping, ready: Condition, view: LiveView): boolean {
  if (ready.generation !== null && ready.generation !== numberIn(live, ['metadata', 'generation']))
    return false;
  if (view.requests.has(textIn(live, ['status', 'lastHandledReconcileAt']))) return true;
  return (
    view.sources.has(sourceKeyOf(live)) &&
    isAtRevision(live, view, 'lastAttemptedRevision') &&
    !isRunning(live)
  );
}

/** Of a source that does not follow the branch any revision is right. */
function isAtRevision(
  live: Mapping,
  view: LiveView,
  field: 'lastAppliedRevision' | 'lastAttemptedRevision',
): boolean {
  const revision = textIn(live, ['status', field]);
  if (!view.sources.has(sourceKeyOf(live))) return revision !== '';
  return view.reaches(revision);
}

function shortRevision(live: Mapping): string {
  return textIn(live, ['status', 'lastAppliedRevision']).replace(/([0-9a-f]{12})[0-9a-f]+$/, '$1');
}

/** How a Kustomization is resumed by hand. */
export function resumeHint(key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return `If it is to act: flux resume kustomization ${name} -n ${namespace}`;
}
