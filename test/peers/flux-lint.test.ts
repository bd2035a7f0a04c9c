import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import type { JsonReport } from '../../src/findings/print-json.ts';
import type { System } from '../../src/system/system.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { app, configMap, decryption, kustomization, sealed, secret } from '../flux/lint/lint-world.ts';
import { fluxKustomization, fluxSystem } from '../flux/repositories.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const canary = 'canary-password';
const plain = await sealed(secret());

describePeers('flux lint', ['git', 'kustomize'], ({ git, kustomize }) => {
  const repositories: TestRepository[] = [];
  afterEach(() => {
    for (const repository of repositories.splice(0)) repository.remove();
  });

  function repositoryWith(contents: ReturnType<typeof app>, options: { readonly git?: boolean } = {}) {
    const repository = new TestRepository(options);
    repositories.push(repository);
    for (const [file, text] of fluxSystem('clusters/test', false, 'main')) repository.write(file, text);
    for (const [file, text] of Object.entries(contents)) repository.write(file, String(text));
    if (options.git !== false) repository.commit();
    return repository;
  }

  async function run(
    repository: TestRepository,
    argv: readonly string[] = [],
    how: { readonly folder?: string; readonly programs?: readonly string[] } = {},
  ) {
    const bin = path.join(repository.home, 'bin');
    rmSync(bin, { recursive: true, force: true });
    mkdirSync(bin);
    for (const program of how.programs ?? [git, kustomize])
      symlinkSync(program, path.join(bin, path.basename(program)));
    const real = realSystem({ ...repository.env, PATH: bin });
    const folder = how.folder ?? repository.folder;
    const system: System = { ...real, files: { ...real.files, cwd: folder, home: repository.home } };
    const out = { stdout: '', stderr: '' };
    const status = await main(['flux', 'lint', ...argv], {
      system,
      terminal: {
        colours: { output: false, error: false },
        write: (data) => {
          out.stdout += Buffer.from(data as Uint8Array).toString();
        },
        tell: (line) => {
          out.stderr += `${line}\n`;
        },
        readLine: () => null,
      },
      operations: async (of) => createOperations(of),
    });
    expect(out.stdout + out.stderr).not.toContain(canary);
    return { status, ...out };
  }

  const codes = (stdout: string) => (JSON.parse(stdout) as JsonReport).findings.map(({ code }) => code);

  it('traces what kustomize made back to its file', async () => {
    const overlay = kustomization('namespace: app', 'namePrefix: x-', 'resources: [../base]');
    const repository = repositoryWith({
      'clusters/test/apps.yaml': `${fluxKustomization('a', 'a')}---\n${fluxKustomization('b', 'b')}`,
      'a/kustomization.yaml': overlay,
      'b/kustomization.yaml': overlay,
      'base/kustomization.yaml': kustomization('resources: [a.yaml]'),
      'base/a.yaml': `---\n---\n${configMap()}`,
    });
    const { status, stdout } = await run(repository);
    expect(stdout).toBe(
      'base/a.yaml:3: warning: ConfigMap app/x-app is applied by flux-system/a and flux-system/b (first in base/a.yaml) [flux.two-owners]\n' +
        '  fix: Take it out of all but one; before that, see what would be deleted: sopskit flux plan.\n\n' +
        '1 finding (1 warning) in 1 of 4 files\n',
    );
    expect(status).toBe(0);
    expect((await run(repository, ['--strict'])).status).toBe(1);
  });

  it('looks at a revision, and tells of a PATH', async () => {
    const repository = repositoryWith(app({ 'a.yaml': plain }));
    repository.git('tag', 'before');
    repository.write('clusters/test/app.yaml', fluxKustomization('app', 'app', decryption));
    expect(await run(repository)).toMatchObject({ status: 0, stdout: 'no findings in 4 files\n' });
    const before = await run(repository, ['--revision', 'before', '--json']);
    expect(before.status).toBe(1);
    expect(codes(before.stdout)).toEqual(['flux.ciphertext-stored']);
    const elsewhere = await run(repository, ['--revision', 'before', '--json', 'clusters']);
    expect(codes(elsewhere.stdout)).toEqual([]);
    const inside = await run(repository, ['--revision=before', '.'], {
      folder: path.join(repository.folder, 'app'),
    });
    expect(inside.stdout).toContain('a.yaml:7: error:');
  });

  it('says what it could not build, and looks at the files, without kustomize', async () => {
    const repository = repositoryWith(
      app({ 'kustomization.yaml': kustomization('resources: [a.yaml]'), 'a.yaml': plain }),
    );
    const { status, stdout } = await run(repository, ['--json'], { programs: [git] });
    expect(codes(stdout)).toEqual(['flux.ciphertext-stored', 'flux.not-looked-at']);
    expect(status).toBe(1);
  });

  it('reports a build that fails in the words of kustomize', async () => {
    const repository = repositoryWith(
      app({ 'kustomization.yaml': kustomization('resources: [ghost.yaml]') }),
    );
    const { status, stdout } = await run(repository, ['--github']);
    expect(stdout).toMatch(
      /^::error file=clusters\/test\/app\.yaml,line=1,.*flux\.build-failed.*ghost\.yaml/m,
    );
    expect(status).toBe(1);
  });

  it('works without git', async () => {
    const repository = repositoryWith(app({ 'a.yaml': plain }), { git: false });
    const { status, stdout } = await run(repository, ['--json'], { programs: [kustomize] });
    expect(codes(stdout)).toEqual(['flux.ciphertext-stored']);
    expect(status).toBe(1);
  });

  it.each([
    [['--strcit'], 2, 'strict'],
    [['ghost/'], 2, 'there is no file or folder ghost/'],
    [['/'], 2, 'is not in the repository'],
    [['--json', '--sarif'], 2, 'exclude each other'],
    [['--revision', 'ghost'], 2, 'ghost'],
    [['--path', 'ghost'], 2, 'ghost'],
  ])('%s says what is wrong', async (argv, status, text) => {
    const outcome = await run(repositoryWith(app({ 'a.yaml': configMap() })), argv);
    expect(outcome.stderr).toContain(text);
    expect(outcome).toMatchObject({ status, stdout: '' });
  });

  it('says where there is nothing of Flux', async () => {
    const repository = new TestRepository();
    repositories.push(repository);
    repository.write('README.md', 'nothing here');
    const { status, stderr } = await run(repository);
    expect(stderr).toContain('--path');
    expect(status).toBe(2);
  });

  it('survives broken files', async () => {
    const broken = ['a: [', '\u0000\u0001', '- a\n- b\n', 'kind: Secret\nmetadata: 3\n'];
    for (const text of broken) {
      const repository = repositoryWith(app({ 'a.yaml': configMap(), 'b.yaml': text }));
      const { status, stdout } = await run(repository, ['--json']);
      expect(codes(stdout)).toEqual(['flux.build-failed']);
      expect(status).toBe(1);
    }
  });
});
