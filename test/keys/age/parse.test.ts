import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { ageSource } from '../../../src/keys/age/age-source.ts';
import { encodeBech32 } from '../../../src/keys/age/bech32.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { failureOf, testDataKey } from '../contract.ts';
import { ageVectors } from './age-vectors.ts';
import { testRecipient } from './plugin-program.ts';

const { x25519, pq, ssh, unsupportedSsh } = ageVectors;
/** From age's own tests: a P-256 point, and the recipient of a hardware key. */
const tag = 'age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e';

describe('recipients', () => {
  it('are separated by commas, with white space around them', () => {
    const keys = ageSource.parse(` ${x25519.recipient} ,\n${ssh.rsa.publicKey},${testRecipient}`);
    expect(keys.map(({ id }) => id)).toEqual([x25519.recipient, ssh.rsa.publicKey, testRecipient]);
  });

  it.each([
    ['X25519', x25519.recipient],
    ['post-quantum', pq.recipient],
    ['tagged', tag],
    ['plugin', testRecipient],
    ['ssh-ed25519 with a comment', ssh.ed25519.publicKey],
    ['ssh-ed25519 without', ssh.ed25519.publicKey.split(' ').slice(0, 2).join(' ')],
    ['ssh-rsa', ssh.rsa.publicKey],
  ])('of each kind are accepted: %s', (_kind, text) => {
    expect(ageSource.parse(text)).toMatchObject([{ id: text, enc: null }]);
  });

  it.each([
    ['an empty one', `${x25519.recipient},`, 'is empty'],
    ['a changed character', x25519.recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')), 'checksum'],
    ['upper case', x25519.recipient.toUpperCase(), 'is not an age recipient'],
    ['a short key', encodeBech32('age', Buffer.alloc(31)), 'not as long'],
    [
      'a short post-quantum key',
      encodeBech32('age1pq', Buffer.alloc(31)),
      'holds no key of the type age1pq1',
    ],
    ['post-quantum numbers out of range', encodeBech32('age1pq', Buffer.alloc(1216, 255)), 'holds no key'],
    [
      'a point that is none',
      encodeBech32('age1tag', Buffer.alloc(33, 5)),
      'holds no key of the type age1tag1',
    ],
    ['a plugin name with a path', encodeBech32('age1a/b', Buffer.alloc(3)), 'plugin name'],
    ['ECDSA', `ssh-ecdsa ${unsupportedSsh.publicKey.split(' ')[1]}`, 'neither an ssh-ed25519 nor an ssh-rsa'],
    [
      "a type that is not the key's",
      ssh.rsa.publicKey.replace('ssh-rsa', 'ssh-ed25519'),
      'it says ssh-ed25519',
    ],
    ['damaged base64', 'ssh-ed25519 AAAA!', 'base64'],
    ['a cut SSH key', `ssh-ed25519 ${ssh.ed25519.publicKey.split(' ')[1]?.slice(0, 40)}`, 'cut short'],
  ])('that are none are refused: %s', (_what, text, message) => {
    const error = thrown(() => ageSource.parse(text));
    expect(error).toMatchObject({ code: 'key.invalid', message: expect.stringContaining(message) });
  });

  it.each([
    ['X25519', x25519.identity],
    ['post-quantum', pq.identity],
    ['plugin', pq.pluginIdentity],
    ['lower case', x25519.identity.toLowerCase()],
    ['SSH', ssh.ed25519.privateKey],
    ['behind a public key', `${x25519.recipient} ${x25519.identity}`],
  ])('that are private keys are refused without a trace: %s', (_kind, text) => {
    const error = thrown(() => ageSource.parse(text));
    expect(error.message).toContain('a private key was given');
    const shown = `${error.message} ${error.hint}`.toUpperCase();
    for (const piece of text.match(/\S{16}/g) ?? []) expect(shown).not.toContain(piece.toUpperCase());
  });

  it('of low order are refused when wrapping, as age does', async () => {
    const [key] = ageSource.parse(encodeBech32('age', Buffer.alloc(32)));
    if (key === undefined) throw new Error('expected a key');
    const error = await failureOf(ageSource.open(fakeSystem()).wrap(key, testDataKey()));
    expect(error).toMatchObject({ code: 'key.wrap', message: expect.stringContaining('low order') });
  });
});

describe('metadata', () => {
  it('is read without checking the recipient, as in sops; wrapping checks it', async () => {
    const key = ageSource.decode({
      kind: 'mapping',
      entries: [{ kind: 'entry', key: 'recipient', value: { kind: 'string', value: 'age1nonsense' } }],
    });
    expect(key).toMatchObject({ id: 'age1nonsense', enc: null });
    expect((await failureOf(ageSource.open(fakeSystem()).wrap(key, testDataKey()))).code).toBe('key.wrap');
    expect((await failureOf(ageSource.open(fakeSystem()).unwrap(key))).code).toBe('key.unavailable');
  });

  it.each(['recipient', 'enc'])('with a %s that is not text is refused', (name) => {
    const text = {
      kind: 'entry',
      key: 'recipient',
      value: { kind: 'string', value: x25519.recipient },
    } as const;
    const number = { kind: 'entry', key: name, value: { kind: 'int', value: 1n } } as const;
    const entries = name === 'recipient' ? [number] : [text, number];
    expect(thrown(() => ageSource.decode({ kind: 'mapping', entries })).code).toBe('sops.metadata');
  });
});

function thrown(action: () => unknown): SopskitError {
  try {
    action();
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
