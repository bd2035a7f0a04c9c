import type { BoundCluster } from '../bound-cluster.ts';
import type { Landing } from './landing.ts';
import type { OverlapTarget } from './overlap.ts';
import type { RotateRequest } from './rotate.ts';
import type { RotationReport } from './rotation-report.ts';
import type { RotationState } from './rotation-state.ts';

/** What a plan is told from. */
export interface Planned {
  readonly targets: readonly OverlapTarget[];
  readonly state: RotationState;
  readonly files: readonly string[];
  readonly configurations: readonly string[];
  readonly landing: Landing;
}

/** Says what a run will do, in its order. */
export function planSentences(
  { targets, state, files, configurations, landing }: Planned,
  { commit, push, wait, output }: Pick<RotateRequest, 'commit' | 'push' | 'wait' | 'output'>,
): readonly string[] {
  const says: string[] = [];
  for (const step of state.steps) {
    if (step === 'identity')
      says.push(`make a new identity and save it in ${output ?? 'the default key file'}`);
    if (step === 'secrets')
      for (const { bound, ref, state: now } of targets)
        if (now === 'add')
          says.push(`add it beside the old one to ${ref.namespace}/${ref.name} of ${bound.cluster.context}`);
    if (step === 'rekey') {
      if (configurations.length > 0) says.push(`replace the recipient in ${configurations.join(', ')}`);
      if (files.length > 0)
        says.push(`re-key ${files.length === 1 ? '1 file' : `${files.length} files`} with new data keys`);
    }
    if (step === 'commit') says.push(commit ? 'commit these files' : 'show the commit to make');
    if (step === 'push' && push && landing.branch !== null)
      says.push(`push to ${landing.branch.remote}/${landing.branch.name} (${landing.branch.address})`);
    if (step === 'wait' && (push || state.steps.length === 1) && wait && targets.length > 0)
      says.push('wait until every Kustomization that decrypts is Ready with it');
  }
  return says;
}

/** Where a rotation stands, for what comes next. */
export interface Standpoint {
  readonly landing: Landing;
  readonly bounds: readonly BoundCluster[];
  readonly request: Pick<RotateRequest, 'skipped' | 'output' | 'wait'>;
}

/** Says what comes next: commands, and sentences where it takes more than one. */
export function nextSteps(
  { state, old, commit, pushed, standings }: Omit<RotationReport, 'next'>,
  { landing, bounds, request }: Standpoint,
): readonly string[] {
  if (state === 'planned' || state === 'declined') return [];
  const flags = clusterFlags(bounds);
  const skipped = request.skipped.map((name) => ` --skip-cluster ${name}`).join('');
  const output = request.output === null ? '' : ` --output ${request.output}`;
  const again = `sopskit keys rotate ${old}${flags}${skipped}${output}`;
  if (commit !== null && commit.id === null)
    return [
      ...(commit.commands.length > 0 ? commit.commands : [`${again} --commit`]),
      ...pushSteps(landing),
      again,
    ];
  if (pushed !== true) return [...pushSteps(landing), again];
  const blocking = standings.filter(({ state: one }) => one !== 'ready');
  if (blocking.length > 0) return [...blocking.flatMap(({ mend }) => mend ?? []), again];
  return [`sopskit keys retire ${old}${flags}`];
}

function pushSteps({ branch, problem }: Landing): readonly string[] {
  if (branch === null)
    return [
      `bring it to the branch that the clusters follow${problem === null ? '' : ` (${problem.message})`}`,
    ];
  const pull = problem === null ? [] : [`git pull --rebase ${branch.remote} ${branch.name}`];
  return [...pull, `git push ${branch.remote} HEAD:${branch.name}`];
}

/** The connection flags of one cluster, and the contexts of the others. */
function clusterFlags(bounds: readonly BoundCluster[]): string {
  const [first, ...others] = bounds;
  if (first === undefined) return '';
  return [
    first.cluster.flags,
    ...others.map(({ cluster }) => / --context (?:'[^']*'|\S+)/.exec(cluster.flags)?.[0] ?? ''),
  ].join('');
}
