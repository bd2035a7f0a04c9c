import { describe, expect, it } from 'vitest';
import { commitOf } from '../../../src/operations/git/reach.ts';
import { shownRemote } from '../../../src/operations/git/remote-address.ts';

describe('addresses and revisions', () => {
  it('shows an address without user and password', () => {
    expect(shownRemote('https://user:canary@git.example.com/a/b.git')).toBe(
      'https://git.example.com/a/b.git',
    );
    expect(shownRemote('ssh://git@git.example.com/a/b')).toBe('ssh://git.example.com/a/b');
    expect(shownRemote('git@git.example.com:a/b.git')).toBe('git@git.example.com:a/b.git');
  });

  it('reads the commit of a revision', () => {
    const id = '2222222222222222222222222222222222222222';
    expect(commitOf(`main@sha1:${id}`)).toBe(id);
    expect(commitOf(`main/${id}`)).toBe(id);
    expect(commitOf('latest@sha256:abc')).toBeNull();
    expect(commitOf('')).toBeNull();
  });
});
