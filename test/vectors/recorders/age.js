/**
 * age.json: files that age, age-keygen, age-plugin-pq and age-plugin-batchpass 1.3.2, sops 3.13.3 and ssh-keygen wrote
 * for TEST keys made here. Needs ssh-keygen and openssl on PATH.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const passphrase = 'TEST passphrase';
const plaintext = Buffer.from('TEST data key of thirty-two byte');
const none = ['-N', ''];
const locked = ['-N', passphrase];

export function record(context) {
  const tools = toolsOf(context);
  const x25519 = native(tools, []);
  const pq = native(tools, ['-pq']);
  const lock = (args) => {
    const env = { AGE_PASSPHRASE: passphrase, AGE_PASSPHRASE_WORK_FACTOR: '10' };
    return tools.age(['-e', '-j', 'batchpass', ...args], { input: x25519.keyFile, env });
  };
  const vectors = {
    note: 'TEST KEYS, made for these tests and used nowhere else. Made by recorders/age.js.',
    passphrase,
    plaintext: plaintext.toString('hex'),
    x25519,
    pq: { ...pq, pluginIdentity: tools.plugin(['-identity'], { input: pq.identity }).toString().trim() },
    lockedKeyFile: { armored: lock(['-a']).toString(), binary: lock([]).toString('base64') },
    ssh: sshVectors(tools),
    unsupportedSsh: sshKey(tools, 'ecdsa', ['-t', 'ecdsa', ...none]),
  };
  context.write('age.json', `${JSON.stringify(vectors, null, 1)}\n`);
}

/** Each tool as a function of its arguments; the plugins are found through PATH, as age finds them. */
function toolsOf({ bin, run, temporary, tool }) {
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const quiet = ['pipe', 'pipe', 'ignore'];
  const program =
    (file) =>
    (args, options = {}) =>
      run(file, args, { stdio: quiet, ...options, env: { ...process.env, PATH: path, ...options.env } });
  tool('age-plugin-batchpass');
  return {
    age: program(tool('age')),
    ageKeygen: program(tool('age-keygen')),
    plugin: program(tool('age-plugin-pq')),
    sops: program(tool('sops')),
    sshKeygen: program('ssh-keygen'),
    openssl: program('openssl'),
    file: (name) => join(temporary, name),
  };
}

function native(tools, args) {
  const keyFile = tools.ageKeygen(args).toString();
  const [, recipient] = /public key: (\S+)/.exec(keyFile);
  return { keyFile, identity: keyFile.trim().split('\n').at(-1), ...seal(tools, recipient) };
}

function sshVectors(tools) {
  const ed25519 = ['-t', 'ed25519'];
  const rsa = ['-t', 'rsa', '-b', '2048'];
  const cipher = (name) => ['-a', '4', '-Z', name, ...locked];
  const toPkcs8 = (file) => tools.openssl(['pkcs8', '-topk8', '-nocrypt', '-in', file]).toString();
  return {
    ed25519: sealedSsh(tools, 'ed25519', [...ed25519, ...none]),
    ed25519Ctr: sealedSsh(tools, 'ed25519-ctr', [...ed25519, '-a', '4', ...locked]),
    ed25519Cbc: sealedSsh(tools, 'ed25519-cbc', [...ed25519, ...cipher('aes256-cbc')]),
    ed25519Gcm: sealedSsh(tools, 'ed25519-gcm', [...ed25519, ...cipher('aes256-gcm@openssh.com')]),
    rsa: sealedSsh(tools, 'rsa', [...rsa, ...none]),
    rsaCtr: sealedSsh(tools, 'rsa-ctr', [...rsa, '-a', '4', ...locked]),
    rsaPkcs1: sealedSsh(tools, 'rsa-pkcs1', [...rsa, '-m', 'PEM', ...none]),
    rsaPkcs1Locked: sealedSsh(tools, 'rsa-pkcs1-locked', [...rsa, '-m', 'PEM', ...locked]),
    rsaPkcs8: sealedSsh(tools, 'rsa-pkcs8', [...rsa, '-m', 'PEM', ...none], toPkcs8),
  };
}

function sealedSsh(tools, name, args, convert) {
  const key = sshKey(tools, name, args, convert);
  return { ...key, ...seal(tools, key.publicKey) };
}

function sshKey(tools, name, args, convert = (file) => readFileSync(file, 'utf8')) {
  const file = tools.file(name);
  tools.sshKeygen(['-q', '-C', 'TEST key', '-f', file, ...args]);
  return { privateKey: convert(file), publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

function seal(tools, recipient) {
  return {
    recipient,
    binary: tools.age(['-r', recipient], { input: plaintext }).toString('base64'),
    armored: tools.age(['-a', '-r', recipient], { input: plaintext }).toString(),
    sops: sealWithSops(tools, recipient),
  };
}

/** What sops writes into `enc`, for a data key that it makes itself. */
function sealWithSops(tools, recipient) {
  const file = tools.file('plain.json');
  writeFileSync(file, '{"a":"b"}');
  return JSON.parse(tools.sops(['encrypt', '--age', recipient, file])).sops.age[0].enc;
}
