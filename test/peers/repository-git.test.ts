import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Configurations } from '../../src/repository/configurations.ts';
import { Git } from '../../src/repository/git/git.ts';
import { selectFiles } from '../../src/repository/selection/select.ts';
import { commitSnapshot, indexSnapshot, workSnapshot } from '../../src/repository/snapshots.ts';
import { pathText } from '../../src/system/path-text.ts';
import { TestRepository } from './git-repository.ts';
import { describePeers } from './peers.ts';

const repositories: TestRepository[] = [];
afterEach(() => {
  for (const repository of repositories.splice(0)) repository.remove();
});

function make(options: { readonly git?: boolean; readonly args?: readonly string[] } = {}): TestRepository {
  const repository = new TestRepository(options);
  repositories.push(repository);
  return repository;
}

async function open(repository: TestRepository, folder = repository.folder): Promise<Git> {
  const git = await Git.open(repository.system(folder), folder);
  if (git === null) throw new Error('no repository');
  return git;
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const odd = [
  Buffer.from('plain.yaml'),
  Buffer.from('with space.yaml'),
  Buffer.from('line\nbreak.yaml'),
  Buffer.from(`"quo'ted".yaml`),
  Buffer.from([0x6e, 0xff, 0x2e, 0x79, 0x61, 0x6d, 0x6c]),
  Buffer.from('-dash.yaml'),
];
const oddNames = odd.map((name) => pathText(name)).sort();

describePeers('git repositories', ['git'], () => {
  it('are found from a folder inside, and from nowhere else', async () => {
    const repository = make();
    mkdirSync(path.join(repository.folder, 'a', 'b'), { recursive: true });
    const git = await open(repository, path.join(repository.folder, 'a', 'b'));
    expect(git.top).toBe(repository.folder);
    expect(git.folder).toBe(path.join(repository.folder, '.git'));
    expect(await Git.open(repository.system(), repository.home)).toBeNull();
  });

  it('have a common folder for their worktrees, and none of a top when bare', async () => {
    const repository = make();
    repository.commit();
    const other = path.join(repository.home, 'other');
    repository.git('worktree', 'add', '-q', other);
    const git = await open(repository, other);
    expect([git.top, git.commonFolder]).toEqual([other, path.join(repository.folder, '.git')]);
    expect(git.folder).toBe(path.join(repository.folder, '.git', 'worktrees', 'other'));
    const bare = path.join(repository.home, 'bare');
    repository.git('init', '-q', '--bare', bare);
    expect((await open(repository, bare)).top).toBeNull();
  });

  it('list files of any name, staged, in the index, in a commit and in the working tree', async () => {
    const repository = make();
    for (const name of odd) repository.write(name, 'x: 1\n');
    repository.git('add', '--all');
    const git = await open(repository);
    const names = (files: readonly { readonly path: string }[]) => files.map((file) => file.path).sort();
    expect(names(await git.stagedFiles())).toEqual(oddNames); // an unborn branch
    expect(names(await git.indexFiles())).toEqual(oddNames);
    repository.commit();
    expect(await git.stagedFiles()).toEqual([]);
    expect(names(await git.commitFiles('HEAD'))).toEqual(oddNames);
    expect(names(await git.workFiles())).toEqual(oddNames);
    await git.close();
  });

  it('leave out what is ignored, deleted or of another repository', async () => {
    const repository = make();
    repository.write('.gitignore', 'ignored.yaml\nforced.yaml\n');
    for (const name of ['ignored.yaml', 'forced.yaml', 'gone.yaml', 'new.yaml'])
      repository.write(name, 'x: 1\n');
    repository.git('add', 'gone.yaml', '.gitignore');
    repository.git('add', '--force', 'forced.yaml');
    unlinkSync(path.join(repository.folder, 'gone.yaml'));
    repository.git('init', '-q', 'nested');
    repository.write('nested/inner.yaml', 'x: 1\n');
    const files = (await (await open(repository)).workFiles()).map((file) => file.path);
    expect(files).toEqual(['.gitignore', 'forced.yaml', 'new.yaml']);
  });

  it('tell the versions that commits of a range bring in, merges only where they are new', async () => {
    const repository = make();
    repository.write('a.yaml', 'one: 1\n');
    const first = repository.commit();
    repository.git('checkout', '-q', '-b', 'side');
    repository.write('side.yaml', 'side: 1\n');
    const side = repository.commit();
    repository.git('checkout', '-q', 'main');
    repository.write('a.yaml', 'one: 2\n');
    const second = repository.commit();
    repository.git('merge', '-q', '--no-edit', 'side');
    const git = await open(repository);
    const all = await listOf(git.changes('HEAD'));
    expect(all.map(({ commit, file }) => [commit, file.path])).toEqual(
      expect.arrayContaining([
        [first, 'a.yaml'],
        [side, 'side.yaml'],
        [second, 'a.yaml'],
      ]),
    );
    expect(all).toHaveLength(3);
    const later = await listOf(git.changes(`${first}..HEAD`));
    expect(later.map(({ file }) => file.path).sort()).toEqual(['a.yaml', 'side.yaml']);
    const contents = await Promise.all(all.map(({ file }) => git.blob(file.blob ?? '')));
    expect(contents.map((bytes) => Buffer.from(bytes).toString())).toContain('one: 2\n');
    await git.close();
  });

  it('read blobs of any size, and say which are missing', async () => {
    const repository = make();
    const big = Buffer.alloc(300_000, 'line\n');
    repository.write('big', big);
    repository.write('empty', '');
    repository.commit();
    const git = await open(repository);
    const files = await git.commitFiles('HEAD');
    const read = await Promise.all(files.map((file) => git.blob(file.blob ?? '')));
    expect(read.map((bytes) => bytes.length)).toEqual([300_000, 0]);
    await expect(git.blob('1'.repeat(40))).rejects.toMatchObject({ code: 'git.failed' });
    expect((await git.blob(files[1]?.blob ?? '')).length).toBe(0); // it goes on after an error
    await git.close();
  });

  it('name the revision that does not exist', async () => {
    const repository = make();
    const git = await open(repository);
    await expect(git.commit('nowhere')).rejects.toMatchObject({ code: 'git.failed' });
    await expect(listOf(git.changes('--output=x'))).rejects.toMatchObject({ code: 'git.failed' });
  });

  it('may have SHA-256 ids', async () => {
    const repository = make({ args: ['--object-format=sha256'] });
    repository.write('a.yaml', 'x: 1\n');
    repository.commit();
    const git = await open(repository);
    const [file] = await git.commitFiles('HEAD');
    expect(file?.blob).toHaveLength(64);
    expect(Buffer.from(await git.blob(file?.blob ?? '')).toString()).toBe('x: 1\n');
    expect(await listOf(git.changes('HEAD'))).toHaveLength(1);
    await git.close();
  });
});

describePeers('snapshots', ['git'], () => {
  it('show the working tree, the index and a commit apart', async () => {
    const repository = make();
    repository.write('a.yaml', 'committed\n');
    repository.commit();
    repository.write('a.yaml', 'staged\n');
    repository.git('add', 'a.yaml');
    repository.write('a.yaml', 'working\n');
    const git = await open(repository);
    const system = repository.system();
    const snapshots = [
      workSnapshot(system, repository.folder, git),
      indexSnapshot(git),
      await commitSnapshot(git, 'HEAD'),
    ];
    const read = await Promise.all(snapshots.map((snapshot) => snapshot.read('a.yaml')));
    expect(read.map((bytes) => Buffer.from(bytes ?? '').toString())).toEqual([
      'working\n',
      'staged\n',
      'committed\n',
    ]);
    await git.close();
  });

  it('follow links only within the tree', async () => {
    const repository = make();
    repository.write('real.yaml', 'x: 1\n');
    writeFileSync(path.join(repository.home, 'outside.yaml'), 'y: 1\n');
    symlinkSync('real.yaml', path.join(repository.folder, 'link.yaml'));
    symlinkSync(path.join(repository.home, 'outside.yaml'), path.join(repository.folder, 'out.yaml'));
    repository.commit();
    const git = await open(repository);
    for (const snapshot of [workSnapshot(repository.system(), repository.folder, git), indexSnapshot(git)]) {
      expect(Buffer.from((await snapshot.readBehindLinks('link.yaml')) ?? '').toString()).toBe('x: 1\n');
      expect(await snapshot.readBehindLinks('out.yaml')).toBeNull();
      expect(Buffer.from((await snapshot.read('link.yaml')) ?? '').toString()).toBe('real.yaml');
    }
    await git.close();
  });

  it('find the nearest .sops.yaml of every file, each from its own state', async () => {
    const repository = make();
    repository.write('.sops.yaml', 'creation_rules: []\n');
    repository.write('a/b/.sops.yaml', "creation_rules: [{path_regex: 'x'}]\n");
    repository.commit();
    repository.write('a/.sops.yaml', "creation_rules: [{path_regex: 'y'}, {path_regex: 'z'}]\n");
    const git = await open(repository);
    const system = repository.system();
    const rules = async (set: Configurations, file: string) =>
      (await set.nearest(file))?.config.creationRules?.length;
    const work = new Configurations(system, workSnapshot(system, repository.folder, git), null);
    const committed = new Configurations(system, await commitSnapshot(git, 'HEAD'), null);
    expect(await rules(work, 'a/b/c/secret.yaml')).toBe(1);
    expect(await rules(work, 'a/secret.yaml')).toBe(2);
    expect(await rules(committed, 'a/secret.yaml')).toBe(0);
    expect(await work.all()).toEqual(['.sops.yaml', 'a/.sops.yaml', 'a/b/.sops.yaml']);
    await git.close();
  });
});

describePeers('the selection', ['git'], () => {
  const shown = async (repository: TestRepository, words: readonly string[], folder = repository.folder) =>
    (await selectFiles(repository.system(folder), words)).files.map((file) => file.shown);

  it('takes files, folders and globs, each file once', async () => {
    const repository = make();
    for (const name of ['a/one.yaml', 'a/two.json', 'b/three.yaml', 'top.yaml'])
      repository.write(name, 'x: 1\n');
    expect(await shown(repository, ['a', 'a/one.yaml', '**/*.yaml'])).toEqual([
      'a/one.yaml',
      'a/two.json',
      'b/three.yaml',
      'top.yaml',
    ]);
    expect(await shown(repository, ['*.yaml'], path.join(repository.folder, 'a'))).toEqual(['one.yaml']);
    expect(await shown(repository, ['../b'], path.join(repository.folder, 'a'))).toEqual(['../b/three.yaml']);
  });

  it('takes an ignored file only by its name', async () => {
    const repository = make();
    repository.write('.gitignore', '*.secret\n');
    repository.write('a.secret', 'x\n');
    expect(await shown(repository, ['.'])).toEqual(['.gitignore']);
    const { files } = await selectFiles(repository.system(), ['a.secret']);
    expect(files).toMatchObject([{ shown: 'a.secret', named: true }]);
  });

  it('prefers a file to the glob that its name is', async () => {
    const repository = make();
    for (const name of ['[a].yaml', 'a.yaml']) repository.write(name, 'x: 1\n');
    expect(await shown(repository, ['[a].yaml'])).toEqual(['[a].yaml']);
  });

  it('refuses what is nothing', async () => {
    const repository = make();
    for (const word of ['nowhere.yaml', 'no/*.yaml', '*.none'])
      await expect(selectFiles(repository.system(), [word])).rejects.toMatchObject({ code: 'file.missing' });
  });

  it('does not follow links that it finds, nor named ones out of the tree', async () => {
    const repository = make();
    repository.write('real.yaml', 'x: 1\n');
    writeFileSync(path.join(repository.home, 'outside.yaml'), 'y: 1\n');
    symlinkSync('real.yaml', path.join(repository.folder, 'in.yaml'));
    symlinkSync(path.join(repository.home, 'outside.yaml'), path.join(repository.folder, 'out.yaml'));
    symlinkSync(repository.home, path.join(repository.folder, 'folder'));
    const all = await selectFiles(repository.system(), ['.']);
    expect(all.files.map((file) => file.shown)).toEqual(['real.yaml']);
    expect(all.passedOver.map((item) => item.shown).sort()).toEqual(['folder', 'in.yaml', 'out.yaml']);
    const named = await selectFiles(repository.system(), ['in.yaml', 'out.yaml', 'folder']);
    expect(named.files.map((file) => file.shown)).toEqual(['real.yaml']);
    expect(named.passedOver.map((item) => item.shown)).toEqual(['out.yaml', 'folder']);
  });

  it('takes a named link whatever the current folder is', async () => {
    for (const git of [true, false]) {
      const repository = make({ git });
      repository.write('place/real.yaml', 'x: 1\n');
      repository.write('elsewhere/other.yaml', 'x: 1\n');
      const link = path.join(repository.folder, 'place', 'link.yaml');
      symlinkSync('real.yaml', link);
      const away = path.join(repository.folder, 'elsewhere');
      expect(await shown(repository, [link], away)).toEqual(['../place/real.yaml']);
      expect(await shown(repository, ['../place/link.yaml'], away)).toEqual(['../place/real.yaml']);
    }
  });

  it('takes all of an ignored folder that is given, and says which folders are empty', async () => {
    const repository = make();
    repository.write('.gitignore', 'ignored/\n*.secret\n');
    repository.write('ignored/deep/a.yaml', 'x: 1\n');
    repository.write('hidden/b.secret', 'x: 1\n');
    expect(await shown(repository, ['ignored'])).toEqual(['ignored/deep/a.yaml']);
    expect(await shown(repository, ['ignored/deep'])).toEqual(['ignored/deep/a.yaml']);
    const { files, empty } = await selectFiles(repository.system(), ['hidden', 'ignored']);
    expect(files.map((file) => file.shown)).toEqual(['ignored/deep/a.yaml']);
    expect(empty).toEqual(['hidden']);
  });

  it('enters another repository only when it is given', async () => {
    const repository = make();
    repository.git('init', '-q', 'nested');
    repository.write('nested/deep/inner.yaml', 'x: 1\n');
    repository.write('outer.yaml', 'x: 1\n');
    expect(await shown(repository, ['.'])).toEqual(['outer.yaml']);
    expect(await shown(repository, ['.', 'nested/deep'])).toEqual(['nested/deep/inner.yaml', 'outer.yaml']);
  });

  it('does not see the temporary file of a write', async () => {
    for (const git of [true, false]) {
      const repository = make({ git });
      repository.write('.sopskit-123-abc.tmp', 'half\n');
      repository.write('real.yaml', 'x: 1\n');
      expect(await shown(repository, ['.'])).toEqual(['real.yaml']);
    }
  });

  it('walks a folder without git', async () => {
    const repository = make({ git: false });
    for (const name of odd) repository.write(name, 'x: 1\n');
    repository.write('sub/.git/config', 'x\n');
    const { files } = await selectFiles(repository.system(), ['.']);
    expect(files.map((file) => file.shown).sort()).toEqual(oddNames);
  });
});
