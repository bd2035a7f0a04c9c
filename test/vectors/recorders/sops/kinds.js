import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes TEST keys and says who each kind of file is encrypted for: `groups` as in a creation rule, and by name the keys
 * of which all are needed to open it.
 */
export function makeKinds(context) {
  const age = ageKey(context, 'age');
  const other = ageKey(context, 'other');
  const hybrid = ageKey(context, 'hybrid', ['-pq']);
  const ed25519 = sshKey(context, 'ssh-ed25519', ['-t', 'ed25519']);
  const rsa = sshKey(context, 'ssh-rsa', ['-t', 'rsa', '-b', '2048']);
  const pgp = pgpKey(context);
  const alone = (name, group) => ({ name, keys: [name], groups: [group], threshold: 0, other });
  return [
    alone('age', { age: [age] }),
    { ...alone('ages', { age: [ed25519, other, age] }), keys: ['age'] },
    alone('ssh-ed25519', { age: [ed25519] }),
    alone('ssh-rsa', { age: [rsa] }),
    alone('hybrid', { age: [hybrid] }),
    alone('pgp', { pgp: [pgp] }),
    {
      name: 'groups',
      keys: ['age', 'ssh-ed25519'],
      groups: [{ age: [age] }, { pgp: [pgp], age: [hybrid] }, { age: [ed25519] }],
      threshold: 2,
      other,
    },
    { ...alone('mixed', { age: [rsa], pgp: [pgp] }), keys: ['pgp'] },
  ];
}

function ageKey({ run, tool, write }, name, flags = []) {
  const text = run(tool('age-keygen'), flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  write(`sops/keys/${name}.txt`, `# TEST KEY, used nowhere else\n${text}`);
  return /public key: (\S+)/.exec(text)[1];
}

function sshKey({ run, temporary, write }, name, flags) {
  const file = join(temporary, name);
  run('ssh-keygen', ['-q', '-N', '', '-C', 'TEST KEY', ...flags, '-f', file]);
  write(`sops/keys/${name}`, readFileSync(file, 'utf8'));
  return readFileSync(`${file}.pub`, 'utf8')
    .trim()
    .replace(/ TEST KEY$/, '');
}

/** A key without a passphrase in a home of its own, which `SopsRunner` uses. */
function pgpKey({ run, temporary, write }) {
  const home = join(temporary, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...args) =>
    run('gpg', ['--homedir', home, '--batch', '-q', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  gpg(
    '--passphrase',
    '',
    '--quick-generate-key',
    'TEST KEY <test@example.com>',
    'default',
    'default',
    'never',
  );
  write('sops/keys/pgp.asc', gpg('--armor', '--export-secret-keys'));
  return /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))[1];
}
