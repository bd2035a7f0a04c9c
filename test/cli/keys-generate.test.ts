import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateIdentity, identityToRecipient } from '../../src/keys/age/generate.ts';
import { saveInDefaultFile, saveInNewFile } from '../../src/keys/age/key-file.ts';
import { Secret } from '../../src/secret/secret.ts';
import { KeysWorld } from './keys-world.ts';

let world: KeysWorld;
beforeEach(() => {
  world = new KeysWorld();
});
afterEach(() => world.remove());

const keyFileShape =
  /^# created: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n# public key: (age1\w+)\n(AGE-SECRET-KEY-[0-9A-Z-]+)\n$/;
const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('keys generate', () => {
  it('saves an identity where sops looks, closed to others, and prints its public half alone', async () => {
    const { status, stdout, stderr } = await world.run(['keys', 'generate']);
    expect(status).toBe(0);
    const [, recipient, identity = ''] = keyFileShape.exec(readFileSync(world.defaultKeyFile, 'utf8')) ?? [];
    expect(stdout).toBe(`${recipient}\n`);
    expect(await identityToRecipient(Secret.fromText(identity))).toBe(recipient);
    expect(stderr).toBe(`Saved in ${world.defaultKeyFile}\n`);
    expect(modeOf(world.defaultKeyFile)).toBe(0o600);
    expect(modeOf(path.dirname(world.defaultKeyFile))).toBe(0o700);
  });

  it.each([
    ['', ''],
    ['# TEST KEYS, no line end', '\n'],
    ['# TEST KEYS\r\n\r\n', ''],
  ])('adds to a key file and keeps what it has: %j', async (before, gap) => {
    world.write(world.defaultKeyFile, before);
    const { status, stderr } = await world.run(['keys', 'generate']);
    expect(status).toBe(0);
    expect(stderr).toBe(`Added to ${world.defaultKeyFile}\n`);
    const after = readFileSync(world.defaultKeyFile, 'utf8');
    expect(after.startsWith(before + gap)).toBe(true);
    expect(after.slice(before.length + gap.length)).toMatch(keyFileShape);
  });

  it('keeps what another run adds at the same time', async () => {
    world.write(world.defaultKeyFile, '# TEST KEYS\n');
    const [own, other] = [await generateIdentity(world.system()), await generateIdentity(world.system())];
    const system = world.system();
    let isFirst = true;
    const files = {
      ...system.files,
      read(file: string) {
        const bytes = system.files.read(file);
        if (isFirst) saveInDefaultFile(system, other.file); // between reading and writing
        isFirst = false;
        return bytes;
      },
    };
    expect(saveInDefaultFile({ ...system, files }, own.file).appended).toBe(true);
    const after = readFileSync(world.defaultKeyFile, 'utf8');
    expect(after.startsWith('# TEST KEYS\n')).toBe(true);
    for (const { recipient } of [own, other]) expect(after.split(recipient)).toHaveLength(2);
  });

  it('of two runs that make the key file only one says so', async () => {
    const [own, other] = [await generateIdentity(world.system()), await generateIdentity(world.system())];
    const system = world.system();
    const file = path.join(world.folder, 'new.agekey');
    const files = {
      ...system.files,
      kindOf(name: string) {
        const kind = system.files.kindOf(name);
        if (kind === null) saveInNewFile(system, file, other.file); // between looking and writing
        return kind;
      },
    };
    expect(() => saveInNewFile({ ...system, files }, file, own.file)).toThrow('there is such a file already');
    expect(readFileSync(file, 'utf8')).toContain(other.recipient);
  });

  it('tells no recipient whose key something else has removed', async () => {
    const system = world.system();
    const { file } = await generateIdentity(system);
    const files = { ...system.files, append: () => undefined };
    world.write(world.defaultKeyFile, '# TEST KEYS\n');
    expect(() => saveInDefaultFile({ ...system, files }, file)).toThrow('something else has removed it');
  });

  it('warns of a key file that others can read, and leaves its mode', async () => {
    world.write(world.defaultKeyFile, '# TEST KEYS\n');
    chmodSync(world.defaultKeyFile, 0o644);
    const { status, stderr } = await world.run(['keys', 'generate']);
    expect(status).toBe(0);
    expect(stderr).toContain(`chmod 600 ${world.defaultKeyFile}`);
    expect(modeOf(world.defaultKeyFile)).toBe(0o644);
  });

  it.each([
    ['a passphrase', 'age-encryption.org/v1\n-> scrypt TEST 18\n'],
    ['a passphrase', '-----BEGIN AGE ENCRYPTED FILE-----\nTEST\n'],
    ['no age key file', '-----BEGIN OPENSSH PRIVATE KEY-----\nTEST KEY\n'],
    ['UTF-16', Buffer.from('\ufeff# TEST', 'utf16le')],
  ])('does not add to a file with %s', async (why, before) => {
    world.write(world.defaultKeyFile, before);
    const { status, stdout, stderr } = await world.run(['keys', 'generate']);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(why);
    expect(stderr).toContain('--output');
    expect(readFileSync(world.defaultKeyFile)).toEqual(Buffer.from(before));
  });

  it('writes a file of its own, and refuses one that is there', async () => {
    const first = await world.run(['keys', 'generate', '--output', 'sub/test.agekey', '--json']);
    const file = path.join(world.folder, 'sub/test.agekey');
    const [, recipient] = keyFileShape.exec(readFileSync(file, 'utf8')) ?? [];
    expect(JSON.parse(first.stdout)).toEqual({ recipient, file, appended: false });
    expect(first.stderr).toContain(`export SOPS_AGE_KEY_FILE=${file}`);
    expect(modeOf(file)).toBe(0o600);
    const before = readFileSync(file);
    const second = await world.run(['keys', 'generate', '--output', 'sub/test.agekey']);
    expect(second.status).toBe(3);
    expect(second.stdout).toBe('');
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(world.defaultKeyFile)).toBe(false);
  });

  it('does not write through a symbolic link that leads nowhere', async () => {
    symlinkSync(path.join(world.home, 'elsewhere'), path.join(world.folder, 'link'));
    expect((await world.run(['keys', 'generate', '--output', 'link'])).status).toBe(3);
    expect(existsSync(path.join(world.home, 'elsewhere'))).toBe(false);
  });

  it('prints the key file for "-", as age-keygen does', async () => {
    const { stdout, stderr } = await world.run(['keys', 'generate', '--output', '-', '--post-quantum']);
    const [, recipient] = keyFileShape.exec(stdout) ?? [];
    expect(recipient).toMatch(/^age1pq1/);
    expect(stderr).toBe(`Public key: ${recipient}\n`);
    expect(existsSync(world.defaultKeyFile)).toBe(false);
  });

  it.each([
    [['keys', 'generate', 'file.txt'], '--output'],
    [['keys', 'generate', '--output', '-', '--json'], '--json'],
    [['keys', 'generate', '--output', ''], '--output'],
    [['keys', 'generate', '--post-quantm'], '--post-quantum'],
  ])('refuses %j', async (argv, said) => {
    const { status, stdout, stderr } = await world.run(argv);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
    expect(existsSync(world.defaultKeyFile)).toBe(false);
  });

  it('says what to do where the default place is unknown', async () => {
    const { status, stderr } = await world.run(['keys', 'generate'], { XDG_CONFIG_HOME: 'relative' });
    expect(status).toBe(1);
    expect(stderr).toContain('XDG_CONFIG_HOME is a relative path');
    expect(stderr).toContain('--output');
  });
});
