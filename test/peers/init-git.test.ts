import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const program = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

/** What `init` does to git, and where: real git, an empty folder, an empty HOME. */
describePeers('init and git', ['git'], () => {
  let world: TestRepository;
  beforeEach(() => {
    world = new TestRepository({ git: false });
  });
  afterEach(() => world.remove());

  const file = (name: string): string => path.join(world.folder, name);
  function run(args: readonly string[], cwd = world.folder): { status: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd,
      env: { ...world.env, USER: 'alice', NO_COLOR: '1' },
      encoding: 'utf8',
      input: 'v',
    });
    return { status, said: stdout + stderr };
  }
  function shell(command: string, cwd = world.folder): number | null {
    return spawnSync('/bin/sh', ['-c', command], { cwd, env: world.env }).status;
  }

  it('makes the current folder a repository for a folder in it, and names steps that work', () => {
    mkdirSync(file('clusters/prod'), { recursive: true });
    const { status, said } = run(['init', 'clusters/prod', '--yes']);
    expect(status, said).toBe(0);
    expect(existsSync(file('.git'))).toBe(true);
    expect(readdirSync(file('clusters/prod'))).toEqual([]);
    const add = /^ +(git add .*) && git commit$/m.exec(said)?.[1] ?? 'false';
    expect(shell(`${add} && git commit -q -m first --no-verify`)).toBe(0);
    expect(shell('git status --porcelain | grep .')).toBe(1);
  });

  it('names the repository in the next steps where it lies elsewhere', () => {
    mkdirSync(file('a'));
    mkdirSync(file('b'));
    const { said } = run(['init', '../b', '--yes'], file('a'));
    expect(existsSync(file('b/.git'))).toBe(true);
    const add = /^ +(git -C .*) && git .* commit$/m.exec(said)?.[1] ?? 'false';
    expect(shell(add, file('a'))).toBe(0);
  });

  it('names the place of a hook outside of the repository', () => {
    shell('git init -q && git config core.hooksPath ../hooks');
    const { said } = run(['init', '--dry-run']);
    expect(said).toContain(path.join(path.dirname(world.folder), 'hooks'));
    expect(existsSync(file('../hooks'))).toBe(false);
  });

  it('begins nothing where git has left a lock', () => {
    shell('git init -q && touch .git/config.lock');
    const { status, said } = run(['init', '--yes']);
    expect(status).toBe(1);
    expect(said).toContain('If no git is running here, remove that file.');
    expect(existsSync(file('.sops.yaml'))).toBe(false);
    expect(existsSync(path.join(world.home, '.config/sops'))).toBe(false);
    rmSync(file('.git/config.lock'));
    expect(run(['init', '--yes']).status).toBe(0);
  });

  it('does not write .gitignore through a link', () => {
    writeFileSync(file('../theirs'), 'theirs\n');
    symlinkSync('../theirs', file('.gitignore'));
    const { said } = run(['init', '--yes', '--key-file', 'my.agekey']);
    expect(said).toContain('must be kept out of git by hand');
    expect(readFileSync(file('../theirs'), 'utf8')).toBe('theirs\n');
  });

  it.skipIf(process.platform !== 'linux')('makes files whose names are no UTF-8', () => {
    expect(run(['init', '--yes']).status).toBe(0);
    const create = `printf v | '${process.execPath}' '${program}' secret create a --from-stdin p --output "$(printf 'a\\377.yaml')"`;
    expect(shell(create)).toBe(0);
    const names = readdirSync(Buffer.from(world.folder), { encoding: 'buffer' }).map((name) =>
      name.toString('latin1'),
    );
    expect(names).toContain('a\xff.yaml');
  });
});
