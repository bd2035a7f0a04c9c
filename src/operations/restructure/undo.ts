import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import type { ClusterModel } from '../../flux/model/model.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import type { Workspace } from '../../flux/workspace.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { type Begun, findUndone, idTrailer, restructuringsIn, type Undone, undoId } from './begun.ts';
import { successor, touchedCluster } from './undo-cluster.ts';
import { withoutCommit } from './undo-content.ts';
import { type State, stepsBetween } from './undo-steps.ts';

/** An undoing that is planned: a restructuring of its own. */
export interface Undoing {
  readonly restructuring: Restructuring;
  /** Of the state that it begins with. */
  readonly model: ClusterModel;
}

/**
 * Plans to take a restructuring back, from its commits on the branch: its steps in reverse, each as a revision during
 * which nothing that it moves can be pruned. What only the restructuring brought stays in the cluster. `id` `null`: the
 * newest on the branch that is not taken back. One that is, named by its id, is only looked at again. Throws `flux.not-found`, `restructure.refused`, `git.*`.
 */
export async function planUndo(
  system: System,
  workspace: Workspace,
  git: Git,
  id: string | null,
): Promise<Undoing> {
  const { begun, undoing } = await requireUndone(git, id);
  const states = await statesOf(system, workspace, git, begun, undoing?.base ?? 'HEAD');
  const first = touchedCluster(states.map(({ model }) => model));
  const numbers = [...begun.commits.keys()].sort((a, b) => b - a);
  const restructuring = { title: `take back ${begun.id}`, id: undoId(begun.id), cluster: first.name };
  const made = [];
  let cluster = first;
  for (const [index, from] of states.slice(0, -1).entries()) {
    const to = states[index + 1] ?? from;
    const next = successor(cluster, from.model, to.model);
    const label = `step ${numbers[index]} of ${begun.of}`;
    made.push(await stepsBetween(workspace, { from, to, cluster, next }, label));
    cluster = next;
  }
  return {
    restructuring: {
      ...restructuring,
      steps: made.flatMap(({ steps }) => steps),
      remarks: made.flatMap(({ remarks }) => remarks),
    },
    model: first,
  };
}

async function requireUndone(git: Git, id: string | null): Promise<Undone> {
  const known = await restructuringsIn(git);
  const found = id === null ? await newestStanding(git, known) : await findUndone(git, id);
  if (found !== null) return found;
  if (id === null && known.length > 0)
    throw new SopskitError('flux.not-found', 'every restructuring of the branch is taken back already', {
      hint: `To look at one again: sopskit restructure undo ${known[0]}`,
    });
  const why = 'the branch has no restructuring';
  if (id === null || known.length === 0)
    throw new SopskitError(
      'flux.not-found',
      `${why}: no commit in the history of HEAD has the trailer ${idTrailer}`,
    );
  const near = nearest(id, known);
  throw new SopskitError('flux.not-found', `${why} ${JSON.stringify(id)}`, {
    hint: near === null ? `There is ${known.slice(0, 5).join(', ')}.` : `Did you mean ${near}?`,
  });
}

/** The newest that is not taken back, or not wholly. */
async function newestStanding(git: Git, known: readonly string[]): Promise<Undone | null> {
  for (const id of known) {
    const found = await findUndone(git, id);
    if (found !== null && (found.undoing === null || found.undoing.step < found.undoing.of)) return found;
  }
  return null;
}

/** The state that it begins with, and those that the steps in reverse lead to. */
async function statesOf(
  system: System,
  workspace: Workspace,
  git: Git,
  begun: Begun,
  base: string,
): Promise<State[]> {
  const start = await workspace.snapshot(base);
  const states: State[] = [{ snapshot: start, edits: new Map(), model: await workspace.model(start) }];
  for (const [, commit] of [...begun.commits].sort(([a], [b]) => b - a)) {
    const draft = await withoutCommit(system, git, commit, states.at(-1)?.snapshot ?? start);
    const snapshot = draft.snapshot();
    states.push({ snapshot, edits: draft.edits, model: await workspace.model(snapshot) });
  }
  return states;
}
