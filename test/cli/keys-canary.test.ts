import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encrypt } from '../../src/index.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { KeysWorld } from './keys-world.ts';

const { x25519, pq, ssh } = ageVectors;
const value = 'CANARY-of-a-test-value';
/** What must not be seen: long pieces of the private parts, in any case. */
const secrets = [
  x25519.identity.slice(20, 50),
  pq.identity.slice(24, 54),
  ssh.ed25519.privateKey.split('\n')[2]?.slice(0, 30) ?? '',
  value,
];

const commands = [
  ['keys', 'list'],
  ['keys', 'list', '--json'],
  ['keys', 'list', '--run-commands'],
  ['keys', 'doctor'],
  ['keys', 'doctor', 'sealed.yaml'],
  ['keys', 'doctor', 'sealed.yaml', '--json'],
  ['keys', 'doctor', 'plain.yaml'],
  ['keys', 'doctor', 'cut.yaml'],
  ['keys', 'doctor', 'mixed.yaml', '--json'],
  ['keys', 'doctor', 'keys.agekey'],
  ['keys', 'doctor', 'missing.yaml'],
  ['keys', 'audit'],
  ['keys', 'audit', '--json'],
  ['keys', 'audit', '--html', '-'],
  ['keys', 'audit', '--history'],
  ['keys', 'audit', 'missing.yaml'],
  ['keys', 'generate', '--output', 'plain.yaml'],
];

const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the right ones': { SOPS_AGE_KEY: `${x25519.identity}\n${pq.identity}` },
  'quotes and small letters': { SOPS_AGE_KEY: `"${x25519.identity.toLowerCase()}"` },
  'a damaged key': { SOPS_AGE_KEY: `${x25519.identity.slice(0, -1)} ${pq.identity}Q` },
  'a key where a path belongs': {
    SOPS_AGE_KEY_FILE: x25519.identity,
    SOPS_AGE_SSH_PRIVATE_KEY_FILE: ssh.ed25519.privateKey,
  },
  'a key where a recipient belongs': { SOPS_AGE_RECIPIENTS: x25519.identity },
  'a key where a program belongs': { SOPS_GPG_EXEC: x25519.identity, SOPS_AGE_KEY_CMD: x25519.identity },
  'a key in a command': { SOPS_AGE_KEY_CMD: `'${process.execPath}' --x ${x25519.identity}` },
  'a command that gives rubbish': { SOPS_AGE_KEY_CMD: `'${process.execPath}' -p '"x${x25519.identity}"'` },
};

let world: KeysWorld;
beforeAll(async () => {
  world = new KeysWorld();
  const recipients = { age: [x25519.recipient, ssh.ed25519.recipient] };
  const sealed = await encrypt(`password: ${value}\n`, { format: 'yaml', recipients });
  world.write('sealed.yaml', sealed);
  world.write('plain.yaml', `password: ${value}\n`);
  world.write('mixed.yaml', `added: ${value}\n${sealed}`);
  world.write('cut.yaml', `added: ${value}\n${sealed.slice(0, sealed.length / 2)}\n  - broken: [${value}`);
  world.write('keys.agekey', `# a test key\n${x25519.identity}\n`);
  world.write(world.defaultKeyFile, `# test keys\nx${x25519.identity}\n${pq.identity}\n`, 0o644);
  world.write(`${world.home}/.ssh/id_ed25519`, ssh.ed25519.privateKey.replaceAll('A', 'B'));
});
afterAll(() => world.remove());

describe.each(Object.entries(environments))('with %s in the environment', (_name, variables) => {
  it.each(commands.map((command) => [command.join(' '), command] as const))(
    '%s shows no secret',
    async (_line, command) => {
      const { stdout, stderr } = await world.run(command, { ...variables, SOPSKIT_DEBUG: '1' });
      expect(stdout + stderr).not.toBe('');
      expect(stderr).not.toContain('internal error');
      for (const secret of secrets) {
        expect(secret.length).toBeGreaterThan(20);
        expect(stdout.toLowerCase()).not.toContain(secret.toLowerCase());
        expect(stderr.toLowerCase()).not.toContain(secret.toLowerCase());
      }
    },
  );
});

describe('a private key as an argument', () => {
  it.each([
    ['keys', 'doctor', x25519.identity],
    ['keys', 'audit', x25519.identity],
    ['keys', 'audit', '--html', x25519.identity],
    ['keys', 'audit', '--output', x25519.identity],
    ['keys', 'generate', x25519.identity],
    ['keys', 'generate', '--output', x25519.identity],
    ['keys', 'list', x25519.identity],
  ])('%s %s is refused and not repeated', async (...command) => {
    const { status, stdout, stderr } = await world.run(command);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain(x25519.identity.slice(20, 50));
  });
});
