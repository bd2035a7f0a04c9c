import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Binaries, programs } from './address.ts';

/**
 * Finds the programs of a control plane: in `KUBEBUILDER_ASSETS` (etcd, kube-apiserver, kubectl), `SOPSKIT_PEERS_BIN`,
 * then `~/.cache/sopskit-peers/bin`. `missing` names those that are nowhere; `test/e2e/tools/build.sh` makes them.
 */
export function findBinaries(): { readonly found: Binaries; readonly missing: readonly string[] } {
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const program of programs) {
    const file = folders()
      .map((folder) => path.join(folder, program))
      .find(isExecutable);
    if (file === undefined) missing.push(program);
    else found[program] = file;
  }
  if (missing.length === 0 && findDefinitions() === null) missing.push('crds');
  if (spawnSync('openssl', ['version']).status !== 0) missing.push('openssl');
  return { found: found as Binaries, missing };
}

/**
 * Files with the CustomResourceDefinitions of Flux: beside the programs, where `build.sh` puts them, or in Go's module
 * cache; and our own small one of HelmRelease. `null`: nowhere.
 */
export function findDefinitions(): readonly string[] | null {
  const own = path.join(here, 'helmreleases.yaml');
  for (const folder of folders().map((one) => path.join(one, 'crds'))) {
    if (existsSync(folder)) return [...yamlFiles(folder), own];
  }
  const modules = ['github.com/fluxcd/kustomize-controller', 'github.com/fluxcd/source-controller'];
  const { status, stdout } = spawnSync('go', ['list', '-m', '-f', '{{.Dir}}', ...modules], {
    cwd: path.join(here, '..', 'tools'),
    env: { ...process.env, GOFLAGS: '-mod=readonly', GOPROXY: 'off' },
  });
  const roots = status === 0 ? stdout.toString().trim().split('\n').filter(existsSync) : [];
  if (roots.length < modules.length) return null;
  return [...roots.flatMap((root) => yamlFiles(path.join(root, 'config', 'crd', 'bases'))), own];
}

const here = path.dirname(fileURLToPath(import.meta.url));

function folders(): string[] {
  const named = [process.env['KUBEBUILDER_ASSETS'], process.env['SOPSKIT_PEERS_BIN']];
  return [...named, path.join(homedir(), '.cache', 'sopskit-peers', 'bin')].filter(
    (folder) => folder !== undefined,
  );
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(folder, name));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
