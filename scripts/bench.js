// Times the built command line against the real sops and `node -e 0`, pair by pair in one run, and prints ratios.
// Absolute times on a shared machine say little; the ratios are what to quote, those of the processor time above all.
// Takes about six minutes, most of them for the loops of sops over 1,000 files.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = process.env.SOPSKIT_PEERS_BIN ?? join(homedir(), '.cache/sopskit-peers/bin');
const sops = join(bin, 'sops');
if (!existsSync(sops)) {
  console.error(
    `There is no sops in ${bin}. Set SOPSKIT_PEERS_BIN to a folder that has it (CONTRIBUTING.md).`,
  );
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'sopskit-bench-'));
const { generateIdentity } = await import(join(root, 'dist/index.js'));
const { recipient, keyFile } = await generateIdentity();
const another = await generateIdentity();
writeFileSync(join(work, 'key.txt'), keyFile, { mode: 0o600 });
// NODE_EXTRA_CA_CERTS makes Node 20 read a certificate bundle at every start.
const env = {
  PATH: process.env.PATH,
  HOME: work,
  SOPS_AGE_KEY_FILE: join(work, 'key.txt'),
  SOPS_DISABLE_VERSION_CHECK: '1',
};
const entry = join(root, 'bin/sopskit.js');
const ours = (...args) => ({ command: [process.execPath, entry, ...args] });
const theirs = (...args) => ({ command: [sops, ...args] });
const bareNode = { command: [process.execPath, '-e', '0'] };
const encrypt = ['encrypt', '--age', recipient];
/** Linux counts in hundredths of a second, which the many runs of a row make up for. */
const tickMs = 10;

try {
  console.log(`${'work'.padEnd(44)} ${'wall'.padStart(6)} ${'cpu'.padStart(6)}  target (wall)`);
  smallFile();
  stagedCheck();
  largeFile();
  growth();
  manyFiles();
  imports();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function smallFile() {
  const file = sealed('small.yaml', leaves(10));
  const plain = write('small-plain.yaml', leaves(10));
  const decrypt = ours('decrypt', file);
  row('decrypt a small file / node -e 0', decrypt, bareNode, 41, '≤ 1.5');
  row('  without the compiled-code cache', { ...decrypt, env: { SOPSKIT_CODE_CACHE: '0' } }, bareNode, 15);
  row('encrypt a small file / node -e 0', ours(...encrypt, plain), bareNode, 31);
  row('decrypt a small file / sops', decrypt, theirs('decrypt', file), 31);
  memory('decrypt a small file', ['decrypt', file], 80);
}

/** What a commit waits for where the hook is installed: ten encrypted Secrets are staged. */
function stagedCheck() {
  const folder = join(work, 'staged');
  mkdirSync(folder);
  for (let index = 0; index < 10; index += 1) writeFileSync(join(folder, `s${index}.yaml`), leaves(3));
  const rule = `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${recipient}\n`;
  writeFileSync(join(folder, '.sops.yaml'), rule);
  once({ command: ['git', 'init', '-q', '.'], cwd: folder });
  once({ ...ours('encrypt', '-i', '.'), cwd: folder });
  once({ command: ['git', 'add', '.'], cwd: folder });
  const check = { ...ours('check', '--staged'), cwd: folder };
  row('check --staged on 10 files / node -e 0', check, bareNode, 41, '≤ 2');
}

function largeFile() {
  const plain = write('large-plain.yaml', leaves(10_000));
  const file = sealed('large.yaml', leaves(10_000));
  row('encrypt 10,000 leaves / sops', ours(...encrypt, plain), theirs(...encrypt, plain), 11, '≤ 0.8');
  row('decrypt 10,000 leaves / sops', ours('decrypt', file), theirs('decrypt', file), 11, '≤ 0.8');
  memory('encrypt 10,000 leaves', [...encrypt, plain], 200);
  memory('decrypt 10,000 leaves', ['decrypt', file], 200);
}

/** Time above Node's own start: ×10 from one size to the next is linear. */
function growth() {
  const sizes = [1_000, 10_000, 100_000];
  const plain = sizes.map((count) => write(`grow-plain-${count}.yaml`, leaves(count)));
  const files = sizes.map((count) => sealed(`grow-${count}.yaml`, leaves(count)));
  for (const [title, commands] of [
    ['encrypt', plain.map((path) => ours(...encrypt, path))],
    ['decrypt', files.map((path) => ours('decrypt', path))],
  ]) {
    const start = median(times(bareNode, 5));
    const [first, second, third] = commands.map((command) => median(times(command, 3)) - start);
    const factors = `×${ratio(second / first)} to 10,000, ×${ratio(third / second)} to 100,000`;
    console.log(`growth of ${title} from 1,000 leaves: ${factors}   (linear: ×10)`);
  }
}

/** 1,000 Secrets, in place: one run of ours, and a loop of sops. Every run finds the files as they were. */
function manyFiles() {
  const [folder, plain, sealedFolder] = ['many', 'many-plain', 'many-sealed'].map((name) => join(work, name));
  const { recipient: second } = another;
  mkdirSync(plain);
  for (let index = 0; index < 1_000; index += 1) writeFileSync(join(plain, `s${index}.yaml`), leaves(3));
  const reset = (from, recipients) => () => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(from, folder, { recursive: true });
    const rule = `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${recipients}\n`;
    writeFileSync(join(folder, '.sops.yaml'), rule);
  };
  const within = (run, before) => ({ ...run, cwd: folder, before });
  const loop = (body) => {
    const script = `for f in *.yaml; do ${body} || exit 1; done`;
    return { command: ['/bin/sh', '-c', script, 'sh', sops] };
  };
  reset(plain, recipient)();
  once(within(ours('encrypt', '-i', '.')));
  cpSync(folder, sealedFolder, { recursive: true });
  for (const [title, one, other, from, recipients] of [
    ['encrypt', ours('encrypt', '-i', '.'), loop('"$1" encrypt -i "$f"'), plain, recipient],
    ['decrypt', ours('decrypt', '-i', '.'), loop('"$1" decrypt -i "$f"'), sealedFolder, recipient],
    [
      'rekey',
      ours('rekey', '.'),
      loop('"$1" updatekeys -y "$f" && "$1" rotate -i "$f"'),
      sealedFolder,
      `${recipient},${second}`,
    ],
  ]) {
    const before = reset(from, recipients);
    row(`${title} 1,000 files / a loop of sops`, within(one, before), within(other, before), 3, '≤ 0.10');
  }
}

/** What a decrypting process loads, each piece alone in a fresh process. */
function imports() {
  console.log(`\n${'on the start-up path'.padEnd(44)} ${'ms'.padStart(6)} ${'KB'.padStart(6)}`);
  const known = new Set();
  for (const id of loadedBy(['decrypt', join(work, 'small.yaml')])) {
    if (known.has(id) || id === entry) continue;
    known.add(id);
    cost(id, `require(${JSON.stringify(id)})`);
  }
  const bundle = join(root, 'dist/cli.cjs');
  const script = `const s = require('fs').readFileSync(${JSON.stringify(bundle)}, 'latin1')`;
  cost(bundle, `${script}; new (require('vm').Script)(s).runInThisContext()({}, require, {})`);
  console.log('only where needed');
  for (const id of ['re2js', 'age-encryption', 'openpgp', 'bcrypt-pbkdf'])
    cost(id, `require(require.resolve(${JSON.stringify(id)}, { paths: [${JSON.stringify(root)}] }))`);
}

/** The modules that a run asks Node for, in order. */
function loadedBy(args) {
  const report = join(work, 'loaded');
  const hook = write(
    'loaded.cjs',
    `const fs = require('fs'); const M = require('module'); const load = M._load; const ids = [];
     M._load = function (id, ...rest) { ids.push(id); return load.call(this, id, ...rest); };
     process.on('exit', () => fs.writeFileSync(${JSON.stringify(report)}, ids.join('\\n')));`,
  );
  once({ command: [process.execPath, '--require', hook, entry, ...args] });
  const ids = readFileSync(report, 'utf8').split('\n');
  return ids.map((id) => (id.startsWith('.') ? join(dirname(entry), id) : id));
}

/** Milliseconds and kilobytes of heap that `code` takes; for a file, its size stands behind. */
function cost(id, code) {
  // a file, for `node -e` has modules loaded that a file has not; the first figures take out what measuring itself takes
  const program = write(
    'cost.cjs',
    `const at = () => { const { heapUsed, external } = process.memoryUsage(); return [performance.now(), (heapUsed + external) / 1024]; };
     at(); const a = at(); const b = at(); ${code};
     const c = at(); console.log(JSON.stringify([0, 1].map((i) => c[i] - b[i] - (b[i] - a[i]))));`,
  );
  const runs = Array.from({ length: 7 }, () => {
    const { stdout } = spawnSync(process.execPath, [program], { cwd: work, env, encoding: 'utf8' });
    return JSON.parse(stdout);
  });
  const [ms, kilobytes] = [0, 1].map((at) => median(runs.map((run) => run[at])));
  const isFile = id.startsWith(root);
  const size = isFile ? `   (file: ${Math.round(statSync(id).size / 1024)} KB)` : '';
  const name = isFile ? relative(root, id) : id;
  console.log(`${name.padEnd(44)} ${ms.toFixed(2).padStart(6)} ${kilobytes.toFixed(0).padStart(6)}${size}`);
}

/** Runs two commands in turn and prints the medians of the pairs' ratios, with the quartiles of the wall times'. */
function row(title, one, other, runs, target) {
  once(one); // fills the caches
  once(other);
  const pairs = Array.from({ length: runs }, () => [measured(one), measured(other)]);
  const wall = pairs.map(([a, b]) => a.wall / b.wall).sort((a, b) => a - b);
  const total = (at) => pairs.reduce((sum, pair) => sum + pair[at].cpu, 0);
  const cpu = total(1) > 0 ? ratio(total(0) / total(1)) : '-';
  const quartiles = `${ratio(wall[Math.floor(runs / 4)])} … ${ratio(wall[Math.floor((3 * runs) / 4)])}`;
  console.log(
    `${title.padEnd(44)} ${ratio(median(wall)).padStart(6)} ${cpu.padStart(6)}  ${(target ?? '').padEnd(6)} (${quartiles}, ${runs} pairs)`,
  );
}

function measured(run) {
  const before = childrensCpu();
  const wall = once(run);
  return { wall, cpu: childrensCpu() - before };
}

/** Milliseconds of processor time of all children so far; 0 where the system does not say. */
function childrensCpu() {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[13]) + Number(fields[14])) * tickMs;
  } catch {
    return 0;
  }
}

function once({ command: [program, ...args], env: more = {}, cwd = work, before }) {
  before?.();
  const start = process.hrtime.bigint();
  const { status } = spawnSync(program, args, {
    cwd,
    env: { ...env, ...more },
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${program} ${args[0]} ${args[1]} ended with ${status}`);
  return Number(process.hrtime.bigint() - start);
}

function times(run, count) {
  once(run);
  return Array.from({ length: count }, () => once(run));
}

function memory(title, args, target) {
  const report = join(work, 'rss');
  const hook = write(
    'rss.cjs',
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)))`,
  );
  once({ command: [process.execPath, '--require', hook, entry, ...args] });
  const peak = Math.round(Number(readFileSync(report, 'utf8')) / 1024);
  console.log(`${`${title}: peak memory`.padEnd(44)} ${`${peak} MiB`.padStart(13)}  ≤ ${target} MiB`);
}

function leaves(count) {
  const lines = ['apiVersion: v1', 'kind: Secret', 'stringData:'];
  for (let index = 0; index < count; index += 1)
    lines.push(`  key-${index}: value number ${index} of the benchmark`);
  return `${lines.join('\n')}\n`;
}

function write(name, text) {
  const path = join(work, name);
  writeFileSync(path, text);
  return path;
}

/** Encrypted by the real sops. */
function sealed(name, text) {
  const path = write(name, text);
  const result = spawnSync(sops, ['encrypt', '-i', '--age', recipient, path], { cwd: work, env });
  if (result.status !== 0) throw new Error(`sops could not encrypt ${name}: ${result.stderr}`);
  return path;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ratio(value) {
  return value.toFixed(2);
}
