import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../../src/errors/sopskit-error.ts';
import { nextSteps } from '../../../../src/operations/cluster-keys/rotate/next-steps.ts';
import type { RotationReport } from '../../../../src/operations/cluster-keys/rotate/rotation-report.ts';

type Report = Omit<RotationReport, 'next'>;

const branch = { name: 'main', remote: 'origin', address: 'https://git.example.com/a' };
const landing = { branch, tip: 'a', behind: 0, problem: null };
const request = { skipped: [], output: null, wait: true };
const commit = { files: ['a'], message: 'm', commands: ['git commit -a'], id: null };
const standing = { key: 'ns/apps', cluster: 'clusters/a', revision: null, why: 'it is suspended' };

function next(
  given: Partial<Report>,
  over: Partial<Parameters<typeof nextSteps>[1]> = {},
): readonly string[] {
  const report: Report = {
    ...{ state: 'open', old: 'OLD', fresh: null, steps: [], does: [], clusters: [], configurations: [] },
    ...{ files: [], commit: null, pushed: null, standings: [] },
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

  it('names what the same command needs again', () => {
    const given = { skipped: ['office'], output: 'new.agekey', wait: true };
    expect(next({ pushed: false }, { request: given }).at(-1)).toBe(
      'sopskit keys rotate OLD --skip-cluster office --output new.agekey',
    );
  });
});
