import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { holdsRecipients, holdsUsable } from '../../../src/operations/cluster-keys/holds.ts';
import { keySecretOf } from '../../../src/operations/cluster-keys/read-key-secret.ts';
import { opensWith } from '../../../src/sops/opens-with.ts';
import { ageVectors } from '../../keys/age/age-vectors.ts';
import { keyFile, vectors } from '../../keys/pgp/world.ts';
import { tree } from '../flux-doctor/made-reading.ts';

const { x25519, pq, ssh } = ageVectors;
const { alice, bob } = vectors.fingerprints;
const key = (source: string, id: string, enc: string | null = null): MasterKey => ({
  ...{ source, id, enc, fields: { kind: 'mapping', entries: [] } },
});
const aliceKey = readFileSync(keyFile('alice.key.asc'));
const toBob = vectors.messages.find(({ to, keyIds }) => to === 'bob' && keyIds !== null)?.armored ?? '';
const toAlice = vectors.messages.find(({ to, keyIds }) => to === 'alice' && keyIds !== null)?.armored ?? '';

function secret(data: Readonly<Record<string, string | Uint8Array>>): ReturnType<typeof keySecretOf> {
  const encoded = Object.entries(data).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return keySecretOf(tree({ metadata: { name: 'sops-age' }, data: Object.fromEntries(encoded) }), null);
}

describe('recipients', () => {
  it('of age are compared by their text, of SSH without the comment', () => {
    const holds = holdsRecipients([x25519.recipient, `${ssh.ed25519.recipient} me@host`]);
    expect(holds(key('age', x25519.recipient))).toBe(true);
    expect(holds(key('age', `${ssh.ed25519.recipient} you@host`))).toBe(true);
    expect(holds(key('age', pq.recipient))).toBe(false);
    expect(holds(key('hc_vault', x25519.recipient))).toBe(false);
  });

  it('of PGP are compared by fingerprint or long key id', () => {
    for (const held of [bob, bob.toLowerCase(), bob.slice(-16), `0x${bob}`]) {
      const holds = holdsRecipients([held]);
      for (const id of [bob, `${bob}!`, bob.slice(-16), bob.toLowerCase()])
        expect(holds(key('pgp', id))).toBe(true);
      expect(holds(key('pgp', alice))).toBe(false);
      expect(holds(key('pgp', bob.slice(-8)))).toBe(false);
      expect(holds(key('kms', bob))).toBe(false);
    }
  });
});

describe('what the controller could use of a Secret', () => {
  it('is what stands under a name and of a kind that it takes', async () => {
    const holds = holdsUsable([
      await secret({ 'a.agekey': x25519.identity, 'b.txt': pq.identity, 'k.asc': aliceKey }),
    ]);
    expect(holds(key('age', x25519.recipient))).toBe(true);
    expect(holds(key('age', pq.recipient))).toBe(false);
    expect(holds(key('pgp', alice))).toBe(true);
    expect(holds(key('pgp', bob))).toBe(false);
  });

  it('is nothing where it fails on an entry', async () => {
    const broken = await secret({ 'a.agekey': x25519.identity, 'b.agekey': 'garbage' });
    expect(holdsUsable([broken])(key('age', x25519.recipient))).toBe(false);
    expect(holdsUsable([broken], { pastProblems: true })(key('age', x25519.recipient))).toBe(true);
  });

  it('is no PGP key in the Secret of the controller itself, nor what is wrong with one', async () => {
    const own = await secret({ 'a.agekey': x25519.identity, 'k.asc': 'garbage', 'l.asc': aliceKey });
    const holds = holdsUsable([own], { ageOnly: true });
    expect(holds(key('age', x25519.recipient))).toBe(true);
    expect(holds(key('pgp', alice))).toBe(false);
  });

  it('is no key that it cannot use', async () => {
    const holds = holdsUsable([await secret({ 'k.asc': readFileSync(keyFile('bob.key.asc')) })]);
    expect(holds(key('pgp', bob))).toBe(false);
  });

  it('goes by the subkeys that a message names', async () => {
    const holds = holdsUsable([await secret({ 'k.asc': aliceKey })]);
    expect(holds(key('pgp', alice, toAlice))).toBe(true);
    expect(holds(key('pgp', alice, toBob))).toBe(false);
    expect(holds(key('pgp', alice, 'garbage'))).toBe(true);
  });

  it('opens as many groups as are asked for', () => {
    const groups = [[key('age', x25519.recipient)], [key('age', pq.recipient)], [key('pgp', alice)]];
    const holds = holdsRecipients([x25519.recipient, alice]);
    const opens = (shamirThreshold: number): boolean =>
      opensWith({ keyGroups: groups, shamirThreshold }, holds);
    expect([1, 2, 3, 0].map(opens)).toEqual([true, true, false, false]);
  });
});
