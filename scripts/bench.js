// Times the built command line against the real sops and `node -e 0`, pair by pair in one run, and prints ratios.
// Absolute times on a shared machine say little; the ratios are what to quote.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
writeFileSync(join(work, 'key.txt'), keyFile, { mode: 0o600 });
// NODE_EXTRA_CA_CERTS makes Node 20 read a certificate bundle at every start.
const env = {
  PATH: process.env.PATH,
  HOME: work,
  SOPS_AGE_KEY_FILE: join(work, 'key.txt'),
  SOPS_DISABLE_VERSION_CHECK: '1',
};
const sopskit = [process.execPath, join(root, 'bin/sopskit.js')];
const bareNode = [process.execPath, '-e', '0'];

try {
  smallFile();
  largeFiles();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function smallFile() {
  const file = sealed('small.yaml', leaves(10));
  const plain = write('small-plain.yaml', leaves(10));
  row('decrypt a small file', [...sopskit, 'decrypt', file], bareNode, 'node -e 0', 1.5, 30);
  row('decrypt a small file', [...sopskit, 'decrypt', file], [sops, 'decrypt', file], 'sops', null, 30);
  row(
    'encrypt a small file',
    [...sopskit, 'encrypt', '--age', recipient, plain],
    bareNode,
    'node -e 0',
    null,
    30,
  );
  memory('decrypt a small file', ['decrypt', file], 80);
}

function largeFiles() {
  const plain = write('large-plain.yaml', leaves(10_000));
  const file = sealed('large.yaml', leaves(10_000));
  row(
    'encrypt 10,000 leaves',
    [...sopskit, 'encrypt', '--age', recipient, plain],
    [sops, 'encrypt', '--age', recipient, plain],
    'sops',
    0.8,
    7,
  );
  row('decrypt 10,000 leaves', [...sopskit, 'decrypt', file], [sops, 'decrypt', file], 'sops', 0.8, 7);
  memory('decrypt 10,000 leaves', ['decrypt', file], 200);
  memory('encrypt 10,000 leaves', ['encrypt', '--age', recipient, plain], 200);
  const sizes = [1_000, 10_000, 100_000].map((count) => ({
    count,
    file: sealed(`grow-${count}.yaml`, leaves(count)),
  }));
  const times = sizes.map(
    ({ file: grown }) => median(times3([...sopskit, 'decrypt', grown])) - median(times3(bareNode)),
  );
  console.log(
    `growth of decrypt above node's start: ×${ratio(times[1] / times[0])} from 1,000 to 10,000 leaves, ×${ratio(times[2] / times[1])} from 10,000 to 100,000 (linear: ×10)`,
  );
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
  const result = spawnSync(sops, ['encrypt', '-i', '--age', recipient, path], { env });
  if (result.status !== 0) throw new Error(`sops could not encrypt ${name}`);
  return path;
}

function row(title, ours, other, otherName, target, runs) {
  const ratios = [];
  once(ours);
  once(other);
  for (let run = 0; run < runs; run += 1) ratios.push(once(ours) / once(other));
  ratios.sort((a, b) => a - b);
  const goal = target === null ? '' : `   target ≤ ${target}`;
  console.log(
    `${title}: ${ratio(median(ratios))} × ${otherName}   (${ratio(ratios[0])} … ${ratio(ratios.at(-1))}, ${runs} pairs)${goal}`,
  );
}

function once([program, ...args]) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(program, args, { env, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${program} ${args[0]} ${args[1]} ended with ${status}`);
  return Number(process.hrtime.bigint() - start);
}

function times3(command) {
  return [once(command), once(command), once(command)];
}

function memory(title, args, target) {
  const report = join(work, 'rss');
  const hook = `process.on('exit',()=>require('fs').writeFileSync(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)))`;
  const hookFile = write('hook.cjs', hook);
  spawnSync(process.execPath, ['--require', hookFile, join(root, 'bin/sopskit.js'), ...args], {
    env,
    maxBuffer: 1 << 30,
  });
  console.log(
    `${title}: peak memory ${Math.round(Number(readFileSync(report, 'utf8')) / 1024)} MiB   target ≤ ${target}`,
  );
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ratio(value) {
  return value.toFixed(2);
}
