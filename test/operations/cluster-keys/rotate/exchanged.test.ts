import { describe, expect, it } from 'vitest';
import { masterKeyOf } from '../../../../src/keys/age/master-key.ts';
import { exchanged } from '../../../../src/operations/cluster-keys/rotate/rekey-files.ts';

describe('exchanged', () => {
  it.each([
    ['at its place', 'a old b', 'a new b'],
    ['once, where it stands twice', 'old a old', 'new a'],
    ['not beside itself', 'old a new', 'a new'],
    ['nowhere', 'a b', 'a b'],
  ])('puts the new recipient %s', (_, before, after) => {
    const group = before.split(' ').map(masterKeyOf);
    expect(exchanged(group, 'old', 'new').map(({ id }) => id)).toEqual(after.split(' '));
  });

  it('leaves keys of other kinds alone', () => {
    const pgp = { ...masterKeyOf('old'), source: 'pgp' };
    expect(exchanged([pgp], 'old', 'new')).toEqual([pgp]);
  });
});
