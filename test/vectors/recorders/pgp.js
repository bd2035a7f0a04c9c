/**
 * pgp/*.asc and pgp/messages.json: TEST keys of invented people, and a TEST data key that gpg encrypted to them in
 * several ways. Needs gpg on PATH (made with 2.2.40; 2.2 or newer will do) and a folder for sockets with a short path.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';

const passphrase = 'test passphrase';
const dataKey = 'TEST data key, thirty-two bytes!';
const firstDay = '20240101T000000!';
const secondDay = '20240102T000000!';
const people = ['alice', 'bob', 'signer', 'expired'];

export function record({ run, write }) {
  // sockets of the agent lie in it, and their paths may have some hundred characters only
  const home = mkdtempSync('/tmp/sk-');
  chmodSync(home, 0o700);
  const env = { PATH: process.env.PATH, HOME: home, GNUPGHOME: home, LC_ALL: 'C' };
  const gpg = (args, options = {}) =>
    run('gpg', ['-q', '--batch', '--no-tty', '--trust-model', 'always', ...args], {
      env,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...options,
    });
  try {
    makeKeys(gpg);
    const messages = JSON.stringify(messagesOf(gpg), null, 1);
    for (const person of people) {
      const [pub, key] = [exportOf(gpg, '--export', person), exportOf(gpg, '--export-secret-keys', person)];
      write(`pgp/${person}.pub.asc`, pub);
      write(`pgp/${person}.key.asc`, key);
    }
    write('pgp/messages.json', `${messages}\n`);
  } finally {
    run('gpgconf', ['--kill', 'all'], { env });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** alice: RSA, with an RSA and a newer Curve25519 subkey; bob: locked; signer: cannot encrypt; expired: since 2020-06-01. */
function makeKeys(gpg) {
  const at = (time, args, secret = '') =>
    gpg(['--faked-system-time', time, '--pinentry-mode', 'loopback', '--passphrase', secret, ...args]);
  const user = (name, person) => `sopskit TEST KEY ${name} <${person}@test.invalid>`;
  at(firstDay, ['--quick-gen-key', user('alice', 'alice'), 'rsa2048', 'sign', '0']);
  const { primary } = fingerprintsOf(gpg, 'alice');
  at(firstDay, ['--quick-add-key', primary, 'rsa2048', 'encr', '0']);
  at(secondDay, ['--quick-add-key', primary, 'cv25519', 'encr', '0']);
  at(secondDay, ['--quick-gen-key', user('bob', 'bob'), 'ed25519', 'sign', '0'], passphrase);
  at(secondDay, ['--quick-add-key', fingerprintsOf(gpg, 'bob').primary, 'cv25519', 'encr', '0'], passphrase);
  at(secondDay, ['--quick-gen-key', user('signing only', 'signer'), 'ed25519', 'sign', '0']);
  at('20200101T000000!', ['--quick-gen-key', user('expired', 'expired'), 'rsa2048', 'sign', '2020-06-01']);
}

function messagesOf(gpg) {
  const alice = fingerprintsOf(gpg, 'alice');
  const bob = fingerprintsOf(gpg, 'bob');
  const [aliceRsa, aliceCurve] = alice.subkeys;
  const message = (name, to, keys, recipients) => ({
    name,
    to,
    keyIds: keys?.map((key) => key.slice(-16)) ?? null,
    armored: gpg(['--no-encrypt-to', '--encrypt', '--armor', ...recipients], { input: dataKey }).trimEnd(),
  });
  return {
    comment: `TEST keys and a TEST data key, which protect nothing. Messages made by gpg ${versionOf(gpg)}.`,
    passphrase,
    dataKey,
    fingerprints: {
      alice: alice.primary,
      aliceRsa,
      aliceCurve,
      bob: bob.primary,
      signer: fingerprintsOf(gpg, 'signer').primary,
      expired: fingerprintsOf(gpg, 'expired').primary,
    },
    messages: [
      message('RSA', 'alice', [aliceRsa], ['-r', `${aliceRsa}!`]),
      message('Curve25519', 'alice', [aliceCurve], ['-r', `${aliceCurve}!`]),
      message('the newest subkey', 'alice', [aliceCurve], ['-r', alice.primary]),
      message(
        'two recipients',
        'alice',
        [aliceCurve, bob.subkeys[0]],
        ['-r', alice.primary, '-r', bob.primary],
      ),
      message('a locked key', 'bob', [bob.subkeys[0]], ['-r', bob.primary]),
      message('a hidden recipient', 'alice', null, ['-R', alice.primary]),
    ],
  };
}

function fingerprintsOf(gpg, person) {
  const listing = gpg([
    '--with-colons',
    '--with-subkey-fingerprint',
    '--list-keys',
    `${person}@test.invalid`,
  ]);
  const [primary, ...subkeys] = [...listing.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map((match) => match[1]);
  return { primary, subkeys };
}

function exportOf(gpg, command, person) {
  const secret = person === 'bob' ? passphrase : '';
  const unlocked = ['--pinentry-mode', 'loopback', '--passphrase', secret];
  return gpg(['--armor', ...unlocked, command, `${person}@test.invalid`]);
}

function versionOf(gpg) {
  return /\d+\.\d+\.\d+/.exec(gpg(['--version']))[0];
}
