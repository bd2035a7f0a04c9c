import path from 'node:path';
import type { FoundIdentity } from '../../../keys/age/found-identity.ts';
import type { GeneratedKind } from '../../../keys/age/generate.ts';
import type { KeySource } from '../../../keys/key-source.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import { pushBranch } from '../../git/push-branch.ts';
import type { Interruption } from '../../watch/interruption.ts';
import { type Added, addToClusters } from './add-to-clusters.ts';
import { askBeforehand } from './ask-beforehand.ts';
import { awaitRotation, nothingAwaited } from './await-rotation.ts';
import { commitRotation, rotationCommit } from './commit-rotation.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';
import { refuseExposed } from './exposed-identity.ts';
import {
  openingSources,
  type RotationTree,
  requireCheckedOut,
  requireNoMerge,
  requireReadable,
} from './ground.ts';
import { isPushed, type Landing, outOfConflict } from './landing.ts';
import { ignoredNaming } from './left-out.ts';
import { lookAt, replacedConfig, type Seen } from './look.ts';
import { isOpen } from './needs-old.ts';
import { nextSteps, planSentences } from './next-steps.ts';
import { planOverlap } from './plan-overlap.ts';
import { refuseNobody, refuseUndone, requireHybridReaders } from './refusals.ts';
import { type Rekeying, rekeyFiles } from './rekey-files.ts';
import {
  chooseHybrid,
  chooseReplacing,
  makeReplacing,
  type ReplacingIdentity,
  saveReplacing,
} from './replacing-identity.ts';
import type { RotateRequest, RotateTalk } from './rotate.ts';
import type { RotationReport } from './rotation-report.ts';

export interface RotationParts {
  readonly request: RotateRequest;
  readonly talk: RotateTalk;
  readonly tree: RotationTree;
  readonly clusters: readonly DecryptingCluster[];
  readonly stop: Interruption;
  readonly found: readonly FoundIdentity[];
  readonly held: ReadonlySet<string>;
  /** Of `found`, what no place of this machine has: a Secret has it. */
  readonly unsaved: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
  readonly old: string;
  readonly kind: GeneratedKind;
}

/** One run of a rotation: looks, and does what is still to be done. */
export class Rotation {
  readonly #system: System;
  readonly #parts: RotationParts;
  readonly #kind: GeneratedKind;
  #fresh: ReplacingIdentity | null;
  #ignored: readonly string[] = [];

  constructor(system: System, parts: RotationParts) {
    this.#system = system;
    this.#parts = parts;
    const { found, old, used, held, request } = parts;
    this.#kind = request.postQuantum ? 'hybrid' : parts.kind;
    const choose = request.postQuantum ? chooseHybrid : chooseReplacing;
    this.#fresh = choose(found, old, { inFiles: used, inSecrets: held });
  }

  async run(): Promise<RotationReport> {
    const { tree, clusters, request, old, stop, found } = this.#parts;
    requireReadable(tree, old);
    this.#ignored = await ignoredNaming(tree, old);
    await requireCheckedOut(this.#system, tree, old);
    if (request.commit && !request.dryRun) await requireNoMerge(tree);
    refuseNobody(this.#parts, this.#fresh?.recipient ?? null);
    const models = tree.models;
    const fresh = this.#fresh?.recipient ?? null;
    const targets = await planOverlap({ models, clusters, skipped: request.skipped, old, fresh });
    if (this.#isHybrid() && this.#parts.kind !== 'hybrid') requireHybridReaders(targets);
    const opening = await openingSources(this.#system, targets, found);
    try {
      const rekeying = this.#rekeying(opening.sources, 'checking');
      const seen = await lookAt(this.#system, { tree, clusters, request, fresh, targets, rekeying });
      const { steps } = seen.state;
      if (this.#fresh !== null) {
        const { old, used } = this.#parts;
        await refuseExposed(this.#system, tree, { old, fresh: this.#fresh, used, sources: opening.sources });
      }
      await this.#askBeforehand(seen);
      if (request.dryRun) {
        return this.#report(seen, { state: 'planned', added: [], pushed: null, standings: [] });
      }
      const acts = steps.some((step) => ['identity', 'secrets', 'rekey'].includes(step) || this.#asked(step));
      if (acts && !(await this.#confirm(seen)))
        return this.#report(seen, { state: 'declined', added: [], pushed: null, standings: [] });
      stop.check();
      return await this.#act(seen, opening.sources);
    } finally {
      opening.wipe();
      for (const { secret } of targets) for (const { value } of secret.entries) value.wipe();
    }
  }

  #isHybrid(): boolean {
    return this.#fresh === null ? this.#kind === 'hybrid' : this.#fresh.recipient.startsWith('age1pq1');
  }

  #asked(step: string): boolean {
    const { commit, push } = this.#parts.request;
    return (step === 'commit' && commit) || (step === 'push' && push);
  }

  async #confirm(seen: Seen): Promise<boolean> {
    const { talk, old, request } = this.#parts;
    const fresh = this.#fresh?.recipient ?? null;
    if (seen.state.endangered)
      this.#parts.talk.tell.say(
        'warning: files are encrypted for the new key already, and not every cluster has it',
      );
    return talk.confirm({
      old,
      fresh,
      kind: this.#kind,
      does: planSentences({ ...seen, ignored: this.#ignored }, request),
    });
  }

  async #askBeforehand(seen: Seen): Promise<void> {
    const { request } = this.#parts;
    const fresh = this.#fresh;
    const saves = fresh === null || this.#isToSave(fresh, seen);
    const asked = { targets: seen.targets, fresh, kind: this.#kind, saves };
    const options = { ...asked, output: request.output, isAll: request.dryRun };
    await askBeforehand(this.#system, options, this.#adding(true));
  }

  /** What files are about to be encrypted for is saved here, also where a Secret has it. */
  #isToSave({ recipient }: ReplacingIdentity, { files, configurations }: Seen): boolean {
    return this.#parts.unsaved.has(recipient) && files.length + configurations.length > 0;
  }

  async #act(seen: Seen, sources: readonly KeySource[]): Promise<RotationReport> {
    const { talk, request, tree, old, stop } = this.#parts;
    const { git } = tree;
    const fresh = await this.#identity(seen);
    stop.check();
    const added = await addToClusters(seen.targets, fresh, this.#adding(false));
    stop.check();
    await this.#rekey(seen, fresh, sources);
    let commit = await rotationCommit(git, seen.own, { old, fresh: fresh.recipient });
    let id: string | null = null;
    if (commit !== null && request.commit) {
      stop.check();
      id = await commitRotation(this.#system, git, commit);
      talk.tell.say(`committed ${id.slice(0, 12)}`);
    }
    let pushed: boolean | null = false;
    if (commit === null || id !== null) {
      pushed = await isPushed(git, seen.landing);
      if (pushed !== true && request.push) pushed = await this.#push(seen.landing);
    }
    if (commit !== null && id !== null) commit = { ...commit, commands: [] };
    const { standings, failure } =
      pushed === true ? await awaitRotation(this.#system, this.#parts) : nothingAwaited;
    const isReady = !standings.some(isOpen);
    return this.#report(seen, {
      state: pushed === true && isReady && failure === null ? 'done' : 'open',
      ...{ added, pushed, standings, failure },
      commit: commit === null ? null : { ...commit, id },
    });
  }

  /** First of all, so that nothing is ever encrypted for a key that is lost. */
  async #identity(seen: Seen): Promise<ReplacingIdentity> {
    const { old, request, talk } = this.#parts;
    if (this.#fresh !== null) {
      if (this.#isToSave(this.#fresh, seen))
        this.#fresh = saveReplacing(this.#system, old, this.#fresh, request.output);
      talk.tell.say(`uses ${this.#fresh.recipient}, which was made to replace it (${this.#fresh.place})`);
      return this.#fresh;
    }
    const made = await makeReplacing(this.#system, old, this.#kind, request.output);
    talk.tell.say(`made ${made.recipient}, saved in ${made.place}`);
    this.#fresh = made;
    return made;
  }

  async #rekey(seen: Seen, fresh: ReplacingIdentity, sources: readonly KeySource[]): Promise<void> {
    const { talk, tree, old } = this.#parts;
    for (const file of seen.configurations) {
      const full = path.join(tree.top, file);
      const bytes = replacedConfig(this.#system, full, old, fresh.recipient);
      if (bytes !== null) this.#system.files.replace(full, bytes);
      talk.tell.say(`replaced the recipient in ${printablePath(file)}`);
    }
    if (seen.files.length === 0) return;
    const rekeying = this.#rekeying(sources, 're-keying');
    refuseUndone(await rekeyFiles(this.#system, seen.files, fresh.recipient, rekeying), seen.files.length);
    talk.tell.say(`re-keyed ${seen.files.length === 1 ? '1 file' : `${seen.files.length} files`}`);
  }

  async #push({ branch }: Landing): Promise<boolean> {
    const { git } = this.#parts.tree;
    if (branch === null) return false;
    await pushBranch(this.#system, git, branch, {
      code: 'cluster-key.refused',
      what: 'The rotation',
      wayOut: `The clusters decrypt with both keys. Where ${branch.name} is protected: git push ${branch.remote} HEAD:refs/heads/sopskit-rotate, open a pull request for it and merge it, then git pull --rebase ${branch.remote} ${branch.name}, and run the same command again, which goes on.`,
      conflict: outOfConflict(branch.remote, branch.name),
    });
    this.#parts.talk.tell.say(`pushed to ${branch.remote}/${branch.name}`);
    return true;
  }

  #adding(dryRun: boolean): Parameters<typeof addToClusters>[2] {
    const { talk, stop, old, request } = this.#parts;
    const { forceConflicts } = request;
    return {
      ...{ tell: talk.tell, interruption: stop, old, forceConflicts, dryRun },
      now: () => this.#system.now(),
    };
  }

  #rekeying(sources: readonly KeySource[], title: string): Rekeying {
    const { tree, old, stop, talk } = this.#parts;
    return {
      ...{ top: tree.top, old, sources, stop: stop.signal },
      progress: (done) => talk.progress(title, done),
    };
  }

  #report(
    seen: Seen,
    done: Pick<RotationReport, 'state' | 'pushed' | 'standings'> & {
      readonly added: readonly Added[];
      readonly commit?: RotationReport['commit'];
      readonly failure?: RotationReport['failure'];
    },
  ): RotationReport {
    const { old, clusters, request } = this.#parts;
    const fresh = this.#fresh;
    const clustersSeen = seen.targets.map(
      ({ bound, ref, state }): Added => ({
        context: bound.cluster.context,
        secret: `${ref.namespace}/${ref.name}`,
        entry: null,
        state,
      }),
    );
    const report = {
      state: done.state,
      old,
      fresh: fresh === null ? null : { recipient: fresh.recipient, place: fresh.place },
      steps: seen.state.steps,
      does: planSentences({ ...seen, ignored: this.#ignored }, request),
      clusters: done.added.length > 0 ? done.added : clustersSeen,
      configurations: seen.configurations,
      files: seen.exposed,
      ignored: this.#ignored,
      commit: done.commit ?? null,
      pushed: done.pushed,
      standings: done.standings,
      failure: done.failure ?? null,
    };
    const bounds = clusters.map(({ bound }) => bound);
    return { ...report, next: nextSteps(report, { landing: seen.landing, bounds, request }) };
  }
}
