import { expect, it } from 'vitest';
import { isSame } from '../../../src/operations/flux-doctor/repository-limits.ts';

it('knows a repository by SSH, HTTPS and as a folder', () => {
  const ssh = 'ssh://git@example.com:22/a/b.git';
  for (const same of [
    'git@example.com:a/b.git',
    'https://user:x@Example.com/a/b',
    ssh,
    '/srv/git/b.git',
    '../b',
  ])
    expect([same, isSame(same, ssh)]).toEqual([same, true]);
  for (const other of ['git@example.com:a/c.git', 'https://other.com/a/b', '/srv/git/c'])
    expect([other, isSame(other, ssh)]).toEqual([other, false]);
});
