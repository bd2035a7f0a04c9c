import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { canary, privateFolders, Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

const secret = `# the top\nstringData:\n  a: ${canary}-a # of a\n\n  b: ${canary}-b\n  c: ${canary}-c\n`;

describePeers('git resolve', ['git', 'sops'], ({ sops }) => {
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  /** A repository in the middle of a merge, with a conflict in `b`; `a` and `c` merge. */
  function inConflict(name = 's.yaml'): Scene {
    const scene = new Scene(sops);
    scenes.push(scene);
    scene.seal(name, secret);
    scene.commit('base');
    scene.git('switch', '-q', '-c', 'topic');
    scene.value(name, 'stringData.b', `${canary}-theirs`);
    scene.value(name, 'stringData.c', `${canary}-C`);
    scene.commit('theirs');
    scene.git('switch', '-q', 'main');
    scene.value(name, 'stringData.a', `${canary}-A`);
    scene.value(name, 'stringData.b', `${canary}-ours`);
    scene.commit('ours');
    expect(scene.try('merge', 'topic', '-m', 'merge').status).toBe(1);
    return scene;
  }

  const records = (scene: Scene): string[] => readdirSync(scene.file('.git/sopskit/conflicts'));
  const takeBoth = `sed -i -e '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d; s/  b: kanari-theirs/  d: kanari-theirs/' "$1"`;

  it('opens the conflict in the editor, encrypts the result and adds it', () => {
    const scene = inConflict();
    scene.editor(
      `cp "$1" '${path.join(scene.home, 'seen')}'; ls -ld "$(dirname "$1")" > '${path.join(scene.home, 'mode')}'; ${takeBoth}`,
    );
    const before = scene.read('s.yaml').split('\n');
    const resolve = scene.sopskit('git', 'resolve', 's.yaml');
    expect([resolve.status, resolve.stderr]).toEqual([0, 's.yaml: settled, and added to the index\n']);
    expect(scene.ok(scene.run('cat', [path.join(scene.home, 'seen')]))).toMatch(
      /^# the top\nstringData:\n {2}a: kanari-A # of a\n\n<{7} HEAD\n {2}b: kanari-ours\n={7}\n {2}b: kanari-theirs\n>{7} topic\n {2}c: kanari-C\n$/,
    );
    expect(scene.ok(scene.run('cat', [path.join(scene.home, 'mode')]))).toMatch(/^drwx------/);
    expect(scene.try('status', '--short').stdout).toBe('M  s.yaml\n');
    expect(scene.open('s.yaml')).toContain(`d: ${canary}-theirs`);
    expect(
      before
        .filter((line) => /^ {2}[abc]: ENC/.test(line))
        .every((line) => scene.read('s.yaml').includes(line)),
    ).toBe(true);
    expect(records(scene)).toEqual([]);
    scene.git('commit', '-q', '-m', 'merged');
    expect(scene.leaks()).toEqual([]);
    expect(privateFolders(resolve.pid)).toEqual([]);
  });

  it.each(['ours', 'theirs'])('takes %s where it is told to; all else stays merged', (side) => {
    const scene = inConflict();
    scene.ok(scene.sopskit('git', 'resolve', `--${side}`, 's.yaml'));
    expect(scene.ok(scene.sopskit('decrypt', 's.yaml'))).toBe(
      secret.replace('-a', '-A').replace('-b', `-${side}`).replace('-c', '-C'),
    );
    expect(scene.try('status', '--short').stdout).toBe('M  s.yaml\n');
  });

  it('leaves the conflict where nothing was settled; an edit that cannot go in is kept, encrypted', () => {
    const scene = inConflict();
    const before = scene.read('s.yaml');
    scene.editor('true');
    expect(scene.sopskit('git', 'resolve', 's.yaml').stderr).toContain(
      'nothing was changed; the conflict is as it was',
    );
    scene.editor('exit 3');
    expect(scene.sopskit('git', 'resolve', 's.yaml').status).toBe(201);
    scene.editor(`sed -i 's/^  c: .*/  c: ${canary} new/' "$1"`);
    const left = scene.sopskit('git', 'resolve', 's.yaml');
    expect(left.stderr).toContain('conflict markers are left in the text');
    expect(left.stderr).not.toContain(`${canary} new`);
    expect(scene.ok(scene.sopskit('decrypt', 's.yaml.edited'))).toContain(`c: ${canary} new`);
    scene.run('rm', [scene.file('s.yaml.edited')]);
    scene.editor(`echo '{ no: yaml' > "$1"`);
    expect(scene.sopskit('git', 'resolve', 's.yaml').stderr).toContain('your edit is kept, encrypted');
    expect(scene.read('s.yaml')).toBe(before);
    expect(scene.try('status', '--short').stdout).toContain('UU s.yaml\n');
    expect(records(scene)).toHaveLength(1);
    expect(scene.leaks()).toEqual([]);
    expect(privateFolders(left.pid)).toEqual([]);
  });

  it('leaves nothing readable when it, or the editor, is killed', async () => {
    const scene = inConflict();
    scene.editor('kill -9 $$');
    const killed = scene.sopskit('git', 'resolve', 's.yaml');
    expect([killed.status, privateFolders(killed.pid)]).toEqual([201, []]);
    scene.editor(`touch '${scene.file('started')}'; exec sleep 60`);
    const running = scene.start('sopskit', ['git', 'resolve', 's.yaml']);
    const ended = new Promise((resolve) => running.once('exit', resolve));
    await waitFor(() => readdirSync(scene.folder).includes('started'));
    expect(privateFolders(running.pid)).toHaveLength(1);
    process.kill(-(running.pid ?? 0), 'SIGTERM');
    await ended;
    expect(privateFolders(running.pid)).toEqual([]);
    expect(scene.leaks()).toEqual([]);
    expect(scene.try('status', '--short').stdout).toContain('UU s.yaml\n');
  });

  it('lets a rebase, a cherry-pick and a stash go on', () => {
    const scene = inConflict();
    scene.git('merge', '--abort');
    const main = scene.git('rev-parse', 'main').trim();
    expect(scene.try('rebase', 'topic').status).toBe(1);
    scene.ok(scene.sopskit('git', 'resolve', '--theirs', 's.yaml')); // the commit that is being moved
    scene.ok(scene.try('-c', 'core.editor=true', 'rebase', '--continue'));
    expect(scene.open('s.yaml')).toContain(`b: ${canary}-ours`);
    scene.git('reset', '-q', '--hard', main);
    expect(scene.try('cherry-pick', 'topic').status).toBe(1);
    scene.ok(scene.sopskit('git', 'resolve', '--theirs', 's.yaml'));
    scene.ok(scene.try('-c', 'core.editor=true', 'cherry-pick', '--continue'));
    expect(scene.open('s.yaml')).toContain(`b: ${canary}-theirs`);
    scene.value('s.yaml', 'stringData.b', `${canary}-stashed`);
    scene.git('stash', '-q');
    scene.git('reset', '-q', '--hard', main);
    expect(scene.try('stash', 'pop').status).toBe(1);
    scene.ok(scene.sopskit('git', 'resolve', '--theirs', 's.yaml'));
    expect(scene.open('s.yaml')).toContain(`b: ${canary}-stashed`);
    expect(scene.leaks()).toEqual([]);
  });

  it('merges from the index where the merge was made without a key', () => {
    const scene = inConflict();
    scene.git('merge', '--abort');
    scene.write('.git/info/attributes', '*.yaml conflict-marker-size=11\n');
    const key = scene.env['SOPS_AGE_KEY'] ?? '';
    scene.set('SOPS_AGE_KEY', '');
    scene.try('merge', 'topic', '-m', 'm');
    expect(scene.read('s.yaml')).toMatch(/^<{11} /m);
    scene.set('SOPS_AGE_KEY', key);
    scene.editor(
      takeBoth
        .replaceAll('<<<<<<< ', '<<<<<<<<<<< ')
        .replace('=======', '===========')
        .replace('>>>>>>> ', '>>>>>>>>>>> '),
    );
    scene.ok(scene.sopskit('git', 'resolve', 's.yaml'));
    expect(scene.open('s.yaml')).toContain(`d: ${canary}-theirs`);
    expect(scene.open('s.yaml')).toContain(`c: ${canary}-C`);
  });

  it('does not write over what was changed since the merge; git checkout --merge brings the conflict back', () => {
    const scene = inConflict();
    scene.value('s.yaml', 'stringData.e', `${canary}-e`);
    const changed = scene.read('s.yaml');
    const refused = scene.sopskit('git', 'resolve', '--theirs', 's.yaml');
    expect([refused.status, refused.stderr.split('\n')[0]]).toEqual([
      3,
      'sopskit git resolve: s.yaml was changed since the merge; it is left as it is',
    ]);
    expect(scene.read('s.yaml')).toBe(changed);
    scene.git('checkout', '-q', '--merge', '--', 's.yaml');
    scene.ok(scene.sopskit('git', 'resolve', '--theirs', 's.yaml'));
    expect(scene.open('s.yaml')).toContain(`b: ${canary}-theirs`);
  });

  it('works on a file whose name is no UTF-8, which no program but the shell can name', () => {
    const scene = inConflict('plain.yaml');
    const rename =
      'n=$(printf "n\\377.yaml"); for b in topic main; do git switch -q $b; git mv plain.yaml "$n"; git commit -q -m $b; done';
    scene.git('merge', '--abort');
    scene.ok(scene.run('sh', ['-c', rename]));
    expect(scene.try('diff', 'HEAD~2').stdout).toContain(`+  b: ${canary}-ours`);
    expect(scene.try('merge', 'topic', '-m', 'm').status).toBe(1);
    scene.ok(scene.run('sh', ['-c', 'sopskit git resolve --theirs n*.yaml']));
    expect(scene.try('status', '--short').stdout).toBe('M  "n\\377.yaml"\n');
    expect(scene.try('diff', '--cached').stdout).toContain(`+  b: ${canary}-theirs`);
    expect(records(scene)).toEqual([]);
    expect(scene.leaks()).toEqual([]);
  });

  it('takes odd names, and forgets conflicts that were given up', () => {
    for (const name of ['a b/with "quotes" [x].yaml', '-dash.yaml', 'ümläut\nline.yaml']) {
      const scene = inConflict(`./${name}`);
      scene.git('merge', '--abort');
      expect(records(scene)).toHaveLength(1);
      scene.ok(scene.sopskit('git', 'hook', 'pre-commit'));
      expect(records(scene)).toEqual([]);
      expect(scene.try('merge', 'topic', '-m', 'm').status).toBe(1);
      const below = scene.run(
        'sopskit',
        ['git', 'resolve', '--ours', '--', `../${name}`],
        path.dirname(scene.file('.git/x')),
      );
      expect(below.status, below.stderr).toBe(1); // the git folder is no place to work in
      scene.ok(scene.sopskit('git', 'resolve', '--ours', '--', name));
      scene.git('commit', '-q', '-m', 'merged');
      expect(scene.open(`./${name}`)).toContain(`b: ${canary}-ours`);
    }
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen');
}
