// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateIdentity } from '../../../src/index.ts';
import { encodeBech32 } from '../../../src/keys/age/bech32.ts';
import { codesOf, findingsOf, sealed, secretText } from './folder.ts';

// All keys here are made for the test that uses them.
const der = { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
const rsa = generateKeyPairSync('rsa', {
  ...der,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;
const pkcs8 = generateKeyPairSync('rsa', {
  ...der,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;
const locked = generateKeyPairSync('rsa', {
  ...der,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test' },
}).privateKey;
const { keyFile, recipient } = await generateIdentity();
const age = String(keyFile);
const quantum = encodeBech32('AGE-SECRET-KEY-PQ-', randomBytes(32));
const plugin = (name: string) => encodeBech32(`AGE-PLUGIN-${name}-`, randomBytes(32));

function block(label: string, body: Uint8Array): string {
  const lines =
    Buffer.from(body)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function openSsh(cipher: string): string {
  const name = Buffer.alloc(4 + cipher.length);
  name.writeUInt32BE(cipher.length);
  name.write(cipher, 4);
  return block(
    'OPENSSH PRIVATE KEY',
    Buffer.concat([Buffer.from('openssh-key-v1\0'), name, randomBytes(80)]),
  );
}

/** The head of a secret key packet (RFC 9580, 4.2), and random bytes. */
const pgp = block('PGP PRIVATE KEY BLOCK', Buffer.concat([Buffer.of(0xc5, 0x58), randomBytes(90)])).replace(
  'BLOCK-----\n',
  'BLOCK-----\nComment: test\n\n',
);

describe('private-key.*', () => {
  it.each([
    ['age', age, 'error private-key.age a.txt:3'],
    ['post-quantum age', quantum, 'error private-key.age a.txt:1'],
    ['an age plugin', plugin('EXAMPLE'), 'error private-key.age-plugin a.txt:1'],
    ['PGP', pgp, 'error private-key.pgp a.txt:1'],
    ['OpenSSH', openSsh('none'), 'error private-key.ssh a.txt:1'],
    ['RSA', rsa, 'error private-key.ssh a.txt:1'],
    ['PKCS #8', pkcs8, 'error private-key.pem a.txt:1'],
  ])('fires for %s', async (_, key, line) => {
    expect(await findingsOf({ 'a.txt': key })).toEqual([line]);
  });

  it.each([
    ['indented', rsa.replaceAll(/^/gm, '    ')],
    ['commented out', rsa.replaceAll(/^/gm, '# ')],
    ['in a diff', rsa.replaceAll(/^/gm, '+')],
    ['on one line', `KEY="${rsa.replaceAll('\n', '\\n')}"`],
    ['with Windows line ends', rsa.replaceAll('\n', '\r\n')],
    ['in base64', `tls.key: ${Buffer.from(rsa).toString('base64')}\n`],
    ['behind zeros', Buffer.concat([Buffer.alloc(5000), Buffer.from(rsa)])],
    ['in UTF-16', Buffer.from(`\ufeff${rsa}`, 'utf16le')],
    ['in UTF-16, the other way round', Buffer.from(`\ufeff${rsa}`, 'utf16le').swap16()],
  ])('fires for a key that is %s', async (_, key) => {
    expect(await codesOf({ 'some.file': key })).toEqual(['private-key.ssh']);
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const wrapped = (text: string, indent = '') => base64(text).replaceAll(/(.{76})/g, `$1\n${indent}`);

  it.each([
    ['in JSON', JSON.stringify({ key: age })],
    ['behind a written line break', `KEY="# test\\n${age.trim().split('\n').at(-1)}\\n"`],
    ['in front of letters of its alphabet', `${age.trim()}ACDEFGH`],
    ['in base64', `k: ${base64(age)}`],
    ['in base64, from the second byte', base64(`x${age}`)],
    ['in base64, from the third byte', base64(`xx${age}`)],
    ['in base64 that is wrapped', wrapped(age)],
    ['in a block scalar', `a:\n  b: |\n    ${wrapped(age, '    ')}\n`],
    ['in base64 with written line breaks', JSON.stringify(wrapped(age))],
  ])('fires for an age key %s', async (_, text) => {
    expect(await codesOf({ 'some.file': text })).toEqual(['private-key.age']);
  });

  it.each([
    ['ssh', openSsh('none')],
    ['ssh', rsa],
    ['pgp', pgp],
  ])('fires for a key of %s in base64 that is wrapped', async (kind, key) => {
    const text = `a:\n  b: |\n    ${wrapped(key, '    ')}\n`;
    expect(await findingsOf({ 'a.yaml': text })).toEqual([`error private-key.${kind} a.yaml:3`]);
  });

  it('fires for an exported PGP key, in binary and in base64', async () => {
    const head = Buffer.of(0x95, 0x00, 0x80, 4, 0x65, 0, 0, 0, 22);
    const exported = Buffer.concat([head, randomBytes(120)]);
    expect(await codesOf({ 'secring.gpg': exported })).toEqual(['private-key.pgp']);
    const map = `kind: ConfigMap\nbinaryData:\n  a: ${exported.toString('base64')}\n`;
    expect(await codesOf({ 'a.yaml': map })).toEqual(['private-key.pgp']);
    const open = Buffer.concat([Buffer.of(0x99), exported.subarray(1)]);
    expect(await codesOf({ 'pubring.gpg': open })).toEqual([]);
  });

  it('fires for a PuTTY key, with a warning for one with a passphrase', async () => {
    const putty = (encryption: string) =>
      `PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: ${encryption}\r\nComment: test\r\nPublic-Lines: 1\r\nAAAA\r\nPrivate-Lines: 1\r\n${'B'.repeat(48)}\r\n`;
    expect(await findingsOf({ 'a.ppk': putty('none') })).toEqual(['error private-key.ssh a.ppk:1']);
    expect(await findingsOf({ 'a.ppk': putty('aes256-cbc') })).toEqual(['warning private-key.ssh a.ppk:1']);
  });

  it('is quick with a file that is all beginnings of keys', async () => {
    const files = {
      a: '-----BEGIN RSA PRIVATE KEY-----\n'.repeat(200_000),
      b: 'QUdF'.repeat(1_500_000),
      c: rsa.repeat(3000),
    };
    const start = performance.now();
    expect(await codesOf(files)).toEqual(['private-key.ssh']);
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('finds a key whatever its lines begin with', async () => {
    // base64 has / and + in its alphabet, and so may the lines of a body: twenty keys have some of each
    for (let count = 0; count < 20; count++) {
      const key = generateKeyPairSync('rsa', {
        ...der,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      });
      expect(await codesOf({ 'a.pem': key.privateKey })).toEqual(['private-key.ssh']);
    }
  });

  it('fires for a key within the base64 of a Secret', async () => {
    const data = Buffer.from(age).toString('base64');
    const text = `apiVersion: v1\nkind: Secret\ndata:\n  age.agekey: ${data}\n`;
    expect(await codesOf({ 'a.yaml': text })).toEqual(['plaintext.secret', 'private-key.age']);
  });

  it('is a warning for a key with a passphrase, and a note for one in hardware', async () => {
    expect(await findingsOf({ a: locked })).toEqual(['warning private-key.pem a:1']);
    expect(await findingsOf({ a: openSsh('aes256-ctr') })).toEqual(['warning private-key.ssh a:1']);
    expect(await findingsOf({ a: plugin('YUBIKEY') })).toEqual(['note private-key.age-plugin a:1']);
  });

  it.each([
    ['a wrong checksum', `${age.trim().slice(0, -1)}${age.trim().endsWith('Q') ? 'P' : 'Q'}`],
    [
      'a mention',
      'AGE-SECRET-KEY-1… and AGE-SECRET-KEY-1XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    ],
    [
      'a placeholder in a block',
      '-----BEGIN RSA PRIVATE KEY-----\n<your key>\n-----END RSA PRIVATE KEY-----\n',
    ],
    ['dots in a block', '-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----\n'],
    ['a block that is no key', block('PRIVATE KEY', Buffer.alloc(200, 7))],
    [
      'a block of a parser test',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nVEVTVA==\n-----END OPENSSH PRIVATE KEY-----\n',
    ],
    ['a public PGP key', block('PGP PUBLIC KEY BLOCK', randomBytes(90))],
    ['a recipient', recipient],
    ['the marks alone', 'if (text.includes("-----BEGIN PRIVATE KEY-----")) return;'],
  ])('does not fire for %s', async (_, text) => {
    expect(await codesOf({ 'a.txt': text })).toEqual([]);
  });

  it('does not fire for a key that is encrypted', async () => {
    expect(await codesOf({ 'a.yaml': await sealed(secretText('a', JSON.stringify(rsa))) })).toEqual([]);
  });
});

describe('private-key.kubeconfig', () => {
  const kubeconfig = (user: string) =>
    `apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: admin\n  user: ${user}\n`;

  it.each([
    ['kubeconfig', 'token', '{token: canary-token}'],
    ['admin.yaml', 'client-key-data', `{client-key-data: ${Buffer.from(pkcs8).toString('base64')}}`],
    ['config.json.yaml', 'password', '{username: a, password: canary}'],
  ])('fires in %s for a %s', async (file, field, user) => {
    expect(await findingsOf({ [file]: kubeconfig(user) })).toEqual([
      `error private-key.kubeconfig ${file}:6 users.0.user.${field}`,
    ]);
  });

  it.each(['{exec: {command: x}}', '{token: REDACTED}', '{token: "${TOKEN}"}', '{client-key: key.pem}'])(
    'does not fire for %s',
    async (user) => {
      expect(await codesOf({ 'kubeconfig.yaml': kubeconfig(user) })).toEqual([]);
    },
  );

  const users = (user: string) => `clusters: []\ncontexts: []\nusers:\n- name: admin\n  user: ${user}\n`;
  const block = (text: string) => text.replaceAll(/^/gm, '    ');

  it.each([
    ['without a kind', '{token: canary-token}'],
    ['with what a provider keeps', '{auth-provider: {name: oidc, config: {refresh-token: canary}}}'],
    [
      'with the environment of a program',
      '{exec: {command: x, env: [{name: CLIENT_SECRET, value: canary}]}}',
    ],
    ['with the arguments of a program', '{exec: {command: x, args: [get, --oidc-client-secret=canary]}}'],
  ])('fires for one %s', async (_, user) => {
    expect(await codesOf({ kubeconfig: users(user), 'a.yaml': users(user) })).toEqual([
      'private-key.kubeconfig',
    ]);
  });

  it('does not fire for the other settings of a program', async () => {
    const user =
      '{exec: {command: x, env: [{name: AWS_PROFILE, value: a}], args: [token, "--token=${T}", --region=a]}}';
    expect(await codesOf({ 'a.yaml': users(user) })).toEqual([]);
  });

  it('fires within a text, in base64 and, as a warning, in prose', async () => {
    const text = users('{token: canary-token}');
    const map = `apiVersion: v1\nkind: ConfigMap\ndata:\n  config: |\n${block(text)}\n`;
    expect(await findingsOf({ 'a.yaml': map })).toEqual(['error private-key.kubeconfig a.yaml:4']);
    const encoded = `a: ${Buffer.from(text).toString('base64')}\n`;
    expect(await findingsOf({ 'a.tf': encoded })).toEqual(['error private-key.kubeconfig a.tf:1']);
    const prose = `# Notes\n\n\`\`\`yaml\n${text}\`\`\`\n`;
    expect(await findingsOf({ 'a.md': prose })).toEqual(['warning private-key.kubeconfig a.md:3']);
  });
});
