import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Guard, LiveAction, RestructureStep, Restructuring } from '../../flux/restructure/step.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import type { Branch } from '../git/branch.ts';
import { type PushWords, pushBranch } from '../git/push-branch.ts';
import { Reach } from '../git/reach.ts';
import type { Interruption } from '../watch/interruption.ts';
import type { Narrator } from '../watch/narrator.ts';
import type { ApplyOptions } from './apply-options.ts';
import { awaitGuards, type GuardWatch, holdNow } from './await-guards.ts';
import { awaitSource } from './await-source.ts';
import { isUndoing } from './begun.ts';
import { commitStep } from './commit-step.ts';
import { acting, type FollowedCluster } from './followed-cluster.ts';
import { act, isSuspendedFor } from './live-actions.ts';
import { conditionOf } from './live-object.ts';
import { askToFetch, kustomizationRef, readKustomizations } from './look-live.ts';
import { stateOf } from './state-sentence.ts';
import { stepContent } from './step-content.ts';
import { refuseWorse } from './worse-plan.ts';

export interface RunParts {
  readonly system: System;
  readonly git: Git;
  readonly cluster: Cluster;
  readonly restructuring: Restructuring;
  readonly options: ApplyOptions;
  readonly tell: Narrator;
  readonly target: FollowedCluster;
  readonly branch: Branch;
  /** The commit that the steps were planned from. */
  readonly base: string;
  readonly stop: Interruption;
}

/** One run over the steps, all checks made. */
export class Run {
  readonly #parts: RunParts;
  /** The step that is at work, from 1; 0: none yet. For the sentence about the state. */
  #step = 0;
  #isPushed = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /**
   * Does the steps behind the first `pushed` ones, which are on the remote, and first waits for what the last of those
   * still waits for. `isCommitted`: the next step's commit is made. `tip`: the remote's commit.
   */
  async from(pushed: number, isCommitted: boolean, tip: string): Promise<void> {
    const { steps } = this.#parts.restructuring;
    let committed = isCommitted;
    try {
      if (pushed === 0) await this.#arrive(tip);
      else await this.#settleAgain(pushed - 1, tip);
      for (let index = pushed; index < steps.length; index++) {
        const step = steps[index];
        if (step === undefined) continue;
        await this.#do(step, index, committed);
        if (step.edits.size > 0) committed = false;
      }
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  /**
   * Brings the cluster to where the branch is, so that the first step is a revision of its own. What fails there is not
   * waited for by an undoing: that is the way out.
   */
  async #arrive(tip: string): Promise<void> {
    const { cluster, options, restructuring, target } = this.#parts;
    const settings = this.#watch(tip);
    await awaitSource(target.source, settings);
    const live = await readKustomizations(cluster);
    const keys = [...acting(options.model, restructuring)].filter((key) => {
      const one = live.get(key);
      if (one === undefined || isSuspendedFor(one, restructuring.id)) return false;
      return !isUndoing(restructuring.id) || conditionOf(one, 'Ready')?.status !== 'False';
    });
    await awaitGuards(
      keys.map((kustomization): Guard => ({ kind: 'ready', kustomization })),
      settings,
    );
  }

  async #do(step: RestructureStep, index: number, isCommitted: boolean): Promise<void> {
    const { system, git, branch, tell, stop, restructuring } = this.#parts;
    this.#step = index + 1;
    this.#isPushed = false;
    tell.say(`step ${index + 1}/${restructuring.steps.length}: ${step.title}`);
    await this.#actAll(step.before);
    await this.#awaitSuspended(index);
    stop.check();
    let commit = await git.commit('HEAD');
    if (step.edits.size > 0) {
      if (!isCommitted) commit = await this.#commit(step, index);
      stop.check();
      await pushBranch(system, git, branch, pushWords(branch));
      this.#isPushed = true;
      tell.say(`  pushed ${commit.slice(0, 12)} to ${branch.remote}/${branch.name}`);
      await this.#fetch(commit);
    }
    await this.#settle(step, commit);
  }

  /** Others that follow the branch fetch too; those of their Kustomizations that count are waited for by guards. */
  async #fetch(commit: string): Promise<void> {
    const { cluster, system, target } = this.#parts;
    await awaitSource(target.source, this.#watch(commit));
    const others = [...target.sources].filter((key) => key !== target.source);
    await Promise.all(others.map((key) => askToFetch(cluster, key, system.now())));
  }

  async #settle(step: RestructureStep, commit: string): Promise<void> {
    await awaitGuards(step.guards, this.#watch(commit));
    if (step.guards.length > 0) this.#parts.tell.say(`  seen live: ${seenText(step.guards)}`);
    await this.#actAll(step.after);
  }

  /**
   * Looks at the last pushed step again: whoever stopped may have stopped anywhere behind the push. What its `after`
   * resumes may be resumed already; else it has to be suspended as long as the guards do not hold.
   */
  async #settleAgain(index: number, tip: string): Promise<void> {
    const { cluster, restructuring, tell } = this.#parts;
    const step = restructuring.steps[index];
    if (step === undefined) return;
    this.#step = index + 1;
    this.#isPushed = true;
    tell.say(`step ${index + 1}/${restructuring.steps.length} is pushed: ${step.title}`);
    const settings = this.#watch(tip);
    await this.#fetch(tip);
    const others = step.guards.filter(({ kind }) => kind !== 'suspended');
    if (!(await holdNow(others, settings))) {
      for (const action of suspensionsAt(restructuring.steps, index))
        if ((await cluster.get(kustomizationRef(action.kustomization))) !== null) await this.#act(action);
      await this.#settle(step, tip);
      return;
    }
    tell.say(`  seen live: ${seenText(others)}`);
    await this.#actAll(step.after);
  }

  async #commit(step: RestructureStep, index: number): Promise<string> {
    const { system, git, restructuring, options, base, tell } = this.#parts;
    const { edits, isMerged } = await stepContent(system, git, restructuring, index, base);
    const suspended = suspensionsAt(restructuring.steps, index).map(({ kustomization }) => kustomization);
    if (isMerged) await refuseWorse(step, edits, suspended, options);
    const of = restructuring.steps.length;
    const label = { id: restructuring.id, step: index + 1, of, message: step.message };
    const commit = await commitStep(system, git, edits, label);
    tell.say(`  committed ${commit.slice(0, 12)} ${step.message}`);
    return commit;
  }

  async #actAll(actions: readonly LiveAction[]): Promise<void> {
    for (const action of actions) {
      this.#parts.stop.check();
      await this.#act(action);
    }
  }

  async #act(action: LiveAction): Promise<void> {
    const { cluster, restructuring, system, tell } = this.#parts;
    const done = await act(cluster, action, restructuring.id, system.now());
    if (done !== null) tell.say(`  ${done}`);
  }

  /** Nothing is pushed before what is to be suspended is seen so, with no run of it under way. */
  async #awaitSuspended(index: number): Promise<void> {
    const suspended = suspensionsAt(this.#parts.restructuring.steps, index);
    if (suspended.length === 0) return;
    const guards = suspended.map(({ kustomization }): Guard => ({ kind: 'suspended', kustomization }));
    const settings = this.#watch(await this.#parts.git.commit('HEAD'));
    await awaitGuards(guards, settings);
    // a run that had read the spec just before shows itself a moment later
    await this.#parts.stop.pause(settleMs);
    await awaitGuards(guards, settings);
  }

  #watch(commit: string): GuardWatch {
    const { system, git, cluster, options, tell, target, branch, stop } = this.#parts;
    const reach = new Reach(system, git, branch, commit);
    return {
      cluster,
      tell,
      interruption: stop,
      timeoutMs: options.timeoutMs,
      code: 'restructure.guard',
      entry: target.entry,
      sources: target.sources,
      reaching: (revisions) => reach.of(revisions),
      now: () => system.now(),
    };
  }

  async #explained(error: unknown): Promise<unknown> {
    if (!(error instanceof SopskitError)) return error;
    this.#parts.tell.wait('');
    const { cluster, restructuring, options } = this.#parts;
    const state = { step: this.#step, isPushed: this.#isPushed, restructuring, again: options.again };
    return stateOf(cluster, state, error);
  }
}

function pushWords({ remote, name }: Branch): PushWords {
  return {
    code: 'restructure.refused',
    what: 'The step',
    wayOut: `Where ${name} is protected: git push ${remote} HEAD:refs/heads/sopskit-step, open a pull request for it and merge it without squashing (the commit's trailers tell how far it got), then git pull --rebase ${remote} ${name}, and run the command again. Each step needs a pull request of its own.`,
  };
}

/** Longer than a controller's cache lags behind. */
const settleMs = 1500;

/** What is suspended while a step runs: by its own `before`, or an earlier one's, and not resumed since. */
function suspensionsAt(
  steps: readonly RestructureStep[],
  index: number,
): readonly Extract<LiveAction, { readonly kind: 'suspend' }>[] {
  const open = new Map<string, Extract<LiveAction, { readonly kind: 'suspend' }>>();
  for (const [at, { before, after }] of steps.slice(0, index + 1).entries()) {
    for (const action of before) {
      if (action.kind === 'suspend') open.set(action.kustomization, action);
      if (action.kind === 'resume') open.delete(action.kustomization);
    }
    if (at === index) break;
    for (const action of after) if (action.kind === 'resume') open.delete(action.kustomization);
  }
  return [...open.values()];
}

function seenText(guards: readonly Guard[]): string {
  const keys = [...new Set(guards.map(({ kustomization }) => kustomization))];
  const objects = guards.filter(({ kind }) => kind === 'owner').length;
  const owned =
    objects === 0 ? '' : `, ${objects} ${objects === 1 ? 'object' : 'objects'} with the right owner`;
  return `${keys.join(', ')}${owned}`;
}
