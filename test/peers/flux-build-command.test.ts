import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { buildKey, sealed } from '../flux/build/sealed.ts';
import { describePeers } from './peers.ts';

const canary = 'the-canary-of-this-test';
const base64 = Buffer.from(canary).toString('base64');
const sync = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, ref: {branch: main}, url: "https://git.example.com/fleet.git"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, path: ./clusters/home, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
`;
const apps = (more = ''): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}${more}}
`;
const secret = (name: string, namespace: string, fields: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: ${namespace}}\n${fields}`;
const map = (name: string, data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: apps}\ndata: {${data}}\n`;

describePeers('the command flux build', ['kustomize', 'sops', 'git'], ({ kustomize, sops, git }) => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    folder = path.join(home, 'repository');
    write('clusters/home/flux-system/gotk-sync.yaml', sync);
    write('clusters/home/apps.yaml', apps(', decryption: {provider: sops}'));
    const values = ['--encrypted-regex', '^(data|stringData)$'];
    write(
      'apps/db.yaml',
      sealed(sops, 'db.yaml', secret('db', 'apps', `stringData: {password: ${canary}}\n`), values),
    );
    write('apps/web.yaml', map('web', 'a: b'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  function write(name: string, text: string): void {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async function run(args: readonly string[], options: { terminal?: boolean; key?: string } = {}) {
    const output: Uint8Array[] = [];
    const lines: string[] = [];
    const before = process.cwd();
    process.chdir(folder);
    try {
      const variables = { HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
      const status = await main(['flux', 'build', ...args], {
        system: realSystem({ ...variables, SOPS_AGE_KEY: options.key ?? buildKey.identity }, [
          kustomize,
          git,
        ]),
        terminal: {
          colours: { output: false, error: false },
          outputIsTerminal: options.terminal === true,
          write: (data) => output.push(Buffer.from(data)),
          tell: (line) => lines.push(`${line}\n`),
          readLine: () => null,
        },
        operations: async (of) => createOperations(of),
      });
      return { status, stdout: Buffer.concat(output).toString('utf8'), stderr: lines.join('') };
    } finally {
      process.chdir(before);
    }
  }

  it('shows no value on a terminal, but where it is asked to', async () => {
    const shown = await run(['apps'], { terminal: true });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain("password: '*** (23 bytes)'");
    expect(shown.stdout).not.toContain(base64);
    expect((await run(['apps', '--unmasked'], { terminal: true })).stdout).toContain(base64);
    expect((await run(['apps', '--masked=false'], { terminal: true })).stdout).toContain(base64);
    expect((await run(['apps'])).stdout).toContain(base64);
    expect((await run(['apps', '--masked', '--json'])).stdout).not.toContain(base64);
    expect((await run(['apps', '--inventory'])).stdout).toBe('apps_web__ConfigMap\napps_db__Secret\n');
  });

  it('hides what comes from a Secret as a variable', async () => {
    write('clusters/home/vars.yaml', secret('vars', 'flux-system', `stringData: {TOKEN: ${canary}}\n`));
    write('clusters/home/apps.yaml', apps(', postBuild: {substituteFrom: [{kind: Secret, name: vars}]}'));
    rmSync(path.join(folder, 'apps/db.yaml'));
    write('apps/web.yaml', map('web', `url: "https://x:$\{TOKEN}@example.com"`));
    expect((await run(['apps', '--unmasked'])).stdout).toContain(canary);
    const { stdout } = await run(['apps', '--masked']);
    expect(stdout).toContain('url: https://x:***@example.com');
    expect(stdout).not.toContain(canary);
  });

  it('builds a revision', async () => {
    const env = {
      ...{ PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
      ...{ GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com' },
      ...{ GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com' },
    };
    const on = (...args: string[]) => execFileSync(git, args, { cwd: folder, env, stdio: 'pipe' });
    on('init', '-q', '-b', 'main');
    on('add', '.');
    on('commit', '-q', '-m', 'one');
    write('apps/web.yaml', map('renamed', 'a: b'));
    expect((await run(['apps', '--inventory'])).stdout).toContain('apps_renamed__ConfigMap');
    expect((await run(['apps', '--inventory', '--revision', 'main'])).stdout).toContain(
      'apps_web__ConfigMap',
    );
  });

  it('names what it cannot open, and goes on', async () => {
    const { status, stdout, stderr } = await run(['apps', '--inventory'], { key: '' });
    expect(status).toBe(0);
    expect(stdout).toBe('apps_web__ConfigMap\napps_db__Secret\n');
    expect(stderr).toContain('unknown: Secret apps/db cannot be opened with the identities here');
  });

  it('warns of ciphertext that would be stored, and says no more than that', async () => {
    write('clusters/home/apps.yaml', apps());
    const { status, stderr } = await run(['apps', '--masked']);
    expect(status).toBe(0);
    expect(stderr).toBe(
      'warning: Secret apps/db would be stored with ciphertext for a value: flux-system/apps has no spec.decryption\n',
    );
  });

  it('warns of other encrypted kinds that nothing decrypts, as the API server refuses them', async () => {
    write('clusters/home/apps.yaml', apps());
    rmSync(path.join(folder, 'apps/db.yaml'));
    const chart = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: r, namespace: apps}\nspec: {url: ${canary}}\n`;
    write('apps/r.yaml', sealed(sops, 'r.yaml', chart, ['--encrypted-regex', '^url$']));
    expect((await run(['apps', '--masked'])).stderr).toBe(
      'warning: HelmRepository apps/r would be refused by the API server (.sops: field not declared in schema): it is encrypted, and flux-system/apps has no spec.decryption\n',
    );
    write('clusters/home/apps.yaml', apps(', decryption: {provider: sops}'));
    expect((await run(['apps', '--masked'])).stderr).toBe('');
  });

  it('says that a name is not there, whatever else fails', async () => {
    write('apps/values.yaml', 'replicas: 2\n');
    const { status, stderr } = await run(['aps']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/there is no Kustomization "aps"\n/);
    expect(stderr).toContain('Did you mean apps? There are: ');
    expect(stderr).toContain('What flux-system/apps would apply is not known: it cannot be built.');
  });

  it('builds the others where one fails, and ends with 1', async () => {
    write('apps/values.yaml', 'replicas: 2\n');
    const { status, stdout, stderr } = await run(['--inventory']);
    expect(status).toBe(1);
    expect(stdout).toContain('# Kustomization flux-system/flux-system\n');
    expect(stderr).toContain(
      'error: flux-system/apps fails: failed to decode Kubernetes YAML from apps/values.yaml',
    );
    expect((await run(['flux-system', '--inventory'])).status).toBe(0);
  });

  it('keeps nothing that was decrypted', async () => {
    await run([]);
    const kept = readdirSync(path.join(home, 'sopskit', 'builds')).length;
    expect(kept).toBe(2); // the Secret itself is opened behind kustomize
    write('apps/kustomization.yaml', 'namespace: apps\nsecretGenerator: [{name: g, files: [t.txt]}]\n');
    write('apps/t.txt', sealed(sops, 't.txt', canary));
    expect((await run(['apps'])).stdout).toContain(base64);
    expect(readdirSync(path.join(home, 'sopskit', 'builds')).length).toBe(kept);
  });

  it('fetches a base only where it may', async () => {
    const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
    const base = path.join(home, 'base');
    mkdirSync(base);
    const on = (...args: string[]) =>
      execFileSync(git, ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: base,
        env,
        stdio: 'pipe',
      });
    writeFileSync(path.join(base, 'kustomization.yaml'), 'resources: [far.yaml]\n');
    writeFileSync(path.join(base, 'far.yaml'), map('far', 'a: b'));
    on('init', '-q', '-b', 'main');
    on('add', '.');
    on('commit', '-q', '-m', 'one');
    write('apps/kustomization.yaml', `resources: ["file://${base}"]\n`);
    const without = await run(['apps', '--inventory']);
    expect(without.status).toBe(1);
    expect(without.stderr).toContain(
      'error: flux-system/apps cannot be built: apps/kustomization.yaml takes in file://',
    );
    expect(without.stderr).toContain('hint: Allow it to be fetched with --remote-bases.');
    expect((await run(['apps', '--inventory', '--remote-bases'])).stdout).toBe('apps_far__ConfigMap\n');
    write('apps/kustomization.yaml', `resources: ["file://${base}-gone"]\n`);
    expect((await run(['apps', '--inventory', '--remote-bases'])).stderr).toMatch(
      /^error: .* and kustomize says: /,
    );
  });
});
