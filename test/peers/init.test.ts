import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secret = `apiVersion: v1
kind: Secret
metadata:
  name: app
stringData:
  password: CANARY-init-4711
`;

/** A new user: an empty folder, an empty HOME, `sopskit` on PATH, and real git. */
describePeers('init', ['git', 'sops', 'age-keygen'], (peers) => {
  let world: TestRepository;
  let env: Record<string, string>;

  beforeEach(() => {
    world = new TestRepository({ git: false });
    const bin = path.join(world.home, 'bin');
    mkdirSync(bin);
    const program = path.join(root, 'bin', 'sopskit.js');
    writeFileSync(path.join(bin, 'sopskit'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    chmodSync(path.join(bin, 'sopskit'), 0o755);
    const tools = Object.values(peers).map((tool) => path.dirname(tool));
    env = {
      ...world.env,
      PATH: [bin, ...tools, world.env['PATH']].join(path.delimiter),
      USER: 'alice',
      NO_COLOR: '1',
    };
  });
  afterEach(() => world.remove());

  function sh(command: string, more: Record<string, string> = {}): SpawnSyncReturns<string> {
    return spawnSync('/bin/sh', ['-c', command], {
      cwd: world.folder,
      env: { ...env, ...more },
      encoding: 'utf8',
      input: '',
    });
  }
  function ok(command: string, more: Record<string, string> = {}): SpawnSyncReturns<string> {
    const result = sh(command, more);
    expect(result.status, `${command}\n${result.stdout}${result.stderr}`).toBe(0);
    return result;
  }
  const file = (name: string): string => path.join(world.folder, name);
  const keyFile = (): string => path.join(world.home, '.config', 'sops', 'age', 'keys.txt');

  it('makes a repository that refuses a plain Secret, with the one command that mends it', () => {
    ok('sopskit init --yes');
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    ok('sopskit config lint && sopskit check');
    writeFileSync(file('app.yaml'), secret);
    ok('git add .');
    const refused = sh('git commit -m first');
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).not.toContain('CANARY');
    const fixes = [...`${refused.stdout}${refused.stderr}`.matchAll(/^\s*fix: (.*)$/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(fixes).toHaveLength(1);
    ok(fixes[0] ?? 'false');
    ok('git commit -q -m first');
    expect(ok('git show HEAD:app.yaml').stdout).not.toContain('CANARY');
    expect(ok('sops decrypt app.yaml').stdout).toContain('password: CANARY-init-4711');
    expect(ok('sops decrypt --extract \'["stringData"]["password"]\' app.yaml').stdout).toBe(
      'CANARY-init-4711',
    );
    expect(ok('git status --porcelain').stdout).toBe('');
  });

  it('takes what secret create writes at the first try', () => {
    ok('sopskit init --yes');
    ok('printf %s CANARY-init-4711 | sopskit secret create app --namespace n --from-stdin password');
    ok('git add . && git commit -q -m first');
    const base64 = Buffer.from('CANARY-init-4711').toString('base64');
    expect(ok('sops decrypt app.yaml').stdout).toContain(`password: ${base64}`);
    expect(ok('git diff HEAD~0 -- app.yaml').stdout).toBe('');
  });

  it('changes nothing the second time, and says so', () => {
    ok('sopskit init --yes');
    const before = snapshot(world.folder);
    const again = ok('sopskit init --yes');
    expect(again.stderr).toContain('There is nothing to do.');
    expect(again.stderr).not.toContain('will do');
    expect(snapshot(world.folder)).toEqual(before);
    expect(sh('setsid sopskit init').stderr).toContain('no terminal to ask on');
  });

  it('writes nothing in a dry run, and nothing without an answer', () => {
    expect(ok('sopskit init --dry-run').stderr).toContain('will do: make an age key in');
    const refused = sh('setsid sopskit init');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('--yes');
    expect(readdirSync(world.folder)).toEqual([]);
    expect(existsSync(keyFile())).toBe(false);
  });

  it('takes the key that is there, and real sops agrees whose it is', () => {
    mkdirSync(path.dirname(keyFile()), { recursive: true });
    ok(`age-keygen -o ${keyFile()}`);
    const before = readFileSync(keyFile(), 'utf8');
    const recipient = ok(`age-keygen -y ${keyFile()}`).stdout.trim();
    ok('sopskit init --yes');
    expect(readFileSync(keyFile(), 'utf8')).toBe(before);
    expect(readFileSync(file('.sops.yaml'), 'utf8')).toContain(`- ${recipient} # alice\n`);
    writeFileSync(file('b.yaml'), secret);
    ok('sops encrypt -i b.yaml');
    expect(readFileSync(file('b.yaml'), 'utf8')).toMatch(/^kind: Secret\n[\s\S]*password: ENC\[/m);
    expect(ok('sopskit decrypt b.yaml').stdout).toContain('CANARY-init-4711');
  });

  it('keeps a key file that lies in the repository out of git', () => {
    ok('sopskit init --yes --key-file ./age.key');
    expect(readFileSync(file('.gitignore'), 'utf8')).toContain('\n/age.key\n');
    ok('git add .');
    expect(ok('git ls-files').stdout).not.toContain('age.key');
    const said = ok('sopskit init --yes --key-file ./age.key');
    expect(said.stderr).toContain('There is nothing to do.');
    writeFileSync(file('b.yaml'), secret);
    ok('sopskit encrypt -i b.yaml');
    ok('SOPS_AGE_KEY_FILE=./age.key sops decrypt b.yaml');
  });

  it('adds a rule only when asked, and keeps every other byte', () => {
    const recipient = ok('sopskit keys generate').stdout.trim();
    const config = `# ours\ncreation_rules:\n    -   path_regex: ^other/   # theirs\n        age: >-\n            ${recipient}\n\nstores:   {yaml: {indent: 2}}\n`;
    writeFileSync(file('.sops.yaml'), config);
    mkdirSync(file('apps'));
    const told = sh('sopskit init apps --yes');
    expect(told.status).toBe(1);
    expect(told.stderr).toContain('--add-rule');
    expect(readFileSync(file('.sops.yaml'), 'utf8')).toBe(config);
    ok('sopskit init apps --yes --add-rule');
    const after = readFileSync(file('.sops.yaml'), 'utf8');
    const [head = '', tail = ''] = config.split('\n\nstores');
    expect(after.startsWith(head)).toBe(true);
    expect(after.endsWith(`\nstores${tail}`)).toBe(true);
    writeFileSync(file('apps/a.yaml'), secret);
    ok('sops encrypt -i apps/a.yaml');
    expect(readFileSync(file('apps/a.yaml'), 'utf8')).toMatch(/^kind: Secret$/m);
    expect(ok('sopskit init apps --yes').stderr).toContain('There is nothing to do.');
  });

  it('sets up a folder from within, for others too', () => {
    ok('git init -q .');
    mkdirSync(file('clusters/prod (1)'), { recursive: true });
    const other = ok('age-keygen | age-keygen -y').stdout.trim();
    ok(`cd 'clusters/prod (1)' && sopskit init --yes --age ${other} --generate-key`);
    expect(readFileSync(file('.sops.yaml'), 'utf8')).toContain(
      'path_regex: ^clusters/prod \\(1\\)/.*\\.ya?ml$\n',
    );
    writeFileSync(file('clusters/prod (1)/s.yaml'), secret);
    ok(`sops encrypt -i 'clusters/prod (1)/s.yaml'`);
    const text = readFileSync(file('clusters/prod (1)/s.yaml'), 'utf8');
    expect(text.match(/recipient: age1/g)).toHaveLength(2);
    expect(text).toContain(`recipient: ${other}`);
    expect(sh(`cd 'clusters/prod (1)' && git add . && git commit -q -m x`).status).toBe(0);
  });

  it.each([
    ['a recipient that is none', '--age age1nonsense', 'invalid'],
    ['a private key for a recipient', '--age AGE-SECRET-KEY-1CANARY', 'private key'],
    ['no key at all', '--no-generate-key', 'nobody could open'],
    ['a folder that is not there', 'nope', 'no such folder'],
    ['a preset that is none', '--preset helm', 'no preset'],
    ['two wishes at once', '--generate-key --no-generate-key', 'exclude each other'],
  ])('refuses %s and writes nothing', (_, flags, said) => {
    const refused = sh(`sopskit init --yes ${flags}`);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).not.toContain('CANARY');
    expect(readdirSync(world.folder)).toEqual([]);
    expect(existsSync(keyFile())).toBe(false);
  });

  it('leaves git alone when told to, and where there is none', () => {
    const alone = ok('sopskit init --yes --no-git');
    expect(alone.stderr).toContain('nothing keeps plaintext out of a commit');
    expect(readdirSync(world.folder)).toEqual(['.sops.yaml']);
    const without = ok('sopskit init --yes', { PATH: path.join(world.home, 'bin') });
    expect(without.stderr).toContain('There is no git on PATH');
  });

  it('is run by everybody who clones the repository', () => {
    ok('sopskit init --yes && git add . && git commit -q -m first && git clone -q . clone && mkdir other');
    const bob = { HOME: file('other'), USER: 'bob' };
    const told = ok('cd clone && sopskit init --yes', bob);
    expect(told.stderr).toMatch(/does not encrypt for age1\w+ \(bob\)\. Whoever can open the files adds it/);
    expect(ok('cd clone && git status --porcelain').stdout).toBe('');
    writeFileSync(file('clone/s.yaml'), secret);
    expect(sh('cd clone && git add . && git commit -q -m x', bob).status).not.toBe(0);
  });

  it('works in a worktree, and in no repository without one', () => {
    ok('sopskit init --yes && git add . && git commit -q -m first && git worktree add -q ../tree');
    expect(ok('cd ../tree && sopskit init --yes').stderr).toContain('There is nothing to do.');
    ok('git clone -q --bare . ../bare.git');
    const before = snapshot(path.join(world.folder, '../bare.git'));
    const refused = sh('cd ../bare.git && sopskit init --yes');
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('without a working tree') });
    expect(snapshot(path.join(world.folder, '../bare.git'))).toEqual(before);
  });

  it('never makes a repository of a home folder', () => {
    const told = ok('cd && sopskit init --yes');
    expect(told.stderr).toContain('A home folder does not become a git repository');
    expect(existsSync(path.join(world.home, '.git'))).toBe(false);
    expect(existsSync(path.join(world.home, '.gitignore'))).toBe(false);
  });

  it('says so where the hook cannot be set up', () => {
    ok('git init -q . && mkdir hooks && git config --global core.hooksPath "$PWD/hooks"');
    const told = ok('sopskit init --yes');
    expect(told.stderr).toContain('The hook is not set up');
    expect(told.stderr).toContain('sopskit check');
  });
});

function snapshot(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((name) => [name, `${statSync(name).mtimeMs} ${readFileSync(name, 'latin1')}`]),
  );
}
