import { describe, expect, it } from 'vitest';
import { generateIdentity } from '../../../src/keys/age/generate.ts';
import { ageSourceHolding } from '../../../src/keys/age/held-source.ts';
import { masterKeyOf } from '../../../src/keys/age/master-key.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { nodeSystem } from '../../../src/system/node/node-system.ts';

/** A machine without any identity. */
function bareSystem() {
  const system = nodeSystem();
  return {
    ...system,
    env: { get: () => undefined, all: () => ({}) },
    files: { ...system.files, home: '/nonexistent' },
  };
}

async function identity(kind: 'x25519' | 'hybrid') {
  const { recipient, file } = await generateIdentity(nodeSystem(), kind);
  const text = file.lendText((lines) => lines.trimEnd().split('\n').at(-1) ?? '');
  return { recipient, text: Secret.fromText(text) };
}

describe('ageSourceHolding', () => {
  it.each(['x25519', 'hybrid'] as const)('opens with an identity that is held (%s)', async (kind) => {
    const { recipient, text } = await identity(kind);
    const session = ageSourceHolding([text]).open(bareSystem());
    const key = await session.wrap(masterKeyOf(recipient), Secret.fromText('a test data key'));
    expect((await session.unwrap(key)).lendText((opened) => opened)).toBe('a test data key');
  });

  it('has no other identity', async () => {
    const [held, other] = [await identity('x25519'), await identity('x25519')];
    const session = ageSourceHolding([held.text]).open(bareSystem());
    const key = await session.wrap(masterKeyOf(other.recipient), Secret.fromText('a test data key'));
    await expect(session.unwrap(key)).rejects.toMatchObject({ code: 'key.unavailable' });
  });
});
