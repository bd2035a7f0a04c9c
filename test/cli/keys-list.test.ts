import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlacesDocument } from '../../src/repository/doctor/places-text.ts';
import { ageVectors } from '../keys/age/age-vectors.ts';
import { KeysWorld } from './keys-world.ts';

const { x25519, pq, ssh, lockedKeyFile } = ageVectors;
let world: KeysWorld;
beforeEach(() => {
  world = new KeysWorld();
});
afterEach(() => world.remove());

async function listed(variables: Record<string, string> = {}, ...flags: string[]): Promise<PlacesDocument> {
  const { status, stdout } = await world.run(['keys', 'list', '--json', ...flags], variables);
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

function placeIn({ places }: PlacesDocument, name: string) {
  const found = places.find(({ place }) => place === name || place.endsWith(name));
  if (found === undefined) throw new Error(`no place ${name}`);
  return found;
}

describe('keys list', () => {
  it('names every place where it looked, in sops’ order, and says what to do when all are empty', async () => {
    const { status, stdout, stderr } = await world.run(['keys', 'list']);
    expect(status).toBe(0);
    expect(stderr).toContain('sopskit keys generate');
    const places = stdout.split('\n').map((line) => line.split(/ {2,}/)[0]);
    expect(places).toEqual([
      'SOPS_AGE_SSH_PRIVATE_KEY_FILE',
      'SOPS_AGE_SSH_PRIVATE_KEY_CMD',
      `${world.home}/.ssh/id_ed25519`,
      `${world.home}/.ssh/id_rsa`,
      'SOPS_AGE_KEY',
      'SOPS_AGE_KEY_FILE',
      'SOPS_AGE_KEY_CMD',
      world.defaultKeyFile,
      'gpg',
      '',
    ]);
  });

  it('shows public halves of all kinds', async () => {
    world.write(world.defaultKeyFile, `# TEST KEYS\n${x25519.identity}\n${pq.identity}\n`);
    world.write(`${world.home}/.ssh/id_ed25519`, ssh.ed25519.privateKey);
    const found = await listed({ SOPS_AGE_KEY: x25519.identity });
    expect(found.identities).toBe(4);
    expect(placeIn(found, 'keys.txt').identities.map(({ kind, recipient }) => [kind, recipient])).toEqual([
      ['x25519', x25519.recipient],
      ['post-quantum', pq.recipient],
    ]);
    expect(placeIn(found, 'id_ed25519').identities[0]).toMatchObject({ kind: 'ssh-ed25519' });
    expect(placeIn(found, 'SOPS_AGE_KEY')).toMatchObject({ kind: 'variable', state: 'read', mode: null });
  });

  it('tells of a key file that others can read', async () => {
    world.write(world.defaultKeyFile, `${x25519.identity}\n`, 0o640);
    const open = placeIn(await listed(), 'keys.txt');
    expect(open.mode).toBe('0640');
    expect(open.problems.map(({ text }) => text)).toEqual(['others can read it (its mode is 0640)']);
    const { stdout } = await world.run(['keys', 'list']);
    expect(stdout).toContain(`chmod 600 ${world.defaultKeyFile}`);
    const closed = world.write('closed.txt', `${x25519.identity}\n`);
    const place = placeIn(await listed({ SOPS_AGE_KEY_FILE: closed }), 'SOPS_AGE_KEY_FILE');
    expect(place).toMatchObject({ mode: '0600', path: closed, problems: [] });
  });

  it('runs no command unless it is asked to', async () => {
    const command = `'${process.execPath}' -p '${JSON.stringify(x25519.identity)}'`;
    const unread = placeIn(await listed({ SOPS_AGE_KEY_CMD: command }), 'SOPS_AGE_KEY_CMD');
    expect(unread).toMatchObject({ state: 'unread', identities: [] });
    const run = placeIn(await listed({ SOPS_AGE_KEY_CMD: command }, '--run-commands'), 'SOPS_AGE_KEY_CMD');
    expect(run).toMatchObject({ state: 'read', identities: [{ recipient: x25519.recipient }] });
  });

  it('asks for no passphrase', async () => {
    world.write(world.defaultKeyFile, lockedKeyFile.armored);
    const place = placeIn(await listed(), 'keys.txt');
    expect(place).toMatchObject({
      state: 'read',
      identities: [{ kind: 'behind a passphrase', recipient: null }],
    });
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a path in SOPS_AGE_KEY', { SOPS_AGE_KEY: '/home/me/keys.txt' }, 'SOPS_AGE_KEY', /is a path/],
    [
      'a key in SOPS_AGE_KEY_FILE',
      { SOPS_AGE_KEY_FILE: x25519.identity },
      'SOPS_AGE_KEY_FILE',
      /holds a private key/,
    ],
    [
      'a file that is not there',
      { SOPS_AGE_KEY_FILE: 'nowhere' },
      'SOPS_AGE_KEY_FILE',
      /there is no file nowhere/,
    ],
    ['a public key', { SOPS_AGE_KEY: x25519.recipient }, 'SOPS_AGE_KEY', /public key/],
  ])('says what is wrong with %s', async (_what, variables, name, said) => {
    const place = placeIn(await listed(variables), name);
    expect(place.state).toBe('broken');
    expect(place.problems[0]?.text).toMatch(said);
  });

  it('takes no argument', async () => {
    const { status, stderr } = await world.run(['keys', 'list', 'file.yaml']);
    expect(status).toBe(1);
    expect(stderr).toContain('keys doctor FILE');
  });
});
