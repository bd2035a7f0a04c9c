import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ageSource } from '../../src/keys/age/age-source.ts';
import { encodeBech32 } from '../../src/keys/age/bech32.ts';
import { openFile, parseFile } from '../../src/keys/age/file/age-file.ts';
import { encodeArmor } from '../../src/keys/age/file/armor.ts';
import { generateIdentity } from '../../src/keys/age/generate.ts';
import { HybridIdentity } from '../../src/keys/age/native/hybrid.ts';
import { sealWithPassphrase } from '../../src/keys/age/native/passphrase.ts';
import { PluginRecipient } from '../../src/keys/age/plugin/plugin-recipient.ts';
import type { MasterKey } from '../../src/keys/key-source.ts';
import { Secret } from '../../src/secret/secret.ts';
import { ageVectors, type SshVectorName } from '../keys/age/age-vectors.ts';
import { hexOf, testDataKey } from '../keys/contract.ts';
import { type FakeWorld, fakeSystem } from '../system/fake-system.ts';
import { describePeers } from './peers.ts';

const { passphrase, x25519, pq, ssh } = ageVectors;
const folder = mkdtempSync(join(tmpdir(), 'sopskit-age-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dataKeyBytes = (): Uint8Array => testDataKey().lend((bytes) => Uint8Array.from(bytes));
const unlocked: readonly SshVectorName[] = ['ed25519', 'rsa', 'rsaPkcs1', 'rsaPkcs8'];
const kinds = [
  ['X25519', x25519.recipient, x25519.identity] as const,
  ['post-quantum', pq.recipient, pq.identity] as const,
  ...unlocked.map((name) => [`ssh ${name}`, ssh[name].publicKey, ssh[name].privateKey] as const),
];

describePeers('age', ['age', 'age-keygen', 'sops'], (peers) => {
  describe.each(kinds)('%s', (_kind, recipient, identity) => {
    const files = { key: identity };
    const variable = recipient.startsWith('ssh-') ? 'SOPS_AGE_SSH_PRIVATE_KEY_FILE' : 'SOPS_AGE_KEY_FILE';
    const ours = (): ReturnType<typeof fakeSystem> => fakeSystem({ env: { [variable]: 'key' }, files });

    it('age opens what sopskit wraps', async () => {
      const { enc } = await ageSource.open(ours()).wrap(keyOf(recipient), testDataKey());
      const args = ['-d', '-i', write('key', identity)];
      expect(execFileSync(peers.age, args, { input: enc ?? '' }).toString('hex')).toBe(hexOf(testDataKey()));
    });

    it('sopskit opens what age wraps', async () => {
      const enc = execFileSync(peers.age, ['-a', '-r', recipient], { input: dataKeyBytes() }).toString();
      expect(hexOf(await ageSource.open(ours()).unwrap({ ...keyOf(recipient), enc }))).toBe(
        hexOf(testDataKey()),
      );
    });

    it('sopskit opens what sops wraps, and sops what sopskit wraps again', async () => {
      const env = environment({ [variable]: write('key', identity) });
      const sealed = sops(
        peers.sops,
        ['encrypt', '--age', recipient, write('plain.json', '{"a":"TEST"}')],
        env,
      );
      const enc = encOf(sealed);
      const session = ageSource.open(ours());
      const dataKey = await session.unwrap({ ...keyOf(recipient), enc });
      const again = await session.wrap(keyOf(recipient), dataKey);
      expect(again.enc?.split('\n').length).toBe(enc.split('\n').length);
      const resealed = sealed.replace(JSON.stringify(enc), () => JSON.stringify(again.enc));
      expect(resealed).not.toBe(sealed);
      expect(JSON.parse(sops(peers.sops, ['decrypt', write('sealed.json', resealed)], env))).toEqual({
        a: 'TEST',
      });
    });
  });

  it.each(['x25519', 'hybrid'] as const)('age-keygen reads a generated key file: %s', async (kind) => {
    const { recipient, file } = await generateIdentity(fakeSystem(), kind);
    const input = file.lendText((text) => text);
    expect(execFileSync(peers['age-keygen'], ['-y'], { input }).toString().trim()).toBe(recipient);
  });
});

describePeers('age plugins', ['age', 'age-plugin-pq', 'age-plugin-tag', 'age-plugin-batchpass'], (peers) => {
  const env = { PATH: dirname(peers.age), AGE_PASSPHRASE: passphrase, AGE_PASSPHRASE_WORK_FACTOR: '10' };
  const batchpass = encodeBech32('AGE-PLUGIN-BATCHPASS-', new Uint8Array(0));
  const tag = 'age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e';

  it('age-plugin-pq wraps; the native identity opens', async () => {
    const file = parseFile(await new PluginRecipient(pq.recipient).seal(dataKeyBytes(), fakeSystem({ env })));
    const fileKey = await new HybridIdentity(pq.identity).unwrap(file.header);
    expect(fileKey && Buffer.from(openFile(file, fileKey)).toString('hex')).toBe(hexOf(testDataKey()));
  });

  it('age-plugin-pq opens what sopskit and age wrap', async () => {
    const session = ageSource.open(fakeSystem({ env: { ...env, SOPS_AGE_KEY: pq.pluginIdentity } }));
    const wrapped = await session.wrap(keyOf(pq.recipient), testDataKey());
    expect(hexOf(await session.unwrap(wrapped))).toBe(hexOf(testDataKey()));
    const enc = execFileSync(peers.age, ['-a', '-r', pq.recipient], { input: dataKeyBytes() }).toString();
    expect(hexOf(await session.unwrap({ ...wrapped, enc }))).toBe(hexOf(testDataKey()));
  });

  it('age-plugin-tag and the library write the same kind of stanza', async () => {
    const system = fakeSystem({ env });
    const plugin = parseFile(await new PluginRecipient(tag).seal(dataKeyBytes(), system)).header.stanzas;
    const { enc } = await ageSource.open(fakeSystem()).wrap(keyOf(tag), testDataKey());
    const { decodeArmor } = await import('../../src/keys/age/file/armor.ts');
    const library = parseFile(decodeArmor(enc ?? '')).header.stanzas;
    const shapeOf = (stanzas: typeof library): unknown[] =>
      stanzas.map(({ type, args, body }) => [type, args.map((arg) => arg.length), body.length]);
    expect(shapeOf(library)).toEqual(shapeOf(plugin));
    expect(library[0]?.type).toBe('p256tag');
  });

  it('age-plugin-batchpass wraps to an identity; it and age open that', async () => {
    const system = fakeSystem({ env: { ...env, SOPS_AGE_KEY: batchpass } });
    const enc = encodeArmor(await new PluginRecipient(batchpass).seal(dataKeyBytes(), system));
    expect(hexOf(await ageSource.open(system).unwrap({ ...keyOf(x25519.recipient), enc }))).toBe(
      hexOf(testDataKey()),
    );
    expect(execFileSync(peers.age, ['-d', '-j', 'batchpass'], { input: enc, env }).toString('hex')).toBe(
      hexOf(testDataKey()),
    );
  });

  it('age opens what sopskit encrypts with a passphrase', async () => {
    const file = await sealWithPassphrase(dataKeyBytes(), Secret.fromText(passphrase), fakeSystem(), 10);
    expect(execFileSync(peers.age, ['-d', '-j', 'batchpass'], { input: file, env }).toString('hex')).toBe(
      hexOf(testDataKey()),
    );
  });
});

describePeers('sops finds the same identities', ['sops'], (peers) => {
  const bad = 'not-an-identity';
  const keys = '.config/sops/age/keys.txt';
  const printing = (text: string): string =>
    `'${process.execPath}' -p ${JSON.stringify(JSON.stringify(text))}`;

  it.each<
    [string, { recipient: string; sops: string }, Record<string, string>, Record<string, string>, boolean]
  >([
    ['SOPS_AGE_KEY', x25519, { SOPS_AGE_KEY: x25519.identity }, {}, true],
    ['two words', x25519, { SOPS_AGE_KEY: `${pq.identity} ${x25519.identity}` }, {}, true],
    ['comment after the key', x25519, { SOPS_AGE_KEY: `# c\n${x25519.identity}` }, {}, true],
    ['lower case', x25519, { SOPS_AGE_KEY: x25519.identity.toLowerCase() }, {}, false],
    ['SOPS_AGE_KEY_FILE', x25519, { SOPS_AGE_KEY_FILE: 'HOME/k' }, { k: x25519.keyFile }, true],
    ['CRLF', x25519, { SOPS_AGE_KEY_FILE: 'HOME/k' }, { k: x25519.keyFile.replaceAll('\n', '\r\n') }, true],
    ['white space', x25519, { SOPS_AGE_KEY_FILE: 'HOME/k' }, { k: ` ${x25519.identity}` }, false],
    [
      'two words in a file',
      x25519,
      { SOPS_AGE_KEY_FILE: 'HOME/k' },
      { k: `${pq.identity} ${x25519.identity}` },
      false,
    ],
    ['default file', x25519, {}, { [keys]: x25519.keyFile }, true],
    ['default file and a bad variable', x25519, { SOPS_AGE_KEY: bad }, { [keys]: x25519.keyFile }, true],
    [
      'default file and a missing file',
      x25519,
      { SOPS_AGE_KEY_FILE: '/none' },
      { [keys]: x25519.keyFile },
      true,
    ],
    [
      'XDG_CONFIG_HOME',
      x25519,
      { XDG_CONFIG_HOME: 'HOME/x' },
      { 'x/sops/age/keys.txt': x25519.keyFile },
      true,
    ],
    [
      'XDG_CONFIG_HOME hides the default',
      x25519,
      { XDG_CONFIG_HOME: 'HOME/x' },
      { [keys]: x25519.keyFile },
      false,
    ],
    ['a command', x25519, { SOPS_AGE_KEY_CMD: printing(x25519.keyFile) }, {}, true],
    ['a failing command', x25519, { SOPS_AGE_KEY_CMD: 'false' }, {}, false],
    [
      'a failing command beside a key',
      x25519,
      { SOPS_AGE_KEY_CMD: 'false', SOPS_AGE_KEY: x25519.identity },
      {},
      true,
    ],
    ['SSH file', ssh.rsa, { SOPS_AGE_SSH_PRIVATE_KEY_FILE: 'HOME/s' }, { s: ssh.rsa.privateKey }, true],
    [
      'SSH command',
      ssh.ed25519,
      { SOPS_AGE_SSH_PRIVATE_KEY_CMD: printing(ssh.ed25519.privateKey) },
      {},
      true,
    ],
    [
      'locked SSH command',
      ssh.rsaCtr,
      { SOPS_AGE_SSH_PRIVATE_KEY_CMD: printing(ssh.rsaCtr.privateKey) },
      {},
      false,
    ],
    ['id_ed25519', ssh.ed25519, {}, { '.ssh/id_ed25519': ssh.ed25519.privateKey }, true],
    ['id_rsa', ssh.rsa, {}, { '.ssh/id_rsa': ssh.rsa.privateKey }, true],
    ['PKCS#8', ssh.rsaPkcs8, {}, { '.ssh/id_rsa': ssh.rsaPkcs8.privateKey }, true],
    ['an SSH key in SOPS_AGE_KEY', ssh.rsa, { SOPS_AGE_KEY: ssh.rsa.privateKey }, {}, false],
    ['nothing', x25519, {}, {}, false],
  ])('%s', async (_name, vector, variables, files, opens) => {
    const home = mkdtempSync(join(folder, 'home-'));
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replace('HOME', home)]),
    );
    const sealed = sops(
      peers.sops,
      ['encrypt', '--age', vector.recipient, write('plain.json', '{"a":"TEST"}')],
      {},
    );
    for (const [name, content] of Object.entries(files)) write(join(home, name), content);
    expect(isOpened(peers.sops, write('sealed.json', sealed), { ...env, HOME: home })).toBe(opens);
    const inMemory = Object.fromEntries(
      Object.entries(files).map(([name, content]) => [join(home, name), content]),
    );
    const world: FakeWorld = { home, files: inMemory, env: { PATH: '/usr/bin:/bin', ...env } };
    const outcome = ageSource
      .open(fakeSystem(world))
      .unwrap({ ...keyOf(vector.recipient), enc: encOf(sealed) });
    expect(
      await outcome.then(
        () => true,
        () => false,
      ),
    ).toBe(opens);
  });
});

function keyOf(recipient: string): MasterKey {
  const [key] = ageSource.parse(recipient);
  if (key === undefined) throw new Error('expected a key');
  return key;
}

function write(name: string, content: string): string {
  const path = join(name.startsWith('/') ? '' : folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** Nothing of this machine's keys. */
function environment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: '/usr/bin:/bin', HOME: folder, ...variables };
}

function sops(program: string, args: readonly string[], variables: Readonly<Record<string, string>>): string {
  const types = ['--input-type', 'json', '--output-type', 'json'];
  const [command = '', ...rest] = args;
  const options = {
    cwd: folder,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'],
  };
  return execFileSync(program, [command, ...types, ...rest], options).toString();
}

function isOpened(program: string, file: string, variables: Readonly<Record<string, string>>): boolean {
  try {
    sops(program, ['decrypt', file], variables);
    return true;
  } catch {
    return false;
  }
}

function encOf(sealed: string): string {
  const { sops: metadata } = JSON.parse(sealed) as { sops: { age: { enc: string }[] } };
  return metadata.age[0]?.enc ?? '';
}
