import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { canary, Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

const yaml = `a: ${canary}-a\nb: ${canary}-b\nc: ${canary}-c\nd: ${canary}-d\n`;

describePeers('what a merge must not lose or let pass', ['git', 'sops'], ({ sops }) => {
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  function make(): Scene {
    const scene = new Scene(sops);
    scenes.push(scene);
    scene.ok(scene.sopskit('git', 'install'));
    return scene;
  }

  /** Both sides changed `a`, theirs `d` too. */
  function inConflict(name = 's.yaml'): Scene {
    const scene = make();
    scene.seal(name, yaml);
    scene.commit('base');
    scene.fork(
      (of) => {
        of.value(name, 'a', `${canary}-theirs`);
        of.value(name, 'd', `${canary}-D`);
      },
      (of) => of.value(name, 'a', `${canary}-ours`),
    );
    return scene;
  }

  it.each(['--ours', '--theirs'])(
    'refuses a conflict that was added without a decision: %s settles it',
    (side) => {
      const scene = inConflict();
      expect(scene.try('merge', 'topic').status).toBe(1);
      scene.git('add', '-A');
      const commit = scene.try('commit', '-m', 'm');
      expect(commit.status).toBe(1);
      expect(commit.stderr).toContain('conflict not settled, and added to the index: s.yaml');
      expect(commit.stderr).toContain('sopskit git resolve --ours s.yaml');
      scene.ok(scene.sopskit('git', 'resolve', side, 's.yaml'));
      scene.ok(scene.try('commit', '-m', 'm'));
      expect(scene.open('s.yaml')).toContain(side === '--ours' ? `a: ${canary}-ours` : `a: ${canary}-theirs`);
      expect(scene.open('s.yaml')).toContain(`${canary}-D`);
      expect(readdirSync(scene.file('.git/sopskit/conflicts'))).toEqual([]);
    },
  );

  it('refuses nothing when the merge was given up, or forced', () => {
    const scene = inConflict();
    scene.try('merge', 'topic');
    scene.git('merge', '--abort');
    scene.write('other.yaml', 'a: 1\n');
    scene.git('add', 'other.yaml');
    scene.ok(scene.try('commit', '-m', 'other'));
    scene.try('merge', 'topic');
    scene.git('add', '-A');
    scene.git('commit', '-q', '--no-verify', '-m', 'forced');
    scene.write('other.yaml', 'a: 2\n');
    scene.ok(scene.try('commit', '-a', '-m', 'other'));
  });

  it('checks what a merge brings in, before git commits it by itself', () => {
    const scene = make();
    scene.write('ok.yaml', 'a: 1\n');
    scene.commit('base');
    scene.git('switch', '-q', '-c', 'topic');
    scene.write(
      's.yaml',
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  a: ${canary}\n`,
    );
    scene.git('add', '-A');
    scene.git('commit', '-q', '--no-verify', '-m', 'plaintext');
    scene.git('switch', '-q', 'main');
    scene.write('ok.yaml', 'a: 2\n');
    scene.commit('ours');
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr + merge.stdout).toContain('s.yaml');
    expect(merge.stderr + merge.stdout).not.toContain(canary);
  });

  it('is in conflict where a MAC does not fit, though the lines do', () => {
    const scene = make();
    scene.seal('s.yaml', yaml);
    scene.commit('base');
    scene.git('config', 'core.hooksPath', '/dev/null'); // somebody without sopskit
    scene.fork(
      (of) => of.write('s.yaml', of.read('s.yaml').replace(/^a: .*\n/, '')),
      (of) => of.value('s.yaml', 'd', `${canary}-D`),
    );
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain("git's own result is left");
    expect(scene.try('status', '--short').stdout).toBe('UU s.yaml\n');
  });

  it.each([
    ['is killed', 'kill -9 $$'],
    ['is interrupted', 'exit 130'],
    ['finds no Node', 'exit 127'],
    ['fails otherwise', 'exit 3'],
  ])('leaves markers, and both sides, where the driver %s', (_, command) => {
    const scene = inConflict();
    const program = path.join(scene.home, 'bin', 'sopskit');
    const before = scene.ok(scene.run('cat', [program]));
    scene.script(program, command);
    const merge = scene.try('merge', 'topic');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain('sopskit git resolve s.yaml');
    expect(scene.read('s.yaml')).toMatch(/^<<<<<<< ours[\s\S]*^>>>>>>> theirs/m);
    expect(scene.try('status', '--short').stdout).toBe('UU s.yaml\n');
    expect(scene.try('diff', 'topic', '--', 's.yaml').status).toBe(0);
    scene.script(program, before.split('\n').slice(1).join('\n'));
    scene.ok(scene.sopskit('git', 'resolve', '--theirs', 's.yaml'));
    expect(scene.open('s.yaml')).toContain(`a: ${canary}-theirs`);
  });

  it('settles by the path that the message has, from a folder; all below a folder; the rest after a failure', () => {
    const scene = inConflict('sub/s.yaml');
    scene.run('mkdir', ['-p', scene.file('sub/deep')]);
    scene.try('merge', 'topic');
    scene.ok(scene.run('sopskit', ['git', 'resolve', '--theirs', 'sub/s.yaml'], scene.file('sub/deep')));
    expect(scene.open('sub/s.yaml')).toContain(`a: ${canary}-theirs`);
    scene.git('checkout', '--merge', '--', 'sub/s.yaml');
    scene.ok(scene.sopskit('git', 'resolve', '--ours', '.'));
    scene.git('checkout', '--merge', '--', 'sub/s.yaml');
    const some = scene.sopskit('git', 'resolve', '--ours', 'nothing.yaml', 'sub/s.yaml');
    expect(some.status).toBe(1);
    expect(some.stderr).toContain('nothing.yaml is not in conflict');
    expect(scene.try('status', '--short').stdout).not.toContain('U');
    const settled = scene.sopskit('git', 'resolve', 'sub/s.yaml');
    expect(settled.stderr).toContain('git checkout --merge -- sub/s.yaml');
  });

  it('says what became of a file that both sides renamed', () => {
    const scene = make();
    scene.seal('s.yaml', yaml);
    scene.commit('base');
    scene.fork(
      (of) => of.git('mv', 's.yaml', 'theirs.yaml'),
      (of) => of.git('mv', 's.yaml', 'ours.yaml'),
    );
    scene.try('merge', 'topic');
    expect(scene.sopskit('git', 'resolve', 'ours.yaml').stderr).toContain('renamed it differently');
  });

  it('settles a text that has lines like markers of its own', () => {
    const scene = make();
    const own = 'note\n<<<<<<< HEAD\nmine\n';
    scene.seal('s.txt', `${own}end\n`);
    scene.write('.gitattributes', `${scene.read('.gitattributes')}*.txt merge=sopskit diff=sopskit\n`);
    scene.commit('base');
    const edits = (text: string) => (of: Scene) => {
      of.editor(`sed -i 's/^end/${text}/' "$1"`);
      of.ok(of.sopskit('edit', 's.txt'));
    };
    scene.fork(edits('theirs'), edits('ours'));
    expect(scene.try('merge', 'topic').status).toBe(1);
    scene.editor(`printf '%s' '${own}both\n' > "$1"`);
    scene.ok(scene.sopskit('git', 'resolve', 's.txt'));
    expect(scene.open('s.txt')).toBe(`${own}both\n`);
  });

  it('shows in a redacted view no value that should be encrypted and is not', () => {
    const scene = make();
    scene.seal('s.yaml', `${yaml}n: 1\n`);
    const text = scene.read('s.yaml');
    scene.write(
      's.yaml',
      `hand: ${canary}-hand\nnumber: 4711\n# ${canary} note\n${text}---\nmore: ${canary}-more\n`,
    );
    const view = scene.ok(scene.sopskit('git', 'textconv', '--redacted', 's.yaml'));
    expect(view).not.toContain(canary);
    expect(view).not.toContain('4711');
    expect(view).toContain('[str readable!]');
    expect(view).toContain('[int readable!]');
  });
});
