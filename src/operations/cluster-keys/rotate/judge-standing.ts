import { itemsIn, numberIn, textIn } from '../../../cluster/fields.ts';
import type { Mapping } from '../../../tree/value.ts';
import { cleaned } from '../../flux-doctor/said.ts';
import {
  type DecryptingView,
  isSuspendedLive,
  isTerminatingLive,
  originOf,
  sourceKeyOf,
} from './decrypting-view.ts';
import type { Standing } from './standing.ts';

/** More dependencies than anybody has in a row. */
const maxDepth = 20;

/** A standing, with how much a failure counts. */
export interface JudgedStanding extends Standing {
  /** Of `failing`: whether the next run says the same, as what is in git decides it. */
  readonly certain: boolean;
}

type Judged = Pick<JudgedStanding, 'state' | 'why' | 'mend'> & { readonly certain?: boolean };

/** A Kustomization that decrypts, as the repository or the cluster names it. */
export interface Decrypting {
  readonly key: string;
  /** Kustomizations that apply its manifest; empty: it is in no model. */
  readonly owners: readonly string[];
}

/** Tells how a Kustomization stands to the commit that the view's `reaches` is about. */
export function judgeStanding(one: Decrypting, view: DecryptingView): JudgedStanding {
  const live = view.kustomizations.get(one.key);
  const judged = live === undefined ? judgeAbsent(one, view) : judgeLive(one.key, live, view, 0);
  const revision = live === undefined ? '' : textIn(live, 'status', 'lastAppliedRevision');
  return { key: one.key, cluster: view.cluster, revision: revision || null, certain: false, ...judged };
}

function judgeAbsent({ key, owners }: Decrypting, view: DecryptingView): Judged {
  if (view.entry !== null && !view.kustomizations.has(view.entry))
    return failing(
      `the cluster of the context ${view.context} has no Kustomization ${view.entry}, where everything begins`,
      `kubectl${view.flags} get kustomizations.kustomize.toolkit.fluxcd.io -A    # is it the right cluster, with Flux?`,
      true,
    );
  for (const owner of owners) {
    const live = view.kustomizations.get(owner);
    const held = live === undefined || owner === key ? null : judgeLive(owner, live, view, 0);
    if (held !== null && !['ready', 'waiting'].includes(held.state))
      return { ...held, why: `it is not in the cluster yet; of ${owner}, which applies it: ${held.why}` };
  }
  return waiting('it is not in the cluster yet');
}

function judgeLive(key: string, live: Mapping, view: DecryptingView, depth: number): Judged {
  if (isTerminatingLive(live)) return waiting('it is being deleted');
  const ready = conditionIn(live, 'Ready');
  const hasApplied = revisionsOf(live).some((revision) => view.reaches(revision));
  if (hasApplied && ready.status !== 'False' && (isOfSpec(live) || isSuspendedLive(live)))
    return { state: 'ready', why: isSuspendedLive(live) ? 'it is suspended, at the commit' : '', mend: null };
  if (isSuspendedLive(live)) return suspended(`it is suspended${at(live)}`, key, view);
  const origin = originOf(live, view);
  if (origin.kind === 'missing')
    return failing(origin.why, `kubectl${view.flags} get gitrepositories.source.toolkit.fluxcd.io -A`);
  if (origin.kind !== 'follows') return { state: origin.kind, why: `${origin.why}${at(live)}`, mend: null };
  if (isSuspendedLive(origin.source)) return sourceSuspended(live, view);
  if (ready.status === 'False') return judgeFailure(key, live, ready, view, depth);
  return judgeSource(live, origin.source, view) ?? waiting(`it is at work${at(live)}`);
}

function judgeFailure(
  key: string,
  live: Mapping,
  ready: Condition,
  view: DecryptingView,
  depth: number,
): Judged {
  if (ready.reason === 'DependencyNotReady') return judgeDependencies(live, ready, view, depth);
  const said = `${ready.reason}: ${cleaned(ready.message)}`;
  const source = view.sources.get(sourceKeyOf(live));
  const held = source === undefined ? null : judgeSource(live, source, view);
  const isLasting = ready.reason === 'AccessDenied' || conditionIn(live, 'Stalled').status === 'True';
  if (isLasting || (isAttempted(live, view) && !isRunning(live)))
    return failing(
      `it fails (${said})`,
      doctorFor(key, view),
      isLasting || (ready.reason === 'BuildFailed' && !ready.message.includes('not found')),
    );
  return held ?? waiting(`it fails${at(live)} (${said})`);
}

/** What the source says where it does not have the commit yet; `null`: it has. */
function judgeSource(live: Mapping, source: Mapping, view: DecryptingView): Judged | null {
  const key = sourceKeyOf(live);
  const revision = textIn(source, 'status', 'artifact', 'revision');
  if (view.reaches(revision)) return null;
  const ready = conditionIn(source, 'Ready');
  if (ready.status === 'False') {
    const [, namespace = '', name = ''] = key.split('/');
    return failing(
      `its source ${key} cannot fetch (${ready.reason}: ${cleaned(ready.message)})`,
      `flux${view.flags} reconcile source git ${name} -n ${namespace}`,
    );
  }
  return waiting(`its source ${key} is at ${shortRevision(revision) || 'no revision'}`);
}

/** A Kustomization waits for those it depends on: what keeps them keeps it, too. */
function judgeDependencies(live: Mapping, ready: Condition, view: DecryptingView, depth: number): Judged {
  const said = cleaned(ready.message);
  if (depth >= maxDepth)
    return failing(
      'it depends on itself, over others',
      'spec.dependsOn    # take the circle out in Git, commit and push',
      true,
    );
  for (const item of itemsIn(live, 'spec', 'dependsOn')) {
    const namespace = textIn(item, 'namespace') || textIn(live, 'metadata', 'namespace');
    const key = `${namespace}/${textIn(item, 'name')}`;
    const dependency = view.kustomizations.get(key);
    if (dependency === undefined) return waiting(`it depends on ${key}, which is not in the cluster`);
    const judged = judgeLive(key, dependency, view, depth + 1);
    // only one of the same source has to be at the same revision
    const isSame = sourceKeyOf(dependency) === sourceKeyOf(live);
    const own = conditionIn(dependency, 'Ready');
    if (!isSame && own.status === 'True') continue;
    if (judged.state === 'failing' || judged.state === 'suspended')
      return { ...judged, why: `it depends on ${key}: ${judged.why}` };
    if ((judged.state === 'pinned' || judged.state === 'opaque') && own.status === 'False')
      return failing(
        `it depends on ${key}, which fails (${own.reason}: ${cleaned(own.message)})`,
        doctorFor(key, view),
      );
  }
  return waiting(`it waits for what it depends on (${said})`);
}

function doctorFor(key: string, { flags }: DecryptingView): string {
  const [namespace = '', name = ''] = key.split('/');
  return `sopskit flux doctor Kustomization/${name} -n ${namespace}${flags}`;
}

function sourceSuspended(live: Mapping, { flags }: DecryptingView): Judged {
  const key = sourceKeyOf(live);
  const [, namespace = '', name = ''] = key.split('/');
  return {
    state: 'suspended',
    why: `its source ${key} is suspended${at(live)}`,
    mend: `flux${flags} resume source git ${name} -n ${namespace}`,
  };
}

function suspended(why: string, key: string, { flags }: DecryptingView): Judged {
  const [namespace = '', name = ''] = key.split('/');
  return { state: 'suspended', why, mend: `flux${flags} resume kustomization ${name} -n ${namespace}` };
}

function waiting(why: string): Judged {
  return { state: 'waiting', why, mend: null };
}

function failing(why: string, mend: string, certain = false): Judged {
  return { state: 'failing', why, mend, certain };
}

interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionIn(object: Mapping, type: string): Condition {
  const found = itemsIn(object, 'status', 'conditions').find((one) => textIn(one, 'type') === type);
  if (found === undefined) return { status: '', reason: '', message: '' };
  return {
    status: textIn(found, 'status'),
    reason: textIn(found, 'reason'),
    message: textIn(found, 'message'),
  };
}

/** What it has applied: of an artifact that was pushed with its origin, the git revision, too. */
function revisionsOf(live: Mapping): readonly string[] {
  return ['lastAppliedRevision', 'lastAppliedOriginRevision']
    .map((field) => textIn(live, 'status', field))
    .filter((revision) => revision !== '');
}

function isOfSpec(live: Mapping): boolean {
  return numberIn(live, 'status', 'observedGeneration') === numberIn(live, 'metadata', 'generation');
}

function isAttempted(live: Mapping, view: DecryptingView): boolean {
  return view.reaches(textIn(live, 'status', 'lastAttemptedRevision'));
}

/** A failed run leaves `Reconciling=True` with this reason behind until the next; nothing runs then. */
function isRunning(live: Mapping): boolean {
  const reconciling = conditionIn(live, 'Reconciling');
  return reconciling.status === 'True' && reconciling.reason !== 'ProgressingWithRetry';
}

function at(live: Mapping): string {
  const revision = shortRevision(textIn(live, 'status', 'lastAppliedRevision'));
  return revision === '' ? ', and has applied nothing yet' : ` at ${revision}`;
}

export function shortRevision(revision: string): string {
  return revision.replace(/([0-9a-f]{12})[0-9a-f]+$/, '$1');
}
