import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { kustomizationGroup } from '../../../src/flux/kustomization.ts';
import { planAdd } from '../../../src/flux/restructure/add.ts';
import type { Ground } from '../../../src/flux/restructure/ground.ts';
import { planMove } from '../../../src/flux/restructure/move.ts';
import { planMovePath } from '../../../src/flux/restructure/move-path.ts';
import { planRename } from '../../../src/flux/restructure/rename.ts';
import { planSplit } from '../../../src/flux/restructure/split.ts';
import type { RestructureStep, Restructuring } from '../../../src/flux/restructure/step.ts';
import { type RandomCase, type RandomRequest, randomCases } from './random-repository.ts';
import { groundOf, ownersAfter, ownersIn } from './scene.ts';

function plan(ground: Ground, { verb, request }: RandomRequest): Promise<Restructuring> {
  switch (verb) {
    case 'split':
      return planSplit(ground, request);
    case 'move':
      return planMove(ground, request);
    case 'path':
      return planMovePath(ground, request);
    case 'rename':
      return planRename(ground, request);
    case 'add':
      return planAdd(ground, request);
  }
}

/** Plans a case; `null`: it was refused, with a message and never by a crash. */
async function planned({
  files,
  request,
}: RandomCase): Promise<{ ground: Ground; restructuring: Restructuring } | null> {
  const ground = await groundOf(files);
  try {
    return { ground, restructuring: await plan(ground, request) };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    expect(['restructure.refused', 'flux.not-found', 'usage.invalid']).toContain(error.code);
    return null;
  }
}

/** Ids that a request takes out of the cluster by its nature: the Kustomization's own, the renamed object's. */
function intended({ verb, request }: RandomRequest, id: string): boolean {
  const name =
    verb === 'split' ? request.name : verb === 'rename' ? (request.old.split('/').at(-1) ?? '') : null;
  return name !== null && id.split('_')[1] === name;
}

/** Ids whose owner is watched before the next step, or whose Kustomization was seen to prune nothing before. */
function covered(steps: readonly RestructureStep[], index: number): ReadonlySet<string> {
  return new Set(
    steps
      .slice(index)
      .flatMap(({ guards }) => guards.flatMap((guard) => (guard.kind === 'owner' ? [guard.id] : []))),
  );
}

describe('random restructurings of random repositories', () => {
  it('delete nothing but what was asked for, and lose nothing', { timeout: 300_000 }, async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomCases, async (one) => {
        const found = await planned(one);
        const { verb } = one.request;
        counts.set(verb, (counts.get(verb) ?? 0) + (found === null ? 0 : 1));
        if (found === null) return;
        const { ground, restructuring } = found;
        for (const [index, step] of restructuring.steps.entries()) {
          for (const change of step.plan?.clusters.flatMap(({ objects }) => objects) ?? []) {
            const { id, kind, risk } = change;
            if (kind === 'deleted' || kind === 'orphaned') expect(intended(one.request, id), id).toBe(true);
            else if (risk !== 'none') expect(covered(restructuring.steps, index), id).toContain(id);
          }
        }
        const [before, after] = [ownersIn(ground.cluster), await ownersAfter(ground, restructuring)];
        for (const id of before.keys())
          if (!intended(one.request, id)) expect([...after.keys()], id).toContain(id);
        for (const [id, owners] of after) expect(owners, id).toHaveLength(1);
        for (const [id] of after) if (!before.has(id)) expect(isNew(one.request, id), id).toBe(true);
      }),
      { numRuns: 150, seed: 5 },
    );
    // the refusals must not have left nothing to look at
    for (const verb of ['split', 'move', 'path', 'rename', 'add'])
      expect(counts.get(verb) ?? 0, verb).toBeGreaterThan(0);
  });
});

function isNew({ verb, request }: RandomRequest, id: string): boolean {
  const [, name = ''] = id.split('_');
  if (verb === 'split')
    return id.includes(kustomizationGroup) && request.into.some((part) => part.name === name);
  if (verb === 'rename') return name === 'renamed';
  return verb === 'add';
}
