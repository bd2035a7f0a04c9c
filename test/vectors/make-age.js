// Makes age.json: files that real age, sops, ssh-keygen and age plugins wrote for test keys made here.
// Usage: SOPSKIT_PEERS_BIN=FOLDER node test/vectors/make-age.js > test/vectors/age.json
// Needs age 1.3, age-keygen, age-plugin-pq, age-plugin-batchpass and sops 3.13.3 in that folder, ssh-keygen and openssl.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = process.env.SOPSKIT_PEERS_BIN;
const folder = mkdtempSync(join(tmpdir(), 'age-vectors-'));
const passphrase = 'TEST passphrase';
const plaintext = Buffer.from('TEST data key of thirty-two byte');
const run = (program, args, options = {}) =>
  execFileSync(program.includes('ssh') || program === 'openssl' ? program : join(bin, program), args, {
    cwd: folder,
    ...options,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...options.env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
const file = (name, content) => {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const read = (name) => readFileSync(join(folder, name), 'utf8');

function seal(recipient) {
  return {
    recipient,
    binary: run('age', ['-r', recipient], { input: plaintext }).toString('base64'),
    armored: run('age', ['-a', '-r', recipient], { input: plaintext }).toString(),
    sops: sealWithSops(recipient),
  };
}

/** What sops writes into `enc`; its data key is random, so that the value is recorded beside it. */
function sealWithSops(recipient) {
  const text = run('sops', ['encrypt', '--age', recipient, '--input-type', 'json', '--output-type', 'json', file('plain.json', '{"a":"b"}')]);
  return JSON.parse(text).sops.age[0].enc;
}

function native(pq) {
  const text = run('age-keygen', pq ? ['-pq'] : []).toString();
  return { keyFile: text, identity: text.trim().split('\n').at(-1), ...seal(/public key: (\S+)/.exec(text)[1]) };
}

function ssh(name, args, convert) {
  run('ssh-keygen', ['-q', '-C', 'TEST key', '-f', file(name), ...args]);
  const privateKey = convert ? convert(join(folder, name)) : read(name);
  return { privateKey, publicKey: read(`${name}.pub`).trim(), ...seal(read(`${name}.pub`).trim()) };
}

const none = ['-N', ''];
const locked = ['-N', passphrase];
const x25519 = native(false);
const pq = native(true);
const pqPlugin = run('age-plugin-pq', ['-identity'], { input: pq.identity }).toString().trim();
const batchpass = { AGE_PASSPHRASE: passphrase, AGE_PASSPHRASE_WORK_FACTOR: '10' };
const lock = (args) => run('age', ['-e', '-j', 'batchpass', ...args], { input: x25519.keyFile, env: batchpass });

const vectors = {
  note: 'TEST KEYS, made for these tests and used nowhere else. Made by make-age.js.',
  passphrase,
  plaintext: plaintext.toString('hex'),
  x25519,
  pq: { ...pq, pluginIdentity: pqPlugin },
  lockedKeyFile: { armored: lock(['-a']).toString(), binary: lock([]).toString('base64') },
  ssh: {
    ed25519: ssh('ed25519', ['-t', 'ed25519', ...none]),
    ed25519Ctr: ssh('ed25519-ctr', ['-t', 'ed25519', '-a', '4', ...locked]),
    ed25519Cbc: ssh('ed25519-cbc', ['-t', 'ed25519', '-a', '4', '-Z', 'aes256-cbc', ...locked]),
    ed25519Gcm: ssh('ed25519-gcm', ['-t', 'ed25519', '-a', '4', '-Z', 'aes256-gcm@openssh.com', ...locked]),
    rsa: ssh('rsa', ['-t', 'rsa', '-b', '2048', ...none]),
    rsaCtr: ssh('rsa-ctr', ['-t', 'rsa', '-b', '2048', '-a', '4', ...locked]),
    rsaPkcs1: ssh('rsa-pkcs1', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', ...none]),
    rsaPkcs1Locked: ssh('rsa-pkcs1-locked', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', ...locked]),
    rsaPkcs8: ssh('rsa-pkcs8', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', ...none], (path) =>
      run('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', path]).toString(),
    ),
  },
};
const ecdsa = file('ecdsa');
run('ssh-keygen', ['-q', '-C', 'TEST key', '-f', ecdsa, '-t', 'ecdsa', ...none]);
vectors.unsupportedSsh = { privateKey: read('ecdsa'), publicKey: read('ecdsa.pub').trim() };
process.stdout.write(`${JSON.stringify(vectors, null, 1)}\n`);
rmSync(folder, { recursive: true });
