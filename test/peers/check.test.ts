import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import type { JsonReport } from '../../src/findings/print-json.ts';
import type { System } from '../../src/system/system.ts';
import { testKey } from '../cli/world.ts';
import { configuration, sealed, secretText } from '../repository/check/folder.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

function withTestKey(system: System): System {
  const get = (name: string) => (name === 'SOPS_AGE_KEY' ? testKey.identity : system.env.get(name));
  return { ...system, env: { get, all: () => ({ ...system.env.all(), SOPS_AGE_KEY: testKey.identity }) } };
}

describePeers('check in a real repository', ['git'], () => {
  let repository: TestRepository;

  beforeEach(() => {
    repository = new TestRepository();
  });
  afterEach(() => {
    repository.remove();
  });

  async function run(argv: readonly string[], folder = repository.folder) {
    const output: Uint8Array[] = [];
    const told: string[] = [];
    const system = withTestKey(repository.system(folder));
    const status = await main(argv, {
      system,
      terminal: {
        colours: { output: false, error: false },
        write: (data) => void output.push(Buffer.from(data)),
        tell: (line) => void told.push(line),
        readLine: () => null,
      },
      operations: async (of) => createOperations(of),
    } as Parameters<typeof main>[1]);
    return { status, stdout: Buffer.concat(output).toString(), stderr: told.join('\n') };
  }

  async function codes(...argv: string[]): Promise<string[]> {
    const { stdout, stderr } = await run(['check', '--json', ...argv]);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as JsonReport;
    return report.findings.map(({ code, file }) => `${code} ${file}`);
  }

  it('looks at what is staged, and not at the working tree', async () => {
    repository.write('plain.yaml', secretText());
    repository.write('good.yaml', await sealed(secretText()));
    repository.git('add', '.');
    repository.write('plain.yaml', await sealed(secretText()));
    repository.write('good.yaml', secretText());
    repository.write('unstaged.yaml', secretText());
    expect(await codes('--staged')).toEqual(['plaintext.secret plain.yaml']);
    expect(await codes()).toEqual(['plaintext.secret good.yaml', 'plaintext.secret unstaged.yaml']);
  });

  it('is quiet about what was committed before', async () => {
    repository.write('a.yaml', secretText());
    repository.commit();
    repository.write('b.txt', 'x');
    repository.git('add', '.');
    expect(await codes('--staged')).toEqual([]);
    expect(await codes()).toEqual(['plaintext.secret a.yaml']);
  });

  it('takes configuration, waivers and kustomizations from the index', async () => {
    repository.write('.sops.yaml', configuration('a.yaml'));
    repository.write('a.yaml', secretText());
    repository.write('base/kustomization.yaml', 'secretGenerator:\n- name: x\n  envs: [vars/app.env]\n');
    repository.git('add', '.');
    repository.write('.sops.yaml', '# nothing\n');
    const { stdout } = await run(['check', '--staged']);
    expect(stdout).toContain('fix: sopskit encrypt -i a.yaml && git add a.yaml\n');
    repository.commit();
    repository.write('base/vars/app.env', 'A=canary\n');
    repository.write('.sopskit.yaml', 'waivers: [{code: plaintext.generator, path: "**", reason: x}]\n');
    repository.git('add', 'base');
    expect(await codes('--staged')).toEqual(['plaintext.generator base/vars/app.env']);
    repository.git('add', '.');
    expect(await codes('--staged')).toEqual([]);
  });

  it('gives a command that fixes it', async () => {
    repository.write('.sops.yaml', configuration());
    repository.write('it is.yaml', secretText());
    repository.git('add', '.');
    const refused = await run(['check', '--staged']);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain(`fix: sopskit encrypt -i 'it is.yaml' && git add 'it is.yaml'`);
    const config = ['--config', path.join(repository.folder, '.sops.yaml')];
    expect(await run(['encrypt', '-i', ...config, 'it is.yaml'])).toMatchObject({ status: 0 });
    repository.git('add', 'it is.yaml');
    expect(await run(['check', '--staged'])).toMatchObject({ status: 0, stdout: 'no findings in 2 files\n' });
  });

  it('gives a command that seals what was added to an encrypted file', async () => {
    repository.write('.sops.yaml', configuration());
    repository.write('apps/a.yaml', await sealed(secretText()));
    repository.commit();
    const text = await sealed(secretText());
    repository.write('apps/a.yaml', text.replace('\nsops:', '\n  added: canary\nsops:'));
    repository.git('add', '.');
    const { stdout } = await run(['check', '--staged']);
    expect(stdout).toContain('fix: sopskit encrypt -i apps && git add apps/a.yaml (');
    expect(await run(['encrypt', '-i', 'apps'])).toMatchObject({ status: 0 });
    repository.git('add', '.');
    expect(await codes('--staged')).toEqual([]);
  });

  it('names the commit that brought a value in', async () => {
    const clean = repository.commit('clean');
    repository.write('a.yaml', secretText());
    const bad = repository.commit('bad');
    repository.write('a.yaml', await sealed(secretText()));
    repository.commit('mended');
    const { status, stdout } = await run(['check', '--json', '--history', `${clean}..HEAD`]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout).findings).toMatchObject([
      { code: 'plaintext.secret', file: 'a.yaml', commit: bad },
    ]);
    expect(await codes('--history', `${bad}..`)).toEqual([]);
    expect(await codes('--history=--all')).toEqual(['plaintext.secret a.yaml']);
    repository.git('checkout', '-q', '--detach');
    expect(await codes('--history', 'HEAD')).toEqual(['plaintext.secret a.yaml']);
    expect(await codes('--staged')).toEqual([]);
  });

  it('finds in history what a generator leaks, whichever came first', async () => {
    const start = repository.commit('start');
    const kustomization = 'secretGenerator:\n- name: a\n  envs: [app.env]\n';
    const generated = async (range: string) => {
      const { stdout } = await run(['check', '--json', `--history=${range}`]);
      return (JSON.parse(stdout) as JsonReport).findings.map(({ code, file, commit }) => [
        code,
        file,
        commit,
      ]);
    };
    repository.write('app.env', 'A=canary\n');
    const values = repository.commit('values');
    repository.write('kustomization.yaml', kustomization);
    const naming = repository.commit('kustomization');
    const found = [['plaintext.generator', 'app.env', values]];
    expect(await generated(`${start}..HEAD`)).toEqual(found);
    expect(await generated(`${start}..${values}`)).toEqual([]); // nothing names it there
    expect(await generated(`${values}..HEAD`)).toEqual([['plaintext.generator', 'app.env', naming]]);
    repository.write('app.env', 'A=\n');
    repository.commit('mended');
    repository.git('rm', '-q', 'kustomization.yaml');
    repository.commit('gone');
    expect(await generated('--all')).toEqual(found);
    repository.write('kustomization.yaml', kustomization);
    repository.commit('again');
    repository.write('app.env', 'A=other-canary\n');
    const last = repository.commit('values again');
    expect(await generated('HEAD^!')).toEqual([['plaintext.generator', 'app.env', last]]);
  });

  it('fails where a range reaches beyond a shallow clone', async () => {
    repository.commit('first');
    repository.write('a.txt', 'a\n');
    repository.commit('second');
    repository.write('b.txt', 'b\n');
    repository.commit('third');
    const clone = `${repository.folder} clone`;
    repository.git('clone', '-q', '--depth=2', `file://${repository.folder}`, clone);
    const told = async (range: string) => {
      const { status, stdout } = await run(['check', '--json', `--history=${range}`], clone);
      return [status, ...(JSON.parse(stdout) as JsonReport).findings.map(({ code }) => code)];
    };
    expect(await told('--all')).toEqual([1, 'unreadable.shallow']);
    expect(await told('HEAD^..HEAD')).toEqual([0]);
    repository.git('-C', clone, 'fetch', '-q', '--unshallow');
    expect(await told('--all')).toEqual([0]);
  });

  it('says what it cannot look at', async () => {
    const outcome = async (argv: readonly string[], folder?: string) => {
      const { status, stderr } = await run(argv, folder);
      return [status, stderr];
    };
    expect(await outcome(['check', '--history', 'HEAD'])).toEqual([
      2,
      expect.stringMatching(/there is no commit HEAD/),
    ]);
    expect(await outcome(['check', 'nowhere'])).toEqual([
      2,
      expect.stringMatching(/nowhere: there is no such file/),
    ]);
    expect(await outcome(['check', '/'])).toEqual([2, expect.stringMatching(/not in the repository|hint/)]);
    const bare = path.join(repository.home, 'bare.git');
    repository.git('init', '-q', '--bare', bare);
    expect(await outcome(['check'], bare)).toEqual([2, expect.stringMatching(/bare.*\n.*--history HEAD/)]);
    expect(await outcome(['check', '--staged'], bare)).toEqual([2, expect.stringMatching(/bare/)]);
    expect(await outcome(['check', '--staged'], repository.home)).toEqual([
      2,
      expect.stringMatching(/is in none/),
    ]);
  });

  it('looks through the history of a bare repository', async () => {
    repository.write('a.yaml', secretText());
    repository.commit();
    const bare = path.join(repository.home, 'bare.git');
    repository.git('clone', '-q', '--bare', '.', bare);
    const { status, stdout } = await run(['check', '--history', 'HEAD'], bare);
    expect(status).toBe(1);
    expect(stdout).toContain('a.yaml:6: error:');
  });

  it('looks at names of every kind', async () => {
    const names = [
      'with space.yaml',
      'line\nbreak.yaml',
      `quo"te's.yaml`,
      '-rf.yaml',
      'ünïcode.yaml',
      '[glob]*.yaml',
    ];
    for (const name of names) repository.write(name, secretText());
    repository.write(Buffer.from('bytes\xff.yaml', 'latin1'), secretText());
    const files = [...names, 'bytes\udcff.yaml'].sort().map((name) => `plaintext.secret ${name}`);
    expect((await codes()).sort()).toEqual(files);
    repository.git('add', '.');
    expect((await codes('--staged')).sort()).toEqual(files);
    const { stdout } = await run(['check', '--staged']);
    expect(stdout).toContain(`sopskit encrypt -i $'line\\nbreak.yaml' && git add $'line\\nbreak.yaml'`);
    expect(stdout).not.toContain('line\nbreak');
    repository.commit();
    expect((await codes('--history', 'HEAD')).sort()).toEqual(files);
  });

  it('follows no link, enters no submodule, and asks for no ignored file', async () => {
    const outside = path.join(repository.home, 'outside.yaml');
    const other = new TestRepository();
    other.write('a.yaml', secretText());
    other.commit();
    repository.write('.gitignore', 'ignored.yaml\n');
    repository.write('ignored.yaml', secretText());
    symlinkSync(outside, path.join(repository.folder, 'link.yaml'));
    symlinkSync('..', path.join(repository.folder, 'loop'));
    repository.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.folder, 'sub');
    other.remove();
    for (const argv of [['--staged'], []]) expect(await codes(...argv)).toEqual(['skipped.submodule sub']);
    expect(await codes('ignored.yaml')).toEqual(['plaintext.secret ignored.yaml']);
  });

  it('looks at a part of the tree', async () => {
    for (const file of ['a/x.yaml', 'b/x.yaml', 'a/deep/y.yaml']) repository.write(file, secretText());
    const inA = ['plaintext.secret a/deep/y.yaml', 'plaintext.secret a/x.yaml'];
    expect(await codes('a')).toEqual(inA);
    expect(await codes('a/*.yaml')).toEqual(['plaintext.secret a/x.yaml']);
    repository.git('add', '.');
    expect(await codes('--staged', 'a')).toEqual(inA);
    expect(await codes('--staged', 'b/*.yaml', 'a/deep')).toEqual([
      'plaintext.secret a/deep/y.yaml',
      'plaintext.secret b/x.yaml',
    ]);
    expect(await run(['check', '--staged', 'typo'])).toMatchObject({ status: 2 });
    const below = await run(['check', '--staged', '.'], path.join(repository.folder, 'a'));
    expect(below.stdout).toContain('sopskit encrypt -i x.yaml && git add x.yaml\n');
    expect(below.stdout).toMatch(/^x\.yaml:6: error/m);
    expect(below.stdout).not.toContain('b/x.yaml');
  });

  it('says that a conflict is one', async () => {
    repository.write('a.yaml', await sealed(secretText('a', 'one')));
    repository.commit();
    repository.git('checkout', '-q', '-b', 'other');
    repository.write('a.yaml', await sealed(secretText('a', 'two')));
    repository.commit();
    repository.git('checkout', '-q', 'main');
    repository.write('a.yaml', await sealed(secretText('a', 'three')));
    repository.commit();
    expect(() => repository.git('merge', 'other')).toThrow();
    expect(await codes('--staged')).toEqual(['merge.unmerged a.yaml']);
    expect(await codes()).toEqual(['merge.markers a.yaml']);
  });

  it('works in a repository of SHA-256, and in a second worktree', async () => {
    const sha256 = new TestRepository({ args: ['--object-format=sha256'] });
    sha256.write('a.yaml', secretText());
    sha256.git('add', '.');
    expect((await run(['check', '--staged'], sha256.folder)).status).toBe(1);
    sha256.commit();
    expect((await run(['check', '--history', 'HEAD'], sha256.folder)).status).toBe(1);
    sha256.remove();
    repository.commit();
    const tree = path.join(repository.home, 'tree');
    repository.git('worktree', 'add', '-q', '-b', 'second', tree);
    repository.git('-C', tree, 'status');
    expect((await run(['check', '--staged'], tree)).status).toBe(0);
  });

  it('goes on where an object of the history is missing', async () => {
    repository.write('a.bin', 'some content');
    repository.write('b.yaml', secretText());
    repository.commit();
    const id = repository.git('rev-parse', 'HEAD:a.bin').trim();
    rmSync(path.join(repository.folder, '.git', 'objects', id.slice(0, 2), id.slice(2)), { force: true });
    expect(await codes('--history', 'HEAD')).toEqual(['unreadable.file a.bin', 'plaintext.secret b.yaml']);
  });

  it('does not stumble over a file that goes, or that cannot be read', async () => {
    repository.write('gone.yaml', secretText());
    repository.write('a.yaml', secretText());
    repository.git('add', '.');
    rmSync(path.join(repository.folder, 'gone.yaml'));
    expect(await codes()).toEqual(['plaintext.secret a.yaml']);
    if (process.getuid?.() === 0) return;
    chmodSync(path.join(repository.folder, 'a.yaml'), 0);
    expect(await codes()).toEqual(['unreadable.file a.yaml']);
  });

  it('ends with 0, 1 and 2, and warnings count where they are to', async () => {
    const idle = configuration('nowhere').replace('creation_rules:\n', '');
    repository.write('.sops.yaml', `${configuration('used.yaml')}${idle}`);
    repository.write('used.yaml', await sealed(secretText()));
    expect((await run(['check'])).status).toBe(0);
    expect((await run(['check', '--strict'])).status).toBe(1);
    expect((await run(['check', '--staged', '--history', 'x'])).status).toBe(2);
    expect((await run(['check', '--bogus'])).status).toBe(2);
    expect((await run(['check', '--config', 'missing.yaml'])).stdout).toContain('config.invalid');
  });

  it('checks ten thousand files in seconds', async () => {
    for (let index = 0; index < 10_000; index++)
      repository.write(`untracked/${index % 100}/${index}.yaml`, `kind: ConfigMap\ndata:\n  a: ${index}\n`);
    repository.write('a.yaml', secretText());
    expect(await codes()).toEqual(['plaintext.secret a.yaml']);
  });
});
