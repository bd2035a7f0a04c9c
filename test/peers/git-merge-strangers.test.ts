import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { canary, Scene } from './git-scene.ts';
import { describePeers } from './peers.ts';

const yaml = `a: ${canary}-a\nb: ${canary}-b\n`;

/** Whoever can push a branch can write into a sops block, and encrypt for our public keys, without any key of ours. */
describePeers('the merge driver, and those who have no key', ['git', 'sops', 'age-keygen'], (peers) => {
  const me = testKey.recipient;
  const scenes: Scene[] = [];
  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.remove();
  });

  const newKey = () => {
    const identity = /AGE-SECRET-KEY-\S+/.exec(spawnSync(peers['age-keygen'], []).stdout.toString())?.[0];
    const recipient = spawnSync(peers['age-keygen'], ['-y'], { input: identity ?? '' });
    return { recipient: recipient.stdout.toString().trim(), identity: identity ?? '' };
  };

  function make(recipients: string): Scene {
    const scene = new Scene(peers.sops);
    scenes.push(scene);
    scene.write('.sops.yaml', `creation_rules:\n  - age: ${recipients}\n`);
    return scene;
  }

  /** Whether an identity opens what the merge left in the working tree. */
  function opens(scene: Scene, identity: string): boolean {
    scene.set('SOPS_AGE_KEY', identity);
    const { status } = scene.sopskit('decrypt', 's.yaml');
    scene.set('SOPS_AGE_KEY', testKey.identity);
    return status === 0;
  }

  function expectRefused(scene: Scene, ended: { status: number | null; stderr: string }, eve: string): void {
    expect(ended.status, ended.stderr).toBe(1);
    expect(ended.stderr).toContain(`${eve} is left out`);
    expect(scene.read('s.yaml')).not.toContain(eve);
  }

  const entry = (text: string): string =>
    /\n( *)- enc: \|\n[\s\S]*?recipient: (age1\S+)/.exec(text)?.[0] ?? '';

  describe.each([
    ['in the place of another', (text: string, eve: string, bob: string) => text.replaceAll(bob, eve)],
    [
      'with a copy of an entry, as the first',
      (text: string, eve: string) =>
        text.replace(entry(text), entry(text).replace(/age1\S+/, eve) + entry(text)),
    ],
    [
      'with an empty entry',
      (text: string, eve: string) => {
        const indent = /\n *(?=- )/.exec(entry(text))?.[0] ?? '';
        return text.replace(entry(text), `${indent}- enc: ""${indent}  recipient: ${eve}${entry(text)}`);
      },
    ],
  ])('a recipient who is written into the block %s', (_, writes) => {
    it.each([
      ['merge', 'topic', 'main'],
      ['cherry-pick', 'topic', 'main'],
      ['merge', 'main', 'topic'],
    ])('does not become real in a %s of %s into %s', (how, from, into) => {
      const [eve, bob] = [newKey(), newKey()];
      const scene = make(`${me},${bob.recipient}`);
      scene.seal('s.yaml', yaml, '--age', `${me},${bob.recipient}`);
      scene.commit('base');
      scene.fork(
        (of) => of.write('s.yaml', writes(of.read('s.yaml'), eve.recipient, bob.recipient)),
        (of) => of.ok(of.sopskit('rotate', '-i', 's.yaml')),
      );
      scene.git('switch', '-q', into);
      const merge = scene.try(how, from);
      expectRefused(scene, merge, eve.recipient);
      expect(opens(scene, eve.identity)).toBe(false);
      expect(scene.open('s.yaml')).toContain(`${canary}-a`);
      scene.ok(scene.sopskit('git', 'resolve', 's.yaml'));
      expect(opens(scene, eve.identity)).toBe(false);
      expect(scene.try('status', '--short').stdout).not.toContain('U');
    });
  });

  it.each([['with an ancestor'], ['added on both sides']])(
    'a data key of a stranger does not take our values: %s',
    (how) => {
      const eve = newKey();
      const scene = make(me);
      const seal = (of: Scene, text: string, recipients = me) => of.seal('s.yaml', text, '--age', recipients);
      if (how === 'with an ancestor') seal(scene, yaml);
      scene.commit('base');
      scene.fork(
        (of) => seal(of, yaml, `${me},${eve.recipient}`),
        (of) => seal(of, `${yaml}new: ${canary}-new\n`),
      );
      expectRefused(scene, scene.try('merge', 'topic'), eve.recipient);
      expect(opens(scene, eve.identity)).toBe(false);
      expect(scene.open('s.yaml')).toContain(`${canary}-new`);
    },
  );

  it('takes no data key that only their side has, even for the same recipients', () => {
    const scene = make(me);
    scene.seal('s.yaml', yaml);
    scene.commit('base');
    scene.fork(
      (of) => of.seal('s.yaml', yaml), // anew: only the public key is needed
      (of) => of.value('s.yaml', 'c', `${canary}-c`),
    );
    const theirs = scene.git('show', 'topic:s.yaml');
    scene.ok(scene.try('merge', 'topic', '-m', 'm'));
    const wrapped = (text: string): string => entry(text).replace(/[\s\S]*BEGIN/, '');
    expect(wrapped(scene.read('s.yaml'))).not.toBe(wrapped(theirs));
    expect(scene.open('s.yaml')).toContain(`${canary}-c`);
  });

  it('lets in whom our creation rule names, and not whom theirs names', () => {
    const carol = newKey();
    for (const [ours, status] of [
      [`${me},${carol.recipient}`, 0],
      [me, 1],
    ] as const) {
      const scene = make(ours);
      scene.seal('s.yaml', yaml, '--age', me);
      scene.commit('base');
      scene.fork(
        (of) => {
          of.write('.sops.yaml', `creation_rules:\n  - age: ${me},${carol.recipient}\n`);
          of.ok(of.sopskit('rotate', '-i', '--add-age', carol.recipient, 's.yaml'));
        },
        (of) => of.value('s.yaml', 'a', `${canary}-A`),
      );
      const merge = scene.try('merge', 'topic', '-m', 'm');
      expect(merge.status, merge.stderr).toBe(status);
      expect(opens(scene, carol.identity)).toBe(status === 0);
      if (status === 0) continue;
      // as the message says
      scene.ok(scene.sopskit('git', 'resolve', 's.yaml'));
      scene.ok(scene.sopskit('updatekeys', '-y', 's.yaml'));
      expect(opens(scene, carol.identity)).toBe(true);
    }
  });

  it('does not need fewer key groups because one side says so', () => {
    const two = newKey();
    const scene = make(me);
    const groups = [me, two.recipient].map((age) => `      - age: [${age}]\n`).join('');
    scene.write('.sops.yaml', `creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n${groups}`);
    const both = `${testKey.identity}\n${two.identity}`;
    scene.set('SOPS_AGE_KEY', both);
    scene.write('s.yaml', yaml);
    scene.ok(scene.sopskit('encrypt', '-i', 's.yaml'));
    scene.commit('base');
    scene.fork(
      (of) => of.write('s.yaml', of.read('s.yaml').replace('shamir_threshold: 2', 'shamir_threshold: 1')),
      (of) => of.ok(of.sopskit('rotate', '-i', 's.yaml')),
    );
    const merge = scene.try('merge', 'topic');
    expect(merge.status).toBe(1);
    scene.set('SOPS_AGE_KEY', two.identity);
    expect(scene.sopskit('decrypt', 's.yaml').status).not.toBe(0);
  });
});
