import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { samples } from './samples.ts';
import { Scene } from './scene.ts';

/** The key takes its time; meanwhile somebody else writes the file. */
describe.skipIf(process.platform === 'win32')('a file that changes while a command works', () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
    scene.write('f.yaml', samples.yaml);
    expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, 'f.yaml']).status).toBe(0);
    scene.write('.sops.yaml', `creation_rules:\n  - age: ${testKey.recipient},${otherRecipient}\n`);
    scene.write(
      'key.sh',
      `#!/bin/sh\necho '# theirs' >> ${scene.path('f.yaml')}\necho ${testKey.identity}\n`,
      0o700,
    );
  });
  afterEach(() => scene.remove());

  it.each([
    ['set', ['set', 'f.yaml', '["new"]', '"x"']],
    ['unset', ['unset', 'f.yaml', '["number"]']],
    ['rotate', ['rotate', '-i', 'f.yaml']],
    ['updatekeys', ['updatekeys', '-y', 'f.yaml']],
    ['decrypt', ['decrypt', '-i', 'f.yaml']],
    ['groups add', ['groups', 'add', '-i', '-f', 'f.yaml', '--age', testKey.recipient]],
  ] as const)('is not written over by %s', (_, argv) => {
    const before = scene.read('f.yaml').toString();
    const env = { SOPS_AGE_KEY: undefined, SOPS_AGE_KEY_CMD: scene.path('key.sh') };
    const { status, stderr } = scene.run(argv, { env });
    expect(stderr.toString()).toMatch(
      /f\.yaml: .*changed by somebody else.*nothing was written\nhint: Run the command/,
    );
    expect(status).toBe(argv[0] === 'updatekeys' ? 1 : 3);
    expect(scene.read('f.yaml').toString()).toBe(`${before}# theirs\n`);
    scene.write('f.yaml', before);
    expect(scene.run(argv).status).toBe(0);
  });
});

/** A recipient whose identity nobody kept. */
const otherRecipient = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';
