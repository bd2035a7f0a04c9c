import { connect } from '../../../cluster/connect.ts';
import type { ConnectionOptions } from '../../../cluster/connection.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { openWorkspace } from '../../../flux/open-workspace.ts';
import type { WorkspaceOptions } from '../../../flux/workspace.ts';
import type { Progress } from '../../../repository/many/run-many.ts';
import type { System } from '../../../system/system.ts';
import { type Interruption, interruption } from '../../watch/interruption.ts';
import type { Narrator } from '../../watch/narrator.ts';
import { bindCluster } from '../bind-cluster.ts';
import { chooseOld } from './choose-recipient.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';
import { identitiesHere, namesOf, type RotationTree, readTree } from './ground.ts';
import { heldIdentities, withHeld } from './held-identities.ts';
import { requireMerged } from './left-out.ts';
import { requireRotatable } from './replacing-identity.ts';
import { Rotation } from './rotation.ts';
import type { RotationReport } from './rotation-report.ts';
import { recipientsInUse } from './survey.ts';
import { typedFlags } from './typed-flags.ts';

/** What is rotated, and how far. */
export interface RotateRequest {
  /** The recipient to replace; `null`: the only one that there is. */
  readonly old: string | null;
  /** The file for the new identity; `null`: the default key file. */
  readonly output: string | null;
  readonly postQuantum: boolean;
  readonly commit: boolean;
  readonly push: boolean;
  /** Whether to wait until every Kustomization that decrypts is Ready. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly forceConflicts: boolean;
  /** Clusters of the repository that get the new identity otherwise. */
  readonly skipped: readonly string[];
  /** git remote to push to; `null`: the one that the clusters fetch from. */
  readonly remote: string | null;
  /** Contexts, one a cluster; empty: the current one. */
  readonly contexts: readonly string[];
  readonly connection: ConnectionOptions;
  readonly workspace: WorkspaceOptions;
}

/** Whom a rotation speaks with. */
export interface RotateTalk {
  readonly tell: Narrator;
  progress(title: string, done: Progress): void;
  /** Asked once, before anything is done. */
  confirm(plan: RotationPlan): Promise<boolean>;
}

/** What is about to be done. */
export interface RotationPlan {
  readonly old: string;
  /** `null`: a new identity is made. */
  readonly fresh: string | null;
  readonly kind: 'x25519' | 'hybrid';
  /** Sentences, in the order in which it is done. */
  readonly does: readonly string[];
}

/**
 * Leads through the rotation of an age key, with an overlap in which clusters hold both: a new identity, saved here; the
 * same in every cluster; recipients in `.sops.yaml` and files exchanged, with new data keys; the commit; the wait. What
 * is done already is found out from key files, Secrets, `.sops.yaml`, files and git, so that the same call goes on where
 * another stopped. All that can be refused is refused before anything is changed.
 *
 * Throws `cluster-key.*`, `git.*`, `cluster.*`, `file.*`, `identity.*`, `interrupted`.
 */
export async function rotateKey(
  system: System,
  request: RotateRequest,
  talk: RotateTalk,
): Promise<RotationReport> {
  if (request.old !== null) requireRotatable(request.old);
  const stop = interruption(system);
  const workspace = await openWorkspace(system, { ...request.workspace, clusters: [] });
  try {
    const tree = await readTree(system, workspace, request.contexts.length > 0);
    await requireMerged(tree.git);
    const clusters = await reach(system, request, tree, stop);
    const report = await decide(system, request, talk, { tree, clusters, stop });
    return { ...report, failure: resumable(report.failure) };
  } catch (error) {
    throw resumable(error);
  } finally {
    stop.release();
    await workspace.close();
  }
}

/** Connects to the clusters. A repository without any, or whose clusters are all skipped, needs none. */
async function reach(
  system: System,
  { contexts, connection, workspace, skipped }: RotateRequest,
  { models }: RotationTree,
  stop: Interruption,
): Promise<readonly DecryptingCluster[]> {
  const named = (name: string): boolean =>
    skipped.some((typed) => typed === name || typed === name.split('/').at(-1));
  const needed = models.filter(({ model }) => !named(model.name));
  if (contexts.length === 0 && needed.length === 0) return [];
  const clusters: DecryptingCluster[] = [];
  const wanted = contexts.length === 0 ? [connection.context] : [...new Set(contexts)];
  for (const context of wanted) {
    stop.check();
    const cluster = await connect(system, { ...connection, context, signal: stop.signal });
    const bound = await bindCluster(
      cluster,
      models.length === 0 ? null : { label: '', clusters: models.map(({ model }) => model) },
      workspace.clusters,
    );
    if (contexts.length > 0 && bound.model !== null && named(bound.model.name))
      throw new SopskitError(
        'cluster-key.refused',
        `the context ${cluster.context} is the cluster ${bound.model.name}, which --skip-cluster leaves out`,
        {
          hint: 'Leave one of the two flags out: a cluster gets the new key from this command, or otherwise.',
        },
      );
    const own = models.find(({ model }) => model.name === bound.model?.name);
    clusters.push({ bound, decryptions: own?.decryptions ?? [] });
  }
  return clusters;
}

interface Parts {
  readonly tree: RotationTree;
  readonly clusters: readonly DecryptingCluster[];
  readonly stop: Interruption;
}

async function decide(
  system: System,
  request: RotateRequest,
  talk: RotateTalk,
  parts: Parts,
): Promise<RotationReport> {
  const { survey } = parts.tree;
  const { held, replacing } = await heldIdentities(system, parts.clusters);
  const here = await identitiesHere(system, request.output);
  const { found, unsaved } = withHeld(here, replacing);
  try {
    const used = recipientsInUse(survey);
    const names = await namesOf(survey);
    const old = chooseOld({ named: request.old, held, used, found, names, flags: typedFlags(request) });
    const kind = requireRotatable(old);
    const rotation = new Rotation(system, { request, talk, ...parts, found, unsaved, held, used, old, kind });
    return await rotation.run();
  } finally {
    for (const { text } of found) text.wipe();
  }
}

function resumable<E>(error: E): E | SopskitError {
  if (!(error instanceof SopskitError) || error.code !== 'interrupted' || error.hint !== undefined)
    return error;
  return new SopskitError('interrupted', error.message, {
    hint: 'The clusters decrypt as before. Run the same command again, which goes on.',
  });
}
