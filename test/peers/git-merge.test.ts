import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { canary, manifest, Scene, secretValues } from './git-scene.ts';
import { describePeers } from './peers.ts';

describePeers('the merge driver, in real git', ['git', 'sops'], ({ sops }) => {
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  function make(options: { readonly install?: boolean } = {}): Scene {
    const scene = new Scene(sops, options);
    scenes.push(scene);
    return scene;
  }

  /** A repository with an encrypted file, and two branches that changed it. */
  function diverged(
    theirs: (scene: Scene) => void,
    ours: (scene: Scene) => void,
    content = manifest,
    name = 's.yaml',
    args: readonly string[] = secretValues,
  ): Scene {
    const scene = make();
    scene.seal(name, content, ...args);
    scene.commit('base');
    scene.fork(theirs, ours);
    return scene;
  }

  const changesB = (scene: Scene): void => scene.value('s.yaml', 'stringData.b', `${canary}-B`);
  const changesA = (scene: Scene): void => scene.value('s.yaml', 'stringData.a', `${canary}-A`);

  it('merges neighbouring values; what did not change keeps its ciphertext', () => {
    const scene = diverged(changesB, changesA);
    const before = scene.read('s.yaml').split('\n');
    const merge = scene.try('merge', '-q', 'topic', '-m', 'merge');
    expect([merge.status, merge.stderr]).toEqual([0, '']);
    expect(scene.open('s.yaml')).toContain(`a: ${canary}-A\n    b: ${canary}-B\n`);
    expect(scene.ok(scene.sopskit('decrypt', 's.yaml'))).toBe(
      manifest.replace('-a\n', '-A\n').replace('-b\n', '-B\n'),
    );
    const changed = scene
      .read('s.yaml')
      .split('\n')
      .filter((line) => !before.includes(line));
    const keys = changed.map((line) => line.trim().split(':')[0] ?? '');
    expect(keys.filter((key) => !['lastmodified', 'sopskit_layout'].includes(key))).toEqual(['b', 'mac']);
    expect(scene.try('status', '--short').stdout).toBe('');
    expect(scene.leaks()).toEqual([]);
    // and the tests would see it
    scene.write('leak', canary);
    scene.git('add', 'leak');
    expect(scene.leaks()).toEqual(['an object', './leak']);
  });

  it('keeps comments and blank lines of both sides, and lines of one text', () => {
    const edit = (from: string, to: string) => (scene: Scene) => {
      scene.editor(`sed -i 's/${from}/${to}/' "$1"`);
      scene.ok(scene.sopskit('edit', 's.yaml'));
    };
    const scene = diverged(edit('^    four', '    four\\n    five'), edit('# of c', '# of C, ours'));
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.ok(scene.sopskit('decrypt', 's.yaml'))).toBe(
      manifest.replace('# of c', '# of C, ours').replace('    four\n', '    four\n    five\n'),
    );
    expect(scene.open('s.yaml')).toContain('five');
  });

  it('takes both of two keys added in one place', () => {
    const scene = diverged(
      (of) => of.value('s.yaml', 'stringData.theirs', `${canary} theirs`),
      (of) => of.value('s.yaml', 'stringData.ours', `${canary} ours`),
    );
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.open('s.yaml')).toMatch(/ours: kanari ours\n\s+theirs: kanari theirs/);
  });

  it('leaves a valid file with our side in a conflict, and the conflict sealed', () => {
    const scene = diverged(
      (of) => {
        changesB(of);
        of.value('s.yaml', 'stringData.c', `${canary}-their-c`);
      },
      (of) => of.value('s.yaml', 'stringData.b', `${canary}-our-b`),
    );
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain('sopskit: s.yaml: both sides changed ["stringData"]["b"]');
    expect(merge.stderr).toContain('sopskit git resolve s.yaml');
    expect(merge.stderr + merge.stdout).not.toContain(canary);
    expect(scene.try('status', '--short').stdout).toBe('UU s.yaml\n');
    const text = scene.open('s.yaml');
    expect(text).toContain(`b: ${canary}-our-b`);
    expect(text).toContain(`c: ${canary}-their-c`);
    expect(readdirSync(scene.file('.git/sopskit/conflicts'))).toHaveLength(1);
    expect(scene.leaks()).toEqual([]);
  });

  it.each([
    ['json', '{\n  "a": "kanari-a",\n  "b": "kanari-b",\n  "n": 12\n}\n', []],
    ['env', '# note\na=kanari-a\nb=kanari-b\nn=12\n', []],
    ['ini', '[s]\n; note\na = kanari-a\nb = kanari-b\n', []],
  ])('merges %s', (suffix, content, args) => {
    const name = `s.${suffix}`;
    const key = (step: string): string => (suffix === 'ini' ? `s.${step}` : step);
    const scene = diverged(
      (of) => of.value(name, key('b'), 'kanari-B'),
      (of) => of.value(name, key('a'), 'kanari-A'),
      content,
      name,
      args,
    );
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    const text = scene.open(name);
    expect(text).toContain('kanari-A');
    expect(text).toContain('kanari-B');
    expect(scene.leaks()).toEqual([]);
  });

  it('merges a binary file by its lines, and never bytes that are no text', () => {
    const lines = ['one', 'two', 'three', 'four', 'five'].map((line) => `${canary} ${line}\n`);
    const write = (changed: readonly string[]) => (of: Scene) => of.seal('key.conf', changed.join(''));
    const scene = make();
    write(lines)(scene);
    scene.ok(scene.sopskit('git', 'install', '--no-hook', '--pattern', '*.conf'));
    scene.commit('base');
    scene.fork(write([...lines.slice(0, 4), 'kanari 5\n']), write(['kanari 1\n', ...lines.slice(1)]));
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.open('key.conf')).toBe(['kanari 1\n', ...lines.slice(1, 4), 'kanari 5\n'].join(''));
    scene.git('reset', '-q', '--hard', 'HEAD^');
    const bytes = (last: number): Uint8Array => Uint8Array.from([0, 1, 2, last]);
    scene.write('key.conf', bytes(7));
    scene.ok(scene.sopskit('encrypt', '-i', '--age', ageOf(scene), 'key.conf'));
    scene.commit('bytes');
    expect(scene.try('merge', 'topic', '-m', 'm').status).toBe(1);
    expect(Buffer.from(scene.open('key.conf'), 'latin1')).toEqual(Buffer.from(bytes(7)));
  });

  function ageOf(scene: Scene): string {
    return /age1[0-9a-z]+/.exec(scene.read('key.conf') + scene.git('show', 'HEAD:key.conf'))?.[0] ?? '';
  }

  it('works in rebase, cherry-pick, revert, stash and squash', () => {
    const scene = diverged(changesB, changesA);
    const both = (): void => {
      const text = scene.open('s.yaml');
      expect(text).toContain(`${canary}-A`);
      expect(text).toContain(`${canary}-B`);
      expect(scene.leaks()).toEqual([]);
    };
    const main = scene.git('rev-parse', 'main').trim();
    scene.git('merge', '-q', '--squash', 'topic');
    both();
    scene.git('reset', '-q', '--hard', main);
    scene.git('cherry-pick', 'topic');
    both();
    scene.git('revert', '--no-edit', main);
    expect(scene.open('s.yaml')).toContain(`${canary}-a\n`);
    scene.git('reset', '-q', '--hard', main);
    scene.git('switch', '-q', 'topic');
    scene.git('rebase', '-q', 'main');
    both();
    scene.git('reset', '-q', '--hard', 'HEAD^');
    scene.value('s.yaml', 'stringData.b', `${canary}-B`);
    scene.git('stash', '-q');
    scene.value('s.yaml', 'stringData.c', `${canary}-C`);
    scene.commit('c');
    scene.git('stash', 'pop', '-q');
    both();
    expect(scene.open('s.yaml')).toContain(`${canary}-C`);
  });

  it('works in worktrees and submodules, and across a rename', () => {
    const scene = diverged((of) => {
      of.git('mv', 's.yaml', 'moved.yaml');
      of.value('moved.yaml', 'stringData.b', `${canary}-B`);
    }, changesA);
    const other = path.join(scene.home, 'other tree');
    scene.git('worktree', 'add', '-q', '-b', 'side', other, 'main');
    scene.ok(scene.run('git', ['merge', '-q', 'topic', '-m', 'm'], other));
    const text = scene.open('moved.yaml', other);
    expect(text).toContain(`${canary}-A`);
    expect(text).toContain(`${canary}-B`);

    const outer = make();
    outer.ok(
      outer.run('git', [
        '-c',
        'protocol.file.allow=always',
        'submodule',
        '--quiet',
        'add',
        scene.folder,
        'sub',
      ]),
    );
    const sub = outer.file('sub');
    outer.ok(outer.run('sopskit', ['git', 'install', '--no-hook'], sub));
    outer.ok(outer.run('git', ['merge', '-q', 'origin/topic', '-m', 'm'], sub));
    expect(outer.open('moved.yaml', sub)).toContain(`${canary}-B`);
  });

  it('merges files that both sides added, each with a data key of its own', () => {
    const scene = make();
    scene.fork(
      (of) => of.seal('new.yaml', 'a: kanari-a\nb: kanari-b\n'),
      (of) => of.seal('new.yaml', 'a: kanari-a\nc: kanari-c\n'),
    );
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.open('new.yaml')).toBe('a: kanari-a\nc: kanari-c\nb: kanari-b\n');
    expect(scene.leaks()).toEqual([]);
  });

  it('encrypts what one side has not', () => {
    const scene = make();
    scene.write('s.yaml', 'a: old\nb: old\n');
    scene.commit('plain');
    scene.fork(
      (of) => of.write('s.yaml', 'a: old\nb: kanari-b\n'),
      (of) => of.seal('s.yaml', 'a: kanari-a\nb: old\n'),
    );
    const merge = scene.try('merge', '-q', 'topic', '-m', 'm');
    expect([merge.status, merge.stderr]).toEqual([
      0,
      'sopskit: s.yaml: their version is not encrypted; the merged one is\n',
    ]);
    expect(scene.open('s.yaml')).toBe('a: kanari-a\nb: kanari-b\n');
    expect(scene.read('s.yaml')).not.toContain(canary);
  });

  it('leaves a removed file to git: one side removed it, the other changed it', () => {
    const scene = diverged(changesB, (of) => of.git('rm', '-q', 's.yaml'));
    expect(scene.try('merge', 'topic', '-m', 'm').status).toBe(1);
    expect(scene.try('status', '--short').stdout).toBe('DU s.yaml\n');
    const resolve = scene.sopskit('git', 'resolve', 's.yaml');
    expect(resolve.status).toBe(1);
    expect(resolve.stderr).toContain('git rm s.yaml');
  });

  it('does not take a side silently where the common ancestors were in conflict', () => {
    const scene = diverged(
      (of) => of.value('s.yaml', 'stringData.b', `${canary}-t`),
      (of) => of.value('s.yaml', 'stringData.b', `${canary}-o`),
    );
    // two merges of the same two commits, settled differently: the next merge has two common ancestors
    for (const [branch, other, side] of [
      ['main', 'topic', '--ours'],
      ['topic', 'main~0', '--ours'],
    ] as const) {
      scene.git('switch', '-q', branch);
      expect(scene.try('merge', branch === 'topic' ? 'first' : other, '-m', 'm').status).toBe(1);
      scene.ok(scene.sopskit('git', 'resolve', side, 's.yaml'));
      scene.git('commit', '-q', '-m', `merged into ${branch}`);
      if (branch === 'main') scene.git('branch', 'first', 'main^1');
    }
    expect(scene.git('merge-base', '--all', 'main', 'topic').trim().split('\n')).toHaveLength(2);
    scene.git('switch', '-q', 'main');
    scene.value('s.yaml', 'stringData.a', `${canary}-A`);
    scene.commit('more');
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain('["stringData"]["b"]');
    expect(scene.open('s.yaml')).toContain(`b: ${canary}-o`);
    expect(scene.leaks()).toEqual([]);
  });

  it("leaves git's own result without the key, and says so", () => {
    const scene = diverged(changesB, changesA);
    const own = make({ install: false });
    own.ok(own.run('git', ['pull', '-q', scene.folder, 'main']));
    own.git('fetch', '-q', scene.folder, 'topic:topic');
    own.git('rm', '-q', '.gitattributes');
    own.commit('no attributes');
    own.try('merge', 'topic', '-m', 'm');
    scene.set('SOPS_AGE_KEY', '');
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain("s.yaml: cannot be merged by its values, git's own result is left");
    expect(scene.read('s.yaml')).toBe(own.read('s.yaml'));
  });

  it('merges files that are not encrypted exactly as git does', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `key${index}: value\n`);
    const changed = (at: number, to: string): string => lines.with(at, `key${at}: ${to}\n`).join('');
    for (const style of ['merge', 'diff3', 'zdiff3']) {
      const results = [true, false].map((install) => {
        const scene = make({ install });
        scene.git('config', 'merge.conflictStyle', style);
        scene.write('p.yaml', lines.join(''));
        scene.commit('base');
        scene.fork(
          (of) => of.write('p.yaml', changed(2, 'theirs').replace('key9: value', 'key9: theirs')),
          (of) => of.write('p.yaml', changed(2, 'ours')),
        );
        const { status } = scene.try('merge', 'topic', '-m', 'm');
        // git before 2.44 does not tell a driver what it calls the ancestor
        return [status, scene.read('p.yaml').replace(/^(\|{7}).*$/gm, '$1')];
      });
      expect(results[0]).toEqual(results[1]);
      expect(results[0]?.[1]).toContain('key9: theirs');
    }
  });

  it('takes the labels and the marker size that git hands over', () => {
    const scene = make();
    for (const [name, value] of [
      ['base', 1],
      ['ours', 2],
      ['theirs', 3],
    ])
      scene.write(`${name}`, `a: ${value}\n`);
    const merge = scene.sopskit(
      'git',
      'merge',
      '--',
      'base',
      'ours',
      'theirs',
      '9',
      'p.yaml',
      'B',
      '-o',
      'T t',
    );
    expect([merge.status, scene.read('ours')]).toEqual([
      1,
      `${'<'.repeat(9)} -o\na: 2\n${'='.repeat(9)}\na: 3\n${'>'.repeat(9)} T t\n`,
    ]);
  });

  it('leaves git as it was when it is killed', async () => {
    const scene = diverged(changesB, changesA);
    scene.script(path.join(scene.home, 'bin', 'sopskit'), 'kill -9 $$');
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).not.toBe(0);
    scene.try('merge', '--abort');
    scene.git('reset', '-q', '--hard');
    expect(scene.git('status', '--short')).toBe('');
    expect(scene.open('s.yaml')).toContain(`${canary}-A`);
  });
});
