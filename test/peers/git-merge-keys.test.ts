import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { canary, manifest, Scene, secretValues } from './git-scene.ts';
import { describePeers } from './peers.ts';

describePeers('the merge driver, and who may open a file', ['git', 'sops', 'age-keygen'], (peers) => {
  const { recipient } = testKey;
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  function make(): Scene {
    const scene = new Scene(peers.sops);
    scenes.push(scene);
    return scene;
  }

  /** A repository with an encrypted file, and two branches that changed it. */
  function diverged(theirs: (scene: Scene) => void, ours: (scene: Scene) => void): Scene {
    const scene = make();
    scene.seal('s.yaml', manifest, ...secretValues);
    scene.commit('base');
    scene.fork(theirs, ours);
    return scene;
  }

  function newKey(): { recipient: string; identity: string } {
    const { stdout } = spawnSync(peers['age-keygen'], []);
    const identity = /AGE-SECRET-KEY-\S+/.exec(stdout.toString())?.[0] ?? '';
    const made = spawnSync(peers['age-keygen'], ['-y'], { input: identity }).stdout.toString().trim();
    return { recipient: made, identity };
  }

  const changesB = (scene: Scene): void => scene.value('s.yaml', 'stringData.b', `${canary}-B`);
  const changesA = (scene: Scene): void => scene.value('s.yaml', 'stringData.a', `${canary}-A`);

  it('merges recipients as sets: who was removed stays out, who was added is in', () => {
    const [removed, added] = [newKey(), newKey()];
    const scene = make();
    scene.write('.sops.yaml', `creation_rules:\n  - age: ${recipient},${added.recipient}\n`);
    scene.seal('s.yaml', manifest, ...secretValues, '--age', `${recipient},${removed.recipient}`);
    scene.commit('base');
    scene.fork(
      (of) => of.ok(of.sopskit('rotate', '-i', '--rm-age', removed.recipient, 's.yaml')),
      (of) => {
        changesA(of);
        of.ok(of.sopskit('rotate', '-i', '--add-age', added.recipient, 's.yaml'));
      },
    );
    const merge = scene.try('merge', '-q', 'topic', '-m', 'm');
    expect(merge.status).toBe(0);
    expect(merge.stderr).toContain('the data key');
    const recipients = [...scene.read('s.yaml').matchAll(/recipient: (age1\S+)/g)].map((match) => match[1]);
    expect(recipients.sort()).toEqual([recipient, added.recipient].sort());
    expect(scene.open('s.yaml')).toContain(`${canary}-A`);
    scene.set('SOPS_AGE_KEY', added.identity);
    expect(scene.open('s.yaml')).toContain(`${canary}-A`);
  });

  it('makes a data key that is new where one side rotated it', () => {
    const gone = newKey();
    const scene = make();
    scene.seal('s.yaml', manifest, ...secretValues, '--age', `${recipient},${gone.recipient}`);
    scene.commit('base');
    scene.fork((of) => of.ok(of.sopskit('rotate', '-i', '--rm-age', gone.recipient, 's.yaml')), changesA);
    const merge = scene.try('merge', '-q', 'topic', '-m', 'm');
    expect(merge.status).toBe(0);
    expect(merge.stderr).toContain('the data key is new');
    expect(merge.stderr).toContain(`their side removed ${gone.recipient}`);
    expect(scene.read('s.yaml')).not.toContain(gone.recipient);
    const wrapped = (text: string): string => /-----BEGIN[\s\S]*?-----END/.exec(text)?.[0] ?? '';
    expect(wrapped(scene.read('s.yaml'))).not.toBe(wrapped(scene.git('show', 'topic:s.yaml')));
    expect(scene.open('s.yaml')).toContain(`${canary}-A`);
  });

  it('does not make a recipient real whom somebody wrote in without the data key', () => {
    const intruder = newKey();
    const scene = diverged((of) => {
      const text = of.read('s.yaml');
      const item = /\n( *)- enc: \|\n[\s\S]*?recipient: (age1\S+)/.exec(text)?.[0] ?? '';
      of.write('s.yaml', text.replace(item, item + item.replace(/age1\S+/, intruder.recipient)));
    }, changesA);
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.read('s.yaml')).toContain(intruder.recipient);
    scene.set('SOPS_AGE_KEY', intruder.identity);
    expect(scene.sopskit('decrypt', 's.yaml').status).not.toBe(0);
  });

  it('merges key groups, of which several are needed', () => {
    const [two, three] = [newKey(), newKey()];
    const scene = make();
    const all = [recipient, two.recipient].map((age) => `      - age: [${age}]\n`).join('');
    const groups = all.replace(recipient, `${recipient}, ${three.recipient}`);
    scene.write('.sops.yaml', `creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n${groups}`);
    scene.set('SOPS_AGE_KEY', [scene.env['SOPS_AGE_KEY'], two.identity].join('\n'));
    scene.write('s.yaml', manifest);
    scene.ok(scene.sopskit('encrypt', '-i', ...secretValues, 's.yaml'));
    scene.ok(scene.sopskit('rotate', '-i', '--rm-age', three.recipient, 's.yaml'));
    scene.commit('base');
    scene.fork(changesB, changesA);
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.open('s.yaml')).toContain(`${canary}-B`);
    fork2(scene, three.recipient);
    const merge = scene.try('merge', '-q', 'more', '-m', 'm');
    expect(merge.status, merge.stderr).toBe(0);
    expect(scene.open('s.yaml')).toContain(`${canary}-D`);
    scene.set('SOPS_AGE_KEY', [three.identity, two.identity].join('\n'));
    expect(scene.open('s.yaml')).toContain(`${canary}-D`);
  });

  /** One side changes a value, the other adds a recipient to the first group. */
  function fork2(scene: Scene, recipient: string): void {
    scene.git('switch', '-q', '-c', 'more');
    scene.ok(scene.sopskit('rotate', '-i', '--add-age', recipient, 's.yaml'));
    scene.commit('recipient');
    scene.git('switch', '-q', 'main');
    scene.value('s.yaml', 'stringData.c', `${canary}-D`);
    scene.commit('value');
  }

  it('minds no MAC of the common ancestor, which nobody may have mended', () => {
    const scene = make();
    scene.seal('s.yaml', manifest, ...secretValues);
    const sound = scene.read('s.yaml');
    scene.write('s.yaml', sound.replace('name: app', 'name: other'));
    scene.commit('a MAC that does not fit');
    scene.fork(
      (of) => {
        of.write('s.yaml', sound);
        changesB(of);
      },
      (of) => {
        of.write('s.yaml', sound);
        changesA(of);
      },
    );
    expect(scene.try('merge', '-q', 'topic', '-m', 'm').status).toBe(0);
    expect(scene.open('s.yaml')).toContain(`a: ${canary}-A\n    b: ${canary}-B\n`);
  });

  it("leaves git's own result where the MAC of a side does not fit: nothing is authenticated anew", () => {
    const scene = diverged((of) => {
      changesB(of);
      of.write('s.yaml', of.read('s.yaml').replace('name: app', 'name: other'));
    }, changesA);
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain('the MAC does not fit');
    expect(scene.read('s.yaml')).toMatch(/^<{7} /m);
  });

  it('keeps our file where the merged one would show a value that a side encrypts', () => {
    const scene = make();
    scene.seal('s.yaml', 'a: old\nopen: x\n', '--encrypted-regex', '^a$');
    scene.commit('base');
    scene.fork(
      (of) => of.value('s.yaml', 'a', `${canary}-2`),
      (of) => of.seal('s.yaml', `a: old\nopen: ${canary}\n`, '--encrypted-regex', '^open$'),
    );
    const before = scene.read('s.yaml');
    const merge = scene.try('merge', 'topic', '-m', 'm');
    expect(merge.status).toBe(1);
    expect(merge.stderr).toContain('would show values');
    expect(scene.read('s.yaml')).toBe(before);
    expect(scene.leaks()).toEqual([]);
  });

  it('shows no value that a comment has encrypted', () => {
    const scene = make();
    const args = ['--encrypted-comment-regex', 'secret'];
    scene.write('s.yaml', `open: x\n# secret\na: ${canary}-a\nlast: y\n`);
    scene.ok(scene.sopskit('-e', '-i', '--age', recipient, ...args, 's.yaml'));
    scene.commit('base');
    const edit = (command: string) => (of: Scene) => {
      of.editor(`sed -i '${command}' "$1"`);
      of.ok(of.sopskit('edit', 's.yaml'));
    };
    scene.fork(edit(`$ a # secret\\ntheirs: ${canary}-t`), edit(`$ a # secret\\nours: ${canary}-o`));
    scene.try('merge', '-q', 'topic', '-m', 'm');
    expect(scene.leaks()).toEqual([]);
    expect(scene.open('s.yaml')).toContain(`ours: ${canary}-o`);
  });
});
