// Installs and builds what is missing, then does the main job on a copy of examples/ with a fresh age key.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const secrets = [
  'apps/web/web.secret.yaml',
  'apps/database/database.secret.yaml',
  'apps/database/migrate.env',
];

prepare();
const folder = mkdtempSync(join(tmpdir(), 'sopskit-quickstart-'));
try {
  await show(join(folder, 'repository'), join(folder, 'key.txt'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function prepare() {
  if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
    step('Installing what sopskit needs');
    npm('ci', '--no-fund', '--no-audit');
  }
  step('Building');
  npm('run', '--silent', 'build');
}

async function show(work, keyFile) {
  step('A small Flux repository, and a fresh age key');
  cpSync(join(root, 'examples'), work, { recursive: true });
  const { generateIdentity } = await import('../dist/index.js');
  const identity = await generateIdentity();
  writeFileSync(keyFile, identity.keyFile, { mode: 0o600 });
  const config = readFileSync(join(root, '.sops.yaml'), 'utf8').replaceAll(
    /age: age1\w+/g,
    `age: ${identity.recipient}`,
  );
  writeFileSync(join(work, '.sops.yaml'), config);
  say(`key file     ${keyFile} (thrown away at the end)`, `recipient    ${identity.recipient}`);

  const plain = new Map(secrets.map((file) => [file, readFileSync(join(work, file), 'utf8')]));
  step('What must not be committed like this');
  const { stdout } = sopskit(work, keyFile, { status: 1 }, 'check', '.');
  say(...stdout.trimEnd().split('\n').map(shorten));
  step('Encrypted, in one command');
  say(sopskit(work, keyFile, {}, 'encrypt', '--in-place', '.', secrets[2]).stderr.trimEnd());
  say(sopskit(work, keyFile, {}, 'check', '.').stdout.trimEnd());
  step('What now goes into Git: values are sealed, names, comments and layout stay');
  say(...readFileSync(join(work, secrets[0]), 'utf8').split('\n').slice(0, 20).map(shorten), '…');

  step('Decrypted again, byte for byte');
  for (const [file, before] of plain) {
    const { stdout: after } = sopskit(work, keyFile, {}, 'decrypt', file);
    if (after !== before) throw new Error(`${file} changed`);
    say(`${file}: the same ${Buffer.byteLength(after)} bytes`);
  }
  step('One value at a time');
  say('$ sopskit decrypt --extract \'["stringData"]["password"]\' apps/database/database.secret.yaml');
  say(sopskit(work, keyFile, {}, 'decrypt', '--extract', '["stringData"]["password"]', secrets[1]).stdout);
  say('', 'Next: README.md shows the commands; `node bin/sopskit.js --help` lists them.');
}

function sopskit(cwd, keyFile, { status = 0 }, ...args) {
  if (args[0] !== 'decrypt') say(`$ sopskit ${args.join(' ')}`);
  return run(status, process.execPath, [join(root, 'bin', 'sopskit.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: dirname(keyFile), SOPS_AGE_KEY_FILE: keyFile },
  });
}

function npm(...args) {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function run(status, program, args, options) {
  const result = spawnSync(program, args, { encoding: 'utf8', ...options });
  if (result.status === status) return result;
  process.stderr.write(result.stderr);
  throw new Error(`${relative(root, args[0])} ${args[1]} ended with ${result.status}`);
}

function step(title) {
  console.log(`\n== ${title}`);
}

function say(...lines) {
  for (const line of lines) console.log(`   ${line}`);
}

function shorten(line) {
  return line.replace(/ENC\[AES256_GCM,data:([^,]{0,16})[^\]]*\]/g, 'ENC[AES256_GCM,data:$1…]');
}
