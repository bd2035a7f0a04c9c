import { expect, it } from 'vitest';
import type { FoundIdentity } from '../../../../src/keys/age/found-identity.ts';
import { heldIdentities, withHeld } from '../../../../src/operations/cluster-keys/rotate/held-identities.ts';
import { Secret } from '../../../../src/secret/secret.ts';
import { nodeSystem } from '../../../../src/system/node/node-system.ts';
import { ageVectors } from '../../../keys/age/age-vectors.ts';
import { fakeCluster } from '../fake-cluster.ts';

const { x25519 } = ageVectors;
const old = `age1${'q'.repeat(58)}`;

function identity(recipient: string, replaces: string | null, place = 'keys.txt'): FoundIdentity {
  return { kind: 'x25519', recipient, place, path: null, text: Secret.fromText('a test'), replaces };
}

it('finds in a Secret what an identity replaces', async () => {
  const text = `# public key: ${x25519.recipient}\n# replaces: ${old}\n${x25519.identity}\n`;
  const data = { 'age.agekey': Buffer.from(text).toString('base64') };
  const metadata = { name: 'sops-age', namespace: 'ns' };
  const cluster = fakeCluster({ objects: [{ apiVersion: 'v1', kind: 'Secret', metadata, data }] });
  const bound = { cluster, model: null, by: 'none', live: new Map(), controller: null } as const;
  const decryption = {
    ...{ key: 'ns/apps', cluster: 'test', provider: 'sops', sealed: [], unknowns: [] },
    secret: { namespace: 'ns', name: 'sops-age' },
  } as never;
  const { held, replacing } = await heldIdentities(nodeSystem(), [{ bound, decryptions: [decryption] }]);
  expect([...held]).toEqual([x25519.recipient]);
  expect(replacing).toMatchObject([
    { recipient: x25519.recipient, replaces: old, place: expect.stringContaining('ns/sops-age') },
  ]);
  expect(replacing[0]?.text.lendText((one) => one)).toBe(x25519.identity);
});

it('adds what this machine does not have, and what it does not know of what it has', () => {
  const held = [identity('age1a', old), identity('age1b', old, 'a Secret'), identity('age1c', old)];
  const { found, unsaved } = withHeld([identity('age1a', null), identity('age1c', 'age1x')], held);
  expect(found.map(({ recipient, replaces, place }) => [recipient, replaces, place])).toEqual([
    ['age1a', old, 'keys.txt'],
    ['age1c', 'age1x', 'keys.txt'],
    ['age1b', old, 'a Secret'],
  ]);
  expect([...unsaved]).toEqual(['age1b']);
});
