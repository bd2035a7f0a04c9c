import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../../src/errors/sopskit-error.ts';
import { nextSteps } from '../../../../src/operations/cluster-keys/rotate/next-steps.ts';
import type { RotationReport } from '../../../../src/operations/cluster-keys/rotate/rotation-report.ts';

type Report = Omit<RotationReport, 'next'>;

const branch = { name: 'main', remote: 'origin', address: 'https://git.example.com/a' };
const landing = { branch, tip: 'a', behind: 0, others: [], problem: null };
const request = {
  ...{ old: null, skipped: [], output: null, remote: null, wait: true, commit: false, push: false },
  ...{ dryRun: false, postQuantum: false, forceConflicts: false, timeoutMs: 1 },
  workspace: { folder: '.', paths: [], clusters: [], remoteBases: false },
};
const commit = { files: ['a'], message: 'm', commands: ['git commit -a'], id: null };
const standing = {
  key: 'ns/apps',
  cluster: 'clusters/a',
  revision: null,
  why: 'it is suspended',
  needsOld: true,
};

function next(
  given: Partial<Report>,
  over: Partial<Parameters<typeof nextSteps>[1]> = {},
): readonly string[] {
  const report: Report = {
    ...{ state: 'open', old: 'OLD', fresh: null, steps: [], does: [], clusters: [], configurations: [] },
    ...{ files: [], ignored: [], commit: null, pushed: null, standings: [], failure: null },
    ...given,
  };
  return nextSteps(report, { landing, bounds: [], request, ...over });
}

describe('nextSteps', () => {
  it.each<[string, Partial<Report>, readonly string[]]>([
    ['nothing of a plan', { state: 'planned' }, []],
    [
      'the commit, the push and the command again',
      { commit },
      ['git commit -a', 'git push origin HEAD:main', 'sopskit keys rotate OLD'],
    ],
    [
      'itself for a commit of many files',
      { commit: { ...commit, commands: [] } },
      ['sopskit keys rotate OLD --commit', 'git push origin HEAD:main', 'sopskit keys rotate OLD'],
    ],
    [
      'the push of what is committed',
      { commit: { ...commit, id: 'abc' }, pushed: false },
      ['git push origin HEAD:main', 'sopskit keys rotate OLD'],
    ],
    [
      'what mends a Kustomization that blocks',
      { pushed: true, standings: [{ ...standing, state: 'suspended', mend: 'flux resume ks apps' }] },
      ['flux resume ks apps', 'sopskit keys rotate OLD'],
    ],
    [
      'what mends several once',
      {
        pushed: true,
        standings: [
          { ...standing, state: 'suspended', mend: 'flux resume source git a' },
          { ...standing, key: 'ns/b', state: 'suspended', mend: 'flux resume source git a' },
        ],
      },
      ['flux resume source git a', 'sopskit keys rotate OLD'],
    ],
    [
      'the retirement behind what is pinned: it does not come by itself',
      { pushed: true, standings: [{ ...standing, state: 'pinned', mend: 'move its source' }] },
      ['move its source', 'sopskit keys retire OLD'],
    ],
    [
      'the retirement alone where what is pinned does not need the old key',
      { pushed: true, standings: [{ ...standing, state: 'pinned', mend: null, needsOld: false }] },
      ['sopskit keys retire OLD'],
    ],
    ['the retirement at its end', { state: 'done', pushed: true }, ['sopskit keys retire OLD']],
  ])('has %s', (_, report, steps) => {
    expect(next(report)).toEqual(steps);
  });

  it('says why it cannot be pushed, and what brings the branch up to date', () => {
    const problem = new SopskitError('cluster-key.refused', 'the branch other is checked out');
    expect(next({ pushed: null }, { landing: { ...landing, branch: null, problem } })[0]).toContain(
      problem.message,
    );
    expect(next({ pushed: false }, { landing: { ...landing, behind: 1, problem } })[0]).toBe(
      'git pull --rebase origin main',
    );
  });

  it('names the commits that a push takes along', () => {
    const others = ['0123456 somebody else’s', '1234567 another'];
    expect(next({ commit }, { landing: { ...landing, others } })[1]).toBe(
      'git push origin HEAD:main    # with 2 other commits that are only here: 0123456 somebody else’s; 1234567 another',
    );
  });

  it('names what the same command needs again', () => {
    const workspace = { ...request.workspace, paths: ['clusters/a b'] };
    const given = { ...request, skipped: ['office'], output: 'new.agekey', workspace };
    expect(next({ pushed: false }, { request: given }).at(-1)).toBe(
      "sopskit keys rotate OLD --skip-cluster office --output new.agekey --path 'clusters/a b'",
    );
  });
});
