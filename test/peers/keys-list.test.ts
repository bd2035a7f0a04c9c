import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PlacesDocument } from '../../src/repository/doctor/places-text.ts';
import { KeysWorld } from '../cli/keys-world.ts';
import { describePeers } from './peers.ts';

/** Where a key is put: files below the home, and variables. `KEY` stands for the key's text, `HOME` for the home. */
interface Environment {
  readonly name: string;
  readonly files: Readonly<Record<string, 'key' | 'ssh'>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Whether sops finds the key. Default: true. */
  readonly found?: false;
}

const environments: readonly Environment[] = [
  { name: 'the default file', files: { '.config/sops/age/keys.txt': 'key' }, variables: {} },
  {
    name: 'XDG_CONFIG_HOME',
    files: { 'xdg/sops/age/keys.txt': 'key' },
    variables: { XDG_CONFIG_HOME: 'HOME/xdg' },
  },
  {
    name: 'the default file, hidden by XDG_CONFIG_HOME',
    files: { '.config/sops/age/keys.txt': 'key' },
    variables: { XDG_CONFIG_HOME: 'HOME/xdg' },
    found: false,
  },
  { name: 'SOPS_AGE_KEY', files: {}, variables: { SOPS_AGE_KEY: 'KEY' } },
  { name: 'SOPS_AGE_KEY_FILE', files: { k: 'key' }, variables: { SOPS_AGE_KEY_FILE: 'HOME/k' } },
  { name: 'SOPS_AGE_KEY_CMD', files: { k: 'key' }, variables: { SOPS_AGE_KEY_CMD: 'cat HOME/k' } },
  { name: '~/.ssh/id_ed25519', files: { '.ssh/id_ed25519': 'ssh' }, variables: {} },
  {
    name: 'SOPS_AGE_SSH_PRIVATE_KEY_FILE',
    files: { other: 'ssh' },
    variables: { SOPS_AGE_SSH_PRIVATE_KEY_FILE: 'HOME/other' },
  },
  { name: 'a file that is not looked into', files: { 'keys.txt': 'key' }, variables: {}, found: false },
  {
    name: 'a path in SOPS_AGE_KEY',
    files: { k: 'key' },
    variables: { SOPS_AGE_KEY: 'HOME/k' },
    found: false,
  },
];

describePeers('keys list', ['sops', 'age-keygen', 'ssh-keygen'], (peers) => {
  let world: KeysWorld;
  beforeEach(() => {
    world = new KeysWorld();
  });
  afterEach(() => world.remove());

  const path_ = process.env['PATH'] ?? '';
  function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return spawnSync(program, args, { cwd: world.folder, env: { PATH: path_, HOME: world.home, ...env } });
  }

  it.each(environments)('agrees with real sops on $name', async ({ files, variables, found }) => {
    const key = run(peers['age-keygen'], []).stdout.toString();
    const ssh = path.join(world.folder, 'ssh-test-key');
    run(peers['ssh-keygen'], ['-q', '-t', 'ed25519', '-N', '', '-C', 'test key', '-f', ssh]);
    const isSsh = Object.values(files).includes('ssh');
    const recipient = isSsh
      ? readFileSync(`${ssh}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ')
      : (/public key: (\S+)/.exec(key)?.[1] ?? '');
    writeFileSync(path.join(world.folder, 'f.yaml'), 'a: 1\n');
    run(peers.sops, ['encrypt', '-i', '--age', recipient, 'f.yaml']);
    for (const [name, kind] of Object.entries(files))
      world.write(path.join(world.home, name), kind === 'ssh' ? readFileSync(ssh) : key);
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value.replace('KEY', key.trim().split('\n').at(-1) ?? '').replace('HOME', world.home),
      ]),
    );

    const opens = run(peers.sops, ['decrypt', 'f.yaml'], env).status === 0;
    expect(opens).toBe(found ?? true);
    const listed = await world.run(['keys', 'list', '--json', '--run-commands'], { PATH: path_, ...env });
    const { places }: PlacesDocument = JSON.parse(listed.stdout);
    const recipients = places.flatMap(({ identities }) => identities.map((each) => each.recipient));
    expect(recipients.includes(recipient)).toBe(opens);
    const doctor = await world.run(['keys', 'doctor', path.join(world.folder, 'f.yaml')], {
      PATH: path_,
      ...env,
    });
    expect(doctor.status).toBe(opens ? 0 : 1);
  });
});

describePeers('keys list and gpg', ['gpg'], ({ gpg }) => {
  let world: KeysWorld;
  beforeEach(() => {
    world = new KeysWorld();
  });
  afterEach(() => {
    spawnSync('gpgconf', ['--homedir', path.join(world.home, '.gnupg'), '--kill', 'all']);
    world.remove();
  });

  it('shows the secret keys with their user ids, and makes no keyring where there is none', async () => {
    const variables = { PATH: process.env['PATH'] ?? '', SOPS_GPG_EXEC: gpg };
    const before: PlacesDocument = JSON.parse(
      (await world.run(['keys', 'list', '--json'], variables)).stdout,
    );
    expect(before.places.at(-1)).toMatchObject({ kind: 'gpg', state: 'absent' });
    expect(world.system().files.kindOf(path.join(world.home, '.gnupg'))).toBeNull();

    const env = { PATH: variables.PATH, HOME: world.home };
    const home = path.join(world.home, '.gnupg');
    world.write(path.join(home, 'gpg.conf'), '');
    const args = [
      '--batch',
      '--passphrase',
      '',
      '--quick-gen-key',
      'Test: Key <test@example.com>',
      'rsa2048',
      'default',
    ];
    expect(spawnSync(gpg, args, { env }).status).toBe(0);
    const after: PlacesDocument = JSON.parse((await world.run(['keys', 'list', '--json'], variables)).stdout);
    expect(after.places.at(-1)?.identities).toEqual([
      {
        kind: 'pgp',
        recipient: expect.stringMatching(/^[0-9A-F]{40}$/),
        name: 'Test: Key <test@example.com>',
        flaw: null,
      },
    ]);
  });
});
