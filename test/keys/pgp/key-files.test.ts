import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { pgpSource } from '../../../src/keys/pgp/pgp-source.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { mappingOf, stringOf, valueAt } from '../../../src/tree/mapping.ts';
import { failureOf } from '../contract.ts';
import { keyFile, textOf, vectors, worldWith } from './world.ts';

const { fingerprints, dataKey, passphrase } = vectors;
const files = (...names: string[]) => ({ SOPSKIT_PGP_KEY_FILES: names.map(keyFile).join(path.delimiter) });
const open = (variables: Record<string, string>, answers: string[] = []) => {
  const world = worldWith(variables, answers);
  return { ...world, session: pgpSource.open(world.system) };
};
const keyTo = (fingerprint: string, enc?: string): MasterKey => {
  const [key] = pgpSource.parse(fingerprint);
  if (key === undefined) throw new Error('no key');
  return enc === undefined ? key : { ...key, enc };
};
const secret = (): Secret => Secret.fromText(dataKey);

describe('messages that gpg made', () => {
  it.each(vectors.messages)('are opened with a key file: $name', async ({ to, armored }) => {
    const { session, questions } = open(files(`${to}.key.asc`), [passphrase]);
    expect(textOf(await session.unwrap(keyTo(fingerprints[to], armored)))).toBe(dataKey);
    expect(questions.length).toBe(to === 'bob' ? 1 : 0);
  });
});

describe('wrapping with key files', () => {
  const roundTrip = async (fingerprint: string): Promise<MasterKey> => {
    const wrapped = await open(files('alice.pub.asc')).session.wrap(keyTo(fingerprint), secret());
    const back = await open(files('bob.pub.asc', 'alice.key.asc')).session.unwrap(wrapped);
    expect(textOf(back)).toBe(dataKey);
    return wrapped;
  };

  it('needs the public key only, and gives an armored message in the shape of gpg', async () => {
    const { enc, fields } = await roundTrip(fingerprints.alice);
    expect(enc).toMatch(
      /^-----BEGIN PGP MESSAGE-----\n\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n=[A-Za-z0-9+/]{4}\n-----END PGP MESSAGE-----$/,
    );
    expect(valueAt(fields, 'enc')).toEqual(stringOf(enc ?? ''));
    expect(valueAt(fields, 'fp')).toEqual(stringOf(fingerprints.alice));
    expect(valueAt(fields, 'created_at')).toMatchObject({
      value: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('takes lower case, 0x, long key ids, and subkeys', async () => {
    await roundTrip(fingerprints.alice.toLowerCase());
    await roundTrip(`0x${fingerprints.alice}`);
    await roundTrip(fingerprints.alice.slice(-16));
    await roundTrip(fingerprints.aliceRsa);
  });

  it('uses exactly the subkey that an exclamation mark asks for', async () => {
    const { messageRecipients } = await import('../../../src/keys/pgp/message-recipients.ts');
    for (const subkey of [fingerprints.aliceRsa, fingerprints.aliceCurve]) {
      const { enc } = await roundTrip(`${subkey}!`);
      expect(messageRecipients(enc ?? '')).toEqual([subkey.slice(-16)]);
    }
  });

  it('keeps created_at and foreign fields of a key that is wrapped anew, in their places', async () => {
    const fields = mappingOf([
      ['created_at', stringOf('2001-02-03T04:05:06Z')],
      ['enc', stringOf('old')],
      ['fp', stringOf(fingerprints.alice)],
      ['later', stringOf('x')],
    ]);
    const wrapped = await open(files('alice.pub.asc')).session.wrap(pgpSource.decode(fields), secret());
    expect(wrapped.fields.entries.map((entry) => (entry.kind === 'entry' ? entry.key : ''))).toEqual([
      'created_at',
      'enc',
      'fp',
      'later',
    ]);
    expect(valueAt(wrapped.fields, 'created_at')).toEqual(stringOf('2001-02-03T04:05:06Z'));
    expect(valueAt(wrapped.fields, 'enc')).toEqual(stringOf(wrapped.enc ?? ''));
  });

  it.each([
    ['signer', /./],
    ['expired', /expired/],
  ] as const)('refuses the key %s and says which', async (name, reason) => {
    const attempt = open(files(`${name}.pub.asc`)).session.wrap(keyTo(fingerprints[name]), secret());
    await expect(attempt).rejects.toMatchObject({
      code: 'key.wrap',
      message: expect.stringContaining(fingerprints[name]),
    });
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe('passphrases', () => {
  const message = vectors.messages.find(({ to }) => to === 'bob')?.armored ?? '';

  it('are asked for once a run, also for files opened at the same time', async () => {
    const { session, questions } = open(files('bob.key.asc'), [passphrase]);
    const key = keyTo(fingerprints.bob, message);
    const opened = await Promise.all([session.unwrap(key), session.unwrap(key)]);
    opened.push(await session.unwrap(key));
    expect(opened.map(textOf)).toEqual([dataKey, dataKey, dataKey]);
    expect(questions).toEqual([`Passphrase for PGP key ${fingerprints.bob}`]);
  });

  it('may be wrong twice, not three times', async () => {
    const key = keyTo(fingerprints.bob, message);
    expect(textOf(await open(files('bob.key.asc'), ['no', 'no', passphrase]).session.unwrap(key))).toBe(
      dataKey,
    );
    const { session } = open(files('bob.key.asc'), ['canary', 'canary', 'canary', passphrase]);
    const failure = await session.unwrap(key).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'key.unavailable', message: expect.stringContaining('3 times') });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('canary');
  });

  it('need somebody to ask', async () => {
    const { session } = open(files('bob.key.asc'));
    await expect(session.unwrap(keyTo(fingerprints.bob, message))).rejects.toMatchObject({
      code: 'prompt.unavailable',
    });
  });
});

describe('without the key', () => {
  it('the error names the key, what is missing, and the next step', async () => {
    const message = vectors.messages[0]?.armored ?? '';
    const nothing = open({ GNUPGHOME: os.devNull }).session;
    await expect(nothing.unwrap(keyTo(fingerprints.alice, message))).rejects.toMatchObject({
      code: 'key.unavailable',
      message: expect.stringMatching(new RegExp(`^PGP key ${fingerprints.alice}.*gpg is not there$`)),
      hint: expect.stringContaining('SOPSKIT_PGP_KEY_FILES'),
    });
    await expect(nothing.wrap(keyTo(fingerprints.alice), secret())).rejects.toMatchObject({
      code: 'key.wrap',
    });
    await expect(
      open(files('bob.key.asc')).session.unwrap(keyTo(fingerprints.alice, message)),
    ).rejects.toThrow('none of the files');
    await expect(
      open({ SOPS_GPG_EXEC: 'gpg-of-mine' }).session.unwrap(keyTo(fingerprints.alice, message)),
    ).rejects.toThrow('gpg-of-mine');
    await expect(nothing.unwrap(keyTo(fingerprints.alice))).rejects.toMatchObject({
      code: 'key.unavailable',
    });
  });

  it('a public key does not open anything', async () => {
    const message = vectors.messages[0]?.armored ?? '';
    await expect(
      open(files('alice.pub.asc')).session.unwrap(keyTo(fingerprints.alice, message)),
    ).rejects.toMatchObject({ code: 'key.unavailable' });
  });

  it('a damaged message is an error, not rubbish', async () => {
    const message = vectors.messages[0]?.armored ?? '';
    const damaged = message.replace(/.(.{10}\n=)/, (_, end: string) => `A${end}`).replace(/\n=....\n/, '\n');
    const failure = await open(files('alice.key.asc'))
      .session.unwrap(keyTo(fingerprints.alice, damaged))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'key.unavailable' });
    expect(String(failure)).not.toContain(dataKey);
  });

  it('says which file has only the public half of the key', async () => {
    const message =
      vectors.messages.find(({ to, keyIds }) => to === 'alice' && keyIds !== null)?.armored ?? '';
    const error = await failureOf(
      open(files('alice.pub.asc', 'bob.pub.asc')).session.unwrap(keyTo(fingerprints.alice, message)),
    );
    expect(error.message).toContain(`${keyFile('alice.pub.asc')} holds only its public half`);
    expect(error.message).not.toContain(`${keyFile('bob.pub.asc')} holds`);
    expect(error.hint).toContain('--export-secret-keys');
  });

  it('a named file that is missing or no key is part of the error', async () => {
    const broken = files('none.asc', 'README.md');
    for (const work of [
      open(broken).session.wrap(keyTo(fingerprints.alice), secret()),
      open(broken).session.unwrap(keyTo(fingerprints.alice, vectors.messages[0]?.armored ?? '')),
    ]) {
      const error = await failureOf(work);
      expect(error.message).toContain(`there is no file ${keyFile('none.asc')}`);
      expect(error.message).toContain(`${keyFile('README.md')} holds no PGP key that can be read`);
    }
  });
});

describe('a named file that is missing, unreadable or no key', () => {
  it('is a warning, once, where another file has the key', async () => {
    const { session, warnings } = open(files('none.asc', '.', 'README.md', 'alice.key.asc'));
    const wrapped = await session.wrap(keyTo(fingerprints.alice), secret());
    expect(textOf(await session.unwrap(wrapped))).toBe(dataKey);
    expect(warnings).toEqual([
      `SOPSKIT_PGP_KEY_FILES: there is no file ${keyFile('none.asc')}`,
      `SOPSKIT_PGP_KEY_FILES: cannot read ${keyFile('.')}: it is a directory`,
      `SOPSKIT_PGP_KEY_FILES: ${keyFile('README.md')} holds no PGP key that can be read`,
    ]);
  });

  it.skipIf(process.platform === 'win32')('does not keep gpg from being tried', async () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sopskit-test-'));
    try {
      const gpg = path.join(home, 'gpg');
      fs.writeFileSync(gpg, `#!/bin/sh\nprintf '${dataKey}'\n`, { mode: 0o755 });
      const { session, warnings } = open({ ...files('none.asc'), SOPS_GPG_EXEC: gpg });
      const message = vectors.messages[0]?.armored ?? '';
      expect(textOf(await session.unwrap(keyTo(fingerprints.alice, message)))).toBe(dataKey);
      expect(warnings).toHaveLength(1);
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });
});

describe('keyrings of old GnuPG', () => {
  it('are read where gpg cannot help: binary, several keys', async () => {
    const { readKeys } = await import('openpgp');
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sopskit-test-'));
    try {
      const binary = async (name: string): Promise<Uint8Array> => {
        const [key] = await readKeys({ armoredKeys: fs.readFileSync(keyFile(name), 'utf8') });
        return key?.write() as Uint8Array;
      };
      fs.writeFileSync(
        path.join(home, 'pubring.gpg'),
        Buffer.concat([await binary('signer.pub.asc'), await binary('alice.pub.asc')]),
      );
      const wrapped = await open({ GNUPGHOME: home }).session.wrap(keyTo(fingerprints.alice), secret());
      await expect(open({ GNUPGHOME: home }).session.unwrap(wrapped)).rejects.toMatchObject({
        code: 'key.unavailable',
      });
      fs.writeFileSync(path.join(home, 'secring.gpg'), await binary('alice.key.asc'));
      expect(textOf(await open({ GNUPGHOME: home }).session.unwrap(wrapped))).toBe(dataKey);
      fs.writeFileSync(path.join(home, 'secring.gpg'), 'rubbish');
      await expect(open({ GNUPGHOME: home }).session.unwrap(wrapped)).rejects.toMatchObject({
        code: 'key.unavailable',
      });
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });
});
