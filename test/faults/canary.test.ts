import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { canaries, canariesIn, samples } from './samples.ts';
import { Scene } from './scene.ts';

/** Secrets of other kinds, each a test value that opens nothing. */
const strange = {
  garbage: 'CANARY-garbage-8b8b',
  identity: 'AGE-SECRET-KEY-1CANARY0000000000000000000000000000000000000000000000000000',
  pgp: '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nCANARYpgp9c9c\n-----END PGP PRIVATE KEY BLOCK-----\n',
  ssh: '-----BEGIN OPENSSH PRIVATE KEY-----\nCANARYssh7d7d\n-----END OPENSSH PRIVATE KEY-----\n',
} as const;
const marks = ['CANARY', testKey.identity.slice(20), '1RFLT7CX7D6GU7F'];

interface Failure {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Files beside the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
}

const broken: Readonly<Record<string, string>> = {
  'b.yaml': `a: ${canaries.value}\n  b: [${canaries.list}\n`,
  'b2.yaml': `a: &x ${canaries.value}\nb: *${canaries.list}\n? {a: ${canaries.value}}\n: 1\n`,
  'b3.yaml': `? ${canaries.number}\n: ${canaries.value}\n`,
  'b4.yaml': `- ${canaries.value}\n`,
  'b5.yaml': `a: 1\na: ${canaries.value}\n`,
  'b.json': `{"a": "${canaries.value}", "b": ${canaries.list}}`,
  'b2.json': `["${canaries.value}"]`,
  'b3.json': `{"a": "${canaries.value}\n"}`,
  'b.env': `A=1\n${canaries.value}\n`,
  'b.ini': `[s\n${canaries.value}\n`,
  'b2.ini': `[s]\n${canaries.value}\n`,
};

const keyless = { SOPS_AGE_KEY: undefined };
const failures: Readonly<Record<string, Failure>> = {
  ...Object.fromEntries(
    Object.keys(broken).flatMap((file) => [
      [`encrypt ${file}`, { argv: ['encrypt', '--age', testKey.recipient, file] }],
      [`decrypt ${file}`, { argv: ['decrypt', file] }],
    ]),
  ),
  'a value that is no JSON': { argv: ['set', '--value-stdin', 'f.yaml', '["a"]'], input: canaries.value },
  'a value in argv that is no JSON': { argv: ['set', 'f.yaml', '["a"]', canaries.value] },
  'a value file that is no JSON': {
    argv: ['set', '--value-file', 'f.yaml', '["a"]', 'v'],
    files: { v: canaries.value },
  },
  'a value that does not fit': {
    argv: ['set', '--value-stdin', 'f.env', '["a"]["b"]'],
    input: `"${canaries.value}"`,
  },
  'a value for a path that is none': { argv: ['set', 'f.yaml', 'a', `"${canaries.value}"`] },
  'a path that is not there': { argv: ['decrypt', '--extract', '["db"]["none"]', 'f.yaml'] },
  'a path below a value': { argv: ['decrypt', '--extract', '["db"]["password"]["x"]', 'f.yaml'] },
  'an unset that finds nothing': { argv: ['unset', 'f.yaml', '["none"]'] },
  'a format that cannot hold it': { argv: ['decrypt', '--output-type', 'dotenv', 'f.yaml'] },
  'another format that cannot hold it': { argv: ['decrypt', '--output-type', 'ini', 'f.yaml'] },
  'an unwritable output': { argv: ['decrypt', '--output', 'no/such/file', 'f.yaml'] },
  'an environment that cannot hold it': { argv: ['exec-env', 'f.yaml', 'true'] },
  'a program that fails': { argv: ['exec-env', 'f.env', 'exit 7'] },
  'a program that is not there': { argv: ['exec-env', 'f.env', '--', '/no/such/program', 'x'] },
  'a program on a file that fails': {
    argv: ['exec-file', '--no-fifo', 'f.yaml', 'cat {} > /dev/null; exit 7'],
  },
  'an editor that fails': { argv: ['edit', 'f.yaml'], env: { EDITOR: 'false' } },
  'an edit that is invalid': { argv: ['edit', 'f.yaml'], env: { EDITOR: 'sed -i -e 1i[' } },
  'an edit that is empty': { argv: ['edit', 'f.yaml'], env: { EDITOR: 'truncate -s 0' } },
  'an edit of the metadata that is invalid': {
    argv: ['edit', '--show-master-keys', 'f.yaml'],
    env: { EDITOR: 'sed -i /sops:/d' },
  },
  'no key': { argv: ['decrypt', 'f.yaml'], env: keyless },
  'an identity that is none': { argv: ['decrypt', 'f.yaml'], env: { SOPS_AGE_KEY: strange.identity } },
  'garbage for an identity': {
    argv: ['decrypt', 'f.yaml'],
    env: { SOPS_AGE_KEY: `${strange.garbage}\n#x\n${testKey.identity}0` },
  },
  'an identity where its file should be named': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_KEY_FILE: testKey.identity },
  },
  'an identity where a command should be named': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_KEY_CMD: testKey.identity },
  },
  'a key file with garbage': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_KEY_FILE: 'keys' },
    files: { keys: `${strange.garbage}\n` },
  },
  'a key command that prints garbage': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_KEY_CMD: `printf ${strange.garbage}` },
  },
  'a key command that fails and talks': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_KEY_CMD: `sh -c 'echo $SECRET; exit 3'`, SECRET: strange.garbage },
  },
  'an SSH key with garbage': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPS_AGE_SSH_PRIVATE_KEY_FILE: 'ssh' },
    files: { ssh: strange.ssh },
  },
  'a PGP key file with garbage': {
    argv: ['decrypt', 'f.yaml'],
    env: { ...keyless, SOPSKIT_PGP_KEY_FILES: 'pgp' },
    files: { pgp: strange.pgp },
  },
  'an identity given as recipient': { argv: ['encrypt', '--age', testKey.identity, 'p.yaml'] },
  'an identity among recipients': {
    argv: ['encrypt', '--age', `${testKey.recipient},${testKey.identity}`, 'p.yaml'],
  },
  'an identity as recipient in the environment': {
    argv: ['encrypt', 'p.yaml'],
    env: { SOPS_AGE_RECIPIENTS: testKey.identity },
  },
  'an identity as recipient in a rule': {
    argv: ['encrypt', 'p.yaml'],
    files: { '.sops.yaml': `creation_rules:\n  - age: ${testKey.identity}\n` },
  },
  'an identity as a key to add': { argv: ['rotate', '-i', '--add-age', testKey.identity, 'f.yaml'] },
  'an identity as a PGP fingerprint': { argv: ['encrypt', '--pgp', testKey.identity, 'p.yaml'] },
  'a configuration with garbage': {
    argv: ['encrypt', 'p.yaml'],
    files: { '.sops.yaml': `creation_rules: [${strange.garbage}\n` },
  },
  'a wrong MAC': { argv: ['decrypt', 'mac.yaml'] },
  'a wrong MAC in another format': { argv: ['decrypt', '--output-type', 'json', 'mac.yaml'] },
  'readable values': { argv: ['decrypt', 'hand.yaml'] },
  'readable comments': { argv: ['decrypt', 'comment.yaml'], env: { SOPS_AGE_KEY: strange.identity } },
  'flags that do not exist': { argv: ['decrypt', '--verbos', 'f.yaml'] },
};

describe.skipIf(process.platform === 'win32')('no secret shows', () => {
  let scene: Scene;
  let usual: string[];

  beforeAll(() => {
    scene = new Scene();
    for (const [name, text] of Object.entries(broken)) scene.write(name, text);
    scene.write('p.yaml', samples.yaml);
    for (const name of ['yaml', 'env'] as const) {
      scene.write(`f.${name}`, samples[name]);
      expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, `f.${name}`]).status).toBe(0);
    }
    const sealed = scene.read('f.yaml').toString();
    scene.write('mac.yaml', sealed.replace('readable', canaries.value));
    scene.write('hand.yaml', sealed.replace(/password: ENC\S+/, `password: ${canaries.value}`));
    scene.write('comment.yaml', sealed.replace(/^#ENC.*/m, `# ${canaries.comment}`));
    usual = scene.files();
  });
  afterAll(() => scene.remove());

  describe.each([
    ['', [], {}],
    ['with SOPSKIT_DEBUG and --verbose', ['--verbose'], { SOPSKIT_DEBUG: '1' }],
  ] as const)('%s', (_, flags, env) => {
    // debugging adds to a message and takes nothing away: broken files need one round
    const chosen = Object.entries(failures).filter(
      ([, { argv }]) => flags.length > 0 || !/^b\d?\./.test(argv.at(-1) ?? ''),
    );
    it.each(chosen)('for %s', (_, { argv, ...failure }) => {
      for (const [name, text] of Object.entries(failure.files ?? {})) scene.write(name, text);
      const result = scene.run([...argv, ...flags], {
        env: { ...failure.env, ...env },
        input: failure.input ?? '',
      });
      for (const name of Object.keys(failure.files ?? {})) fs.rmSync(scene.path(name));
      const stderr = result.stderr.toString();
      expect(result.status, stderr).not.toBe(0);
      expect(stderr).not.toContain('internal error');
      for (const mark of marks) expect(stderr).not.toContain(mark);
      expect(canariesIn(stderr)).toEqual([]);
      expect(stderr).not.toMatch(/[0-9A-F]{64}/);
      if (!argv[0]?.startsWith('exec')) expect(result.stdout.toString()).toBe('');
      forgetKeptEdits();
      expect(scene.files()).toEqual(usual);
    });
  });

  /** A rejected edit is kept, encrypted; nothing in it may be readable. */
  function forgetKeptEdits(): void {
    for (const name of fs.readdirSync(scene.cwd).filter((name) => /\.edited(-\d+)?$/.test(name))) {
      expect(scene.read(name).toString()).not.toContain('CANARY');
      fs.rmSync(scene.path(name));
    }
  }

  it('in what is kept between runs', () => {
    const home = `${scene.root}/home`;
    const kept = fs
      .readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile());
    for (const { parentPath, name } of kept) {
      const bytes = fs.readFileSync(`${parentPath}/${name}`);
      for (const mark of marks) expect(bytes.includes(mark)).toBe(false);
    }
  });

  it('in the command lines of programs that are started', () => {
    const seen = scene.path('seen');
    const look = `tr '\\0' '\\n' < /proc/$PPID/cmdline >> ${seen}; tr '\\0' '\\n' < /proc/$$/cmdline >> ${seen}`;
    scene.write('key.sh', `#!/bin/sh\n${look}\necho ${testKey.identity}\n`, 0o700);
    const env = {
      SOPS_AGE_KEY: undefined,
      SOPS_AGE_KEY_CMD: scene.path('key.sh'),
      EDITOR: scene.editor(look),
    };
    expect(scene.run(['exec-env', 'f.env', look], { env }).status).toBe(0);
    expect(scene.run(['exec-file', 'f.yaml', `cat {} > /dev/null; ${look}`], { env }).status).toBe(0);
    expect(scene.run(['edit', 'f.yaml'], { env }).status).toBe(200);
    const lines = fs.readFileSync(seen, 'utf8');
    if (fs.existsSync('/proc/self/cmdline')) expect(lines).toContain('sopskit.js');
    for (const mark of marks) expect(lines).not.toContain(mark);
  });
});
