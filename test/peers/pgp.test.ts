import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeySession, MasterKey } from '../../src/keys/key-source.ts';
import { messageRecipients } from '../../src/keys/pgp/message-recipients.ts';
import { pgpSource } from '../../src/keys/pgp/pgp-source.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { System } from '../../src/system/system.ts';
import { mappingOf, stringOf } from '../../src/tree/mapping.ts';
import { describeKeySource } from '../keys/contract.ts';
import { keyFile, textOf, vectors, worldWith } from '../keys/pgp/world.ts';
import type { GpgHome } from './gpg-home.ts';
import { hasGpg, makeGpgHome } from './gpg-home.ts';
import { describePeers } from './peers.ts';

const { fingerprints, dataKey, passphrase } = vectors;
const homes: GpgHome[] = [];
const makeHome = (...keys: string[]): GpgHome => {
  const home = makeGpgHome(...keys);
  homes.push(home);
  return home;
};
const open = (home: GpgHome, more: Record<string, string> = {}): KeySession =>
  pgpSource.open(worldWith({ ...home.env, ...more }).system);
const keyTo = (fingerprint: string, enc: string | null = null): MasterKey => {
  const [key] = pgpSource.parse(fingerprint);
  if (key === undefined) throw new Error('no key');
  return { ...key, enc };
};
const messageTo = (name: string): string =>
  vectors.messages.find((message) => message.name === name)?.armored ?? '';
const secret = (): Secret => Secret.fromText(dataKey);
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

afterEach(() => {
  for (const home of homes.splice(0)) home.remove();
});

if (!hasGpg && process.env['SOPSKIT_REQUIRE_PEERS'] === '1') throw new Error('pgp tests need gpg');

describe.skipIf(!hasGpg)('gpg', () => {
  it.each(vectors.messages.filter(({ to }) => to === 'alice'))(
    'opens $name with one call',
    async ({ armored }) => {
      const home = makeHome('alice.key.asc');
      expect(textOf(await open(home).unwrap(keyTo(fingerprints.alice, armored)))).toBe(dataKey);
      expect(home.calls()).toEqual(['-d']);
    },
  );

  it('wraps with one call; gpg and openpgp open what the other wrapped', async () => {
    const home = makeHome('alice.key.asc');
    const files = { SOPSKIT_PGP_KEY_FILES: keyFile('alice.key.asc') };
    const byGpg = await open(home).wrap(keyTo(fingerprints.alice), secret());
    expect(home.calls()).toHaveLength(1);
    const byFiles = await open(home, files).wrap(keyTo(fingerprints.alice), secret());
    expect(textOf(await open(home, files).unwrap(byGpg))).toBe(dataKey);
    expect(home.calls()).toEqual([]);
    expect(textOf(await open(home).unwrap(byFiles))).toBe(dataKey);
    const shape = (key: MasterKey): string[] =>
      (key.enc ?? '').split('\n').map((line) => (line.startsWith('-----') ? line : String(line.length > 60)));
    expect(shape(byFiles)[0]).toBe(shape(byGpg)[0]);
    expect((byFiles.enc ?? '').split('\n')[2]?.length).toBe(64);
    expect((byGpg.enc ?? '').split('\n')[2]?.length).toBe(64);
  });

  it('takes exactly the subkey that an exclamation mark asks for', async () => {
    const home = makeHome('alice.key.asc');
    const { enc } = await open(home).wrap(keyTo(`${fingerprints.aliceRsa}!`), secret());
    expect(messageRecipients(enc ?? '')).toEqual([fingerprints.aliceRsa.slice(-16)]);
  });

  it('is not asked again for a key that it does not have', async () => {
    const home = makeHome('alice.key.asc');
    const session = open(home);
    const locked = keyTo(fingerprints.bob, messageTo('a locked key'));
    for (let round = 0; round < 3; round++)
      expect(await failureOf(session.unwrap(locked))).toMatchObject({
        code: 'key.unavailable',
        message: expect.stringContaining('the secret key is not in the keyring of gpg'),
        hint: expect.stringContaining('gpg --import'),
      });
    expect(home.calls()).toEqual(['-d', '--batch --with-colons --list-secret-keys']);
    expect(textOf(await session.unwrap(keyTo(fingerprints.alice, messageTo('RSA'))))).toBe(dataKey);
  });
});

describe.skipIf(!hasGpg)('real gpg', () => {
  const owners = new Map<System, GpgHome>();
  const dialogs = new Map<GpgHome, number>();
  describeKeySource('PGP with gpg', () => ({
    source: pgpSource,
    recipients: `${fingerprints.bob},${fingerprints.alice}`,
    invalidRecipients: ',',
    owner() {
      const home = makeHome('alice.key.asc', 'bob.key.asc');
      home.answer(`D ${passphrase}`);
      const { system } = worldWith(home.env);
      owners.set(system, home);
      return system;
    },
    stranger: () => worldWith(makeHome('signer.key.asc').env).system,
    canaries: [passphrase],
    loads(system) {
      const home = owners.get(system);
      if (home === undefined) throw new Error('not an owner');
      dialogs.set(home, (dialogs.get(home) ?? 0) + home.dialogs());
      return dialogs.get(home) ?? 0;
    },
  }));
});

describe.skipIf(!hasGpg)('a locked key', () => {
  const locked = keyTo(fingerprints.bob, messageTo('a locked key'));

  it('is unlocked by one dialog, however many files wait for it', async () => {
    const home = makeHome('bob.key.asc');
    home.answer(`D ${passphrase}`);
    const session = open(home);
    const opened = await Promise.all(Array.from({ length: 6 }, () => session.unwrap(locked)));
    expect(opened.map(textOf)).toEqual(Array.from({ length: 6 }, () => dataKey));
    expect(home.dialogs()).toBe(1);
  });

  it.each([
    ['ERR 83886179 Operation cancelled <Pinentry>', 'cancelled', 'Try again'],
    ['ERR 83918950 Inappropriate ioctl for device <Pinentry>', 'could not ask for the passphrase', 'GPG_TTY'],
    ['ERR 83886142 Timeout <Pinentry>', 'nobody answered', 'GPG_TTY'],
    ['D canary', 'the passphrase was wrong', 'Try again'],
  ])('says what is wrong: %s', async (answer, message, hint) => {
    const home = makeHome('bob.key.asc');
    home.answer(answer);
    const failure = await failureOf(open(home).unwrap(locked));
    expect(failure).toMatchObject({
      code: 'key.unavailable',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(String(failure)).toContain(fingerprints.bob);
    expect(String(failure)).not.toContain('canary');
  });

  it('says that there is no pinentry, or no agent', async () => {
    const home = makeHome('bob.key.asc');
    fs.writeFileSync(path.join(home.folder, 'gpg-agent.conf'), 'pinentry-program /nowhere/pinentry\n');
    spawnSync('gpgconf', ['--kill', 'all'], { env: home.env });
    expect(await failureOf(open(home).unwrap(locked))).toMatchObject({
      hint: expect.stringContaining('GPG_TTY'),
    });
    spawnSync('gpgconf', ['--kill', 'all'], { env: home.env });
    fs.writeFileSync(path.join(home.folder, 'gpg.conf'), 'no-autostart\n');
    expect(await failureOf(open(home).unwrap(locked))).toMatchObject({
      code: 'key.unavailable',
      message: expect.stringContaining('gpg-agent cannot be reached'),
      hint: expect.stringContaining('gpgconf --launch gpg-agent'),
    });
  });
});

describe.skipIf(!hasGpg)('a key that cannot encrypt', () => {
  it.each([
    [fingerprints.expired, 'the key has expired', '--quick-set-expire'],
    [fingerprints.signer, 'no part of the key can encrypt', '[E]'],
    [fingerprints.bob, 'the public key is not in the keyring', '--recv-keys'],
    [fingerprints.alice.slice(-8), 'this is neither a fingerprint nor a long key id', '--list-keys'],
    ['alice@test.invalid', 'this is neither a fingerprint nor a long key id', '--list-keys'],
  ])('%s: %s', async (fingerprint, message, hint) => {
    const home = makeHome('alice.key.asc', 'expired.key.asc', 'signer.key.asc');
    expect(await failureOf(open(home).wrap(keyTo(fingerprint), secret()))).toMatchObject({
      code: 'key.wrap',
      message: expect.stringContaining(`PGP key ${fingerprint}: ${message}`),
      hint: expect.stringContaining(hint),
    });
  });

  it('because it was revoked or disabled', async () => {
    const home = makeHome('alice.key.asc');
    const edit = (...words: string[]): void =>
      void execFileSync(
        'gpg',
        ['--command-fd', '0', '--no-tty', '--edit-key', fingerprints.alice, ...words],
        {
          env: home.env,
          stdio: 'pipe',
          input: 'y\n0\n\ny\nsave\n',
        },
      );
    edit('disable');
    expect(await failureOf(open(home).wrap(keyTo(fingerprints.alice), secret()))).toMatchObject({
      message: expect.stringContaining('disabled'),
    });
    edit('enable', 'revkey');
    expect(await failureOf(open(home).wrap(keyTo(fingerprints.alice), secret()))).toMatchObject({
      message: expect.stringContaining('revoked'),
    });
  });
});

describe.skipIf(!hasGpg)('with the real sops', () => {
  describePeers('both ways', ['sops'], ({ sops }) => {
    const plain = '{"token": "plain text"}';
    const runSops = (home: GpgHome, args: string[], input: string): string =>
      execFileSync(
        sops,
        [...args, '--input-type', 'json', '--output-type', 'json', '--filename-override', 'x.json'],
        {
          env: home.env,
          input,
          cwd: home.folder,
          stdio: 'pipe',
        },
      ).toString();
    interface Item {
      fp: string;
      enc: string;
      created_at: string;
    }
    const itemsOf = (file: string): Item[] => JSON.parse(file).sops.pgp;
    const decode = (item: Item): MasterKey =>
      pgpSource.decode(mappingOf(Object.entries(item).map(([name, value]) => [name, stringOf(value)])));

    it('opens what sops wrapped; sops opens what we wrap, by gpg and by key files', async () => {
      const home = makeHome('alice.key.asc', 'bob.pub.asc');
      const recipients = `${fingerprints.alice}, ${fingerprints.bob}`;
      const file = runSops(home, ['encrypt', '--pgp', recipients], plain);
      const items = itemsOf(file);
      expect(items.map((item) => item.fp)).toEqual(pgpSource.parse(recipients).map((key) => key.id));
      const [item] = items;
      if (item === undefined) throw new Error('no key');
      const key = await open(home).unwrap(decode(item));
      expect(key.length).toBe(32);
      for (const more of [{}, { SOPSKIT_PGP_KEY_FILES: keyFile('alice.pub.asc') }]) {
        const wrapped = await open(home, more).wrap(decode(item), key);
        const ours = JSON.parse(file);
        ours.sops.pgp = [{ ...item, enc: wrapped.enc }];
        expect(JSON.parse(runSops(home, ['decrypt'], JSON.stringify(ours)))).toEqual(JSON.parse(plain));
      }
    });

    it('calls gpg with the same arguments', async () => {
      const home = makeHome('alice.key.asc');
      for (const fingerprint of [
        fingerprints.alice,
        `${fingerprints.aliceRsa}!`,
        `0x${fingerprints.alice.toLowerCase()}`,
      ]) {
        const file = runSops(home, ['encrypt', '--pgp', fingerprint], plain);
        const theirs = home.calls();
        const wrapped = await open(home).wrap(keyTo(fingerprint), secret());
        expect(home.calls()).toEqual(theirs);
        runSops(home, ['decrypt'], file);
        const theirDecryption = home.calls();
        await open(home).unwrap(wrapped);
        expect(home.calls()).toEqual(theirDecryption);
      }
    });

    it('refuses what sops refuses', async () => {
      const home = makeHome('alice.key.asc', 'expired.key.asc', 'signer.key.asc');
      for (const fingerprint of [
        fingerprints.expired,
        fingerprints.signer,
        fingerprints.bob,
        fingerprints.alice.slice(-8),
        'alice@test.invalid',
      ]) {
        expect(() => runSops(home, ['encrypt', '--pgp', fingerprint], plain)).toThrow();
        expect(await failureOf(open(home).wrap(keyTo(fingerprint), secret()))).toMatchObject({
          code: 'key.wrap',
        });
      }
    });
  });
});
