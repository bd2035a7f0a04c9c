import { printablePath } from '../../../system/path-text.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { Landing } from './landing.ts';
import { isOpen } from './needs-old.ts';
import type { OverlapTarget } from './overlap.ts';
import type { RotateRequest } from './rotate.ts';
import type { RotationReport } from './rotation-report.ts';
import type { RotationState } from './rotation-state.ts';
import { groundFlagsOf } from './typed-flags.ts';

/** What a plan is told from. */
export interface Planned {
  readonly targets: readonly OverlapTarget[];
  readonly state: RotationState;
  readonly files: readonly string[];
  readonly configurations: readonly string[];
  readonly landing: Landing;
  /** Encrypted files that git ignores. */
  readonly ignored: readonly string[];
}

/** Says what a run will do, in its order. */
export function planSentences(
  { targets, state, files, configurations, landing, ignored }: Planned,
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
      if (ignored.length > 0)
        says.push(`leave files as they are that git ignores, and that the old key opens: ${listed(ignored)}`);
    }
    if (step === 'commit') says.push(commit ? 'commit these files' : 'show the commit to make');
    if (step === 'push' && push && landing.branch !== null)
      says.push(
        `push to ${landing.branch.remote}/${landing.branch.name} (${landing.branch.address})${othersOf(landing)}`,
      );
    if (step === 'wait' && (push || state.steps.length === 1) && wait && targets.length > 0)
      says.push('wait until every Kustomization that decrypts is Ready with it');
  }
  return says;
}

/** Where a rotation stands, for what comes next. */
export interface Standpoint {
  readonly landing: Landing;
  readonly bounds: readonly BoundCluster[];
  readonly request: Parameters<typeof groundFlagsOf>[0];
}

const shownNames = 5;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map(printablePath).join(', ');
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}

/** What a push takes along that is none of the rotation's. */
function othersOf({ others }: Pick<Landing, 'others'>): string {
  if (others.length === 0) return '';
  const more = others.length > shownNames ? `; and ${others.length - shownNames} more` : '';
  const count = others.length === 1 ? '1 other commit that is' : `${others.length} other commits that are`;
  return `, with ${count} only here: ${others.slice(0, shownNames).map(printablePath).join('; ')}${more}`;
}

/** Says what comes next: commands, and sentences where it takes more than one. */
export function nextSteps(
  { state, old, commit, pushed, standings, failure }: Omit<RotationReport, 'next'>,
  { landing, bounds, request }: Standpoint,
): readonly string[] {
  if (state === 'planned' || state === 'declined') return [];
  const flags = clusterFlags(bounds);
  const again = `sopskit keys rotate ${old}${flags}${groundFlagsOf(request)}`;
  const retire = `sopskit keys retire ${old}${flags}`;
  if (commit !== null && commit.id === null)
    return [
      ...(commit.commands.length > 0 ? commit.commands : [`${again} --commit`]),
      ...pushSteps(landing),
      again,
    ];
  if (pushed !== true) return [...pushSteps(landing), again];
  const open = standings.filter(isOpen);
  // what is pinned, or lies elsewhere, does not come by itself, however often it is looked at
  const moves = open.some(({ state: one }) => one !== 'pinned' && one !== 'opaque');
  const isStopped = failure !== null && open.length === 0;
  const mends = new Set(open.flatMap(({ mend }) => mend ?? []));
  return [...mends, moves || isStopped ? again : retire];
}

function pushSteps({ branch, problem, others }: Landing): readonly string[] {
  if (branch === null)
    return [
      `bring it to the branch that the clusters follow${problem === null ? '' : ` (${problem.message})`}`,
    ];
  const pull = problem === null ? [] : [`git pull --rebase ${branch.remote} ${branch.name}`];
  const along = others.length === 0 ? '' : `    # ${othersOf({ others }).slice(2)}`;
  return [...pull, `git push ${branch.remote} HEAD:${branch.name}${along}`];
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
