import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeysWorld } from '../cli/keys-world.ts';
import { describePeers } from './peers.ts';

describePeers('keys generate', ['sops', 'age', 'age-keygen'], ({ sops, age, 'age-keygen': keygen }) => {
  let world: KeysWorld;
  beforeEach(() => {
    world = new KeysWorld();
  });
  afterEach(() => world.remove());

  function run(
    program: string,
    args: readonly string[],
    input = '',
  ): { status: number | null; stdout: string } {
    const env = { PATH: process.env['PATH'] ?? '', HOME: world.home };
    const { status, stdout } = spawnSync(program, args, { cwd: world.folder, env, input });
    return { status, stdout: stdout.toString() };
  }

  it.each([[[]], [['--post-quantum']]])('makes what real age and sops work with %j', async (flags) => {
    const { stdout } = await world.run(['keys', 'generate', ...flags]);
    const recipient = stdout.trim();
    const file = world.defaultKeyFile;
    expect(run(keygen, ['-y', file]).stdout.trim()).toBe(recipient);
    const armored = run(age, ['-a', '-r', recipient], 'a test text').stdout;
    expect(run(age, ['-d', '-i', file], armored).stdout).toBe('a test text');
    writeFileSync(path.join(world.folder, 'f.yaml'), 'a: 1\n');
    expect(run(sops, ['encrypt', '-i', '--age', recipient, 'f.yaml']).status).toBe(0);
    // sops finds the key by itself
    expect(run(sops, ['decrypt', 'f.yaml']).stdout).toBe('a: 1\n');
  });

  it('adds to a file of age-keygen, and sops opens with both keys', async () => {
    await world.run(['keys', 'generate']);
    const own = readFileSync(world.defaultKeyFile, 'utf8');
    const theirs = run(keygen, []).stdout;
    writeFileSync(world.defaultKeyFile, theirs);
    const added = (await world.run(['keys', 'generate'])).stdout.trim();
    const first = /public key: (\S+)/.exec(theirs)?.[1] ?? '';
    for (const recipient of [first, added]) {
      writeFileSync(path.join(world.folder, 'f.yaml'), 'a: 1\n');
      run(sops, ['encrypt', '-i', '--age', recipient, 'f.yaml']);
      expect(run(sops, ['decrypt', 'f.yaml']).stdout).toBe('a: 1\n');
    }
    // the same lines in the same order; age-keygen prints local time
    expect(own.replace(/created: \S+/, 'created: ').replace(/age1\w+|AGE-\S+/g, 'key')).toBe(
      theirs.replace(/created: \S+/, 'created: ').replace(/age1\w+|AGE-\S+/g, 'key'),
    );
  });
});
