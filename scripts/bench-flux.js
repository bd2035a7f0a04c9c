// Times `flux plan` over a repository of 100 Kustomizations with about 3,000 objects, cold (nothing kept) and warm (builds
// kept from the run before), as ratios to one run of `kustomize build`: node scripts/bench-flux.js, after npm run build.
// Needs git, and kustomize on PATH or in SOPSKIT_PEERS_BIN. FLUX_BENCH_KUSTOMIZATIONS sets the number.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/sopskit.js', import.meta.url));
const peers = process.env.SOPSKIT_PEERS_BIN ?? path.join(homedir(), '.cache', 'sopskit-peers', 'bin');
const own = path.join(peers, 'kustomize');
const kustomize = existsSync(own) ? own : 'kustomize';
const count = Number(process.env.FLUX_BENCH_KUSTOMIZATIONS ?? 100);
const objectsEach = 30;
const base = mkdtempSync(path.join(tmpdir(), 'sopskit-bench-flux-'));
const repository = path.join(base, 'repository');

try {
  makeRepository();
  const rows = [
    [
      'one kustomize build',
      ...times(5, () => run(kustomize, ['build', path.join(repository, 'apps/app-0')], home('none'))),
    ],
    ['plan HEAD~1..HEAD, cold', ...times(3, (at) => plan(['HEAD~1..HEAD'], home(`cold-${at}`)))],
    ['plan HEAD~1..HEAD, warm', ...times(3, () => plan(['HEAD~1..HEAD'], home('cold-0')))],
    [
      'plan HEAD~2..HEAD (a third moves), cold',
      ...times(3, (at) => plan(['HEAD~2..HEAD'], home(`colder-${at}`))),
    ],
  ];
  const unit = rows[0][1];
  process.stdout.write(`${count} Kustomizations, ${count * objectsEach} objects; best of the runs\n`);
  for (const [name, best] of rows) {
    const ratio = `${(best / unit).toFixed(1)} x`;
    process.stdout.write(
      `${String(name).padEnd(44)} ${best.toFixed(0).padStart(7)} ms ${ratio.padStart(9)}\n`,
    );
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}

function times(rounds, work) {
  const all = Array.from({ length: rounds }, (_, at) => {
    const start = performance.now();
    work(at);
    return performance.now() - start;
  });
  return [Math.min(...all)];
}

function plan(args, env) {
  run(process.execPath, [bin, 'flux', 'plan', '--json', ...args], env, [0, 1]);
}

function run(program, args, env, statuses = [0]) {
  const { status, stderr, error } = spawnSync(program, args, { cwd: repository, env, maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  if (!statuses.includes(status)) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

function home(name) {
  const folder = path.join(base, 'homes', name);
  mkdirSync(folder, { recursive: true });
  const person = { name: 'Bench', email: 'bench@example.com' };
  return {
    PATH: [peers, process.env.PATH].join(path.delimiter),
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: person.name,
    GIT_AUTHOR_EMAIL: person.email,
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
  };
}

function makeRepository() {
  mkdirSync(repository, { recursive: true });
  git('init', '-q', '-b', 'main');
  write('clusters/bench/flux-system/gotk-sync.yaml', sync());
  for (let at = 0; at < count; at++) {
    write(`clusters/bench/app-${at}.yaml`, kustomization(`app-${at}`, `apps/app-${at}`));
    for (let object = 0; object < objectsEach; object++)
      write(`apps/app-${at}/object-${object}.yaml`, manifest(at, object));
    const resources = Array.from({ length: objectsEach }, (_, object) => `- object-${object}.yaml\n`);
    write(
      `apps/app-${at}/kustomization.yaml`,
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.join('')}`,
    );
  }
  commit();
  for (let at = 0; at < count; at += 3)
    write(`clusters/bench/app-${at}.yaml`, kustomization(`renamed-${at}`, `apps/app-${at}`));
  commit();
  write('apps/app-1/object-0.yaml', manifest(1, 0).replace('value: one', 'value: two'));
  commit();
}

function git(...args) {
  run('git', args, home('git'));
}

function commit() {
  git('add', '-A');
  git('commit', '-q', '-m', 'a commit');
}

function write(file, text) {
  const full = path.join(repository, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function manifest(app, object) {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: object-${object}
  namespace: app-${app}
data:
  value: one
  text: |
${Array.from({ length: 20 }, (_, line) => `    line ${line} of object ${object} of app ${app}\n`).join('')}`;
}

function kustomization(name, folder) {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m0s
  path: ./${folder}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
`;
}

function sync() {
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m0s
  ref:
    branch: main
  url: https://example.com/bench/bench.git
---
${kustomization('flux-system', 'clusters/bench')}`;
}
