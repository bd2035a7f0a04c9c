import { describe, expect, it } from 'vitest';
import { isSameRepository } from '../../../src/flux/source/repository-url.ts';

describe('isSameRepository', () => {
  it.each([
    ['git@github.com:me/fleet.git', 'ssh://git@github.com/me/fleet'],
    ['https://github.com/me/fleet', 'ssh://git@github.com/me/fleet.git'],
    ['https://github.com/Me/Fleet/', 'https://GitHub.com/me/fleet'],
    ['https://me:secret@github.com/me/fleet', 'https://github.com/me/fleet'],
    ['ssh://git@ssh.github.com:443/me/fleet', 'git@github.com:me/fleet'],
    ['ssh://git@git.example.com:2222/me/fleet', 'https://git.example.com:8443/me/fleet.git'],
    ['https://git.example.com:443/a/b/c', 'https://git.example.com/a/b/c'],
    ['http://127.0.0.1:3000/x.git', 'http://127.0.0.1:3000/x'],
    ['/srv/git/fleet.git', '/srv/git/fleet.git'],
  ])('%s is %s', (one, other) => {
    expect(isSameRepository(one, other)).toBe(true);
    expect(isSameRepository(other, one)).toBe(true);
  });

  it.each([
    ['https://github.com/me/fleet', 'https://github.com/me/fleet-infra'],
    ['https://github.com/me/fleet', 'https://gitlab.com/me/fleet'],
    ['https://github.com/me/fleet', 'https://github.com/you/fleet'],
    ['http://127.0.0.1:3000/x', 'http://127.0.0.1:4000/x'],
    ['', 'https://github.com/me/fleet'],
    ['/srv/git/fleet.git', '/srv/git/other.git'],
  ])('%s is not %s', (one, other) => {
    expect(isSameRepository(one, other)).toBe(false);
  });
});
