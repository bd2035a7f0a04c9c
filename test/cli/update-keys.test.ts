import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateIdentity } from '../../src/index.ts';
import { type TestWorld, testKey, testWorld } from './world.ts';

describe('updatekeys', () => {
  let world: TestWorld;
  let file: string;
  let config: string;
  let other: string;

  beforeAll(async () => {
    world = testWorld();
    file = world.path('a.env');
    config = world.path('.sops.yaml');
    other = (await generateIdentity()).recipient;
    writeFileSync(config, `creation_rules:\n  - age: ${testKey.recipient},${other}\n`);
  });
  beforeEach(async () => {
    writeFileSync(file, 'word=secret\n');
    expect(await world.run(['encrypt', '-i', '--age', testKey.recipient, file])).toMatchObject({ status: 0 });
  });
  afterAll(() => world.remove());

  const recipients = (): number => (readFileSync(file, 'utf8').match(/recipient/g) ?? []).length;

  it('shows what changes, and asks', async () => {
    const { status, stdout } = await world.run(['updatekeys', '--config', config, file], ['perhaps', 'y']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Group 1\n    ${testKey.recipient}\n+++ ${other}\n`);
    expect(stdout.match(/Is this okay\? \(y\/n\):/g)).toHaveLength(2);
    expect(recipients()).toBe(2);
    expect(await world.run(['decrypt', file])).toMatchObject({ stdout: 'word=secret\n' });
  });

  it('leaves the file alone on a no, and without an answer', async () => {
    const before = readFileSync(file);
    expect(await world.run(['updatekeys', '--config', config, file], ['n'])).toMatchObject({ status: 0 });
    expect(await world.run(['updatekeys', '--config', config, file])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--yes'),
    });
    expect(readFileSync(file)).toEqual(before);
  });

  it('does not ask with -y, and has nothing to do the second time', async () => {
    expect(await world.run(['updatekeys', '-y', '--config', config, file])).toMatchObject({ status: 0 });
    expect(recipients()).toBe(2);
    const again = await world.run(['updatekeys', '-y', '--config', config, file]);
    expect(again).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('already up to date'),
    });
  });

  it('goes on to the next file after a failure', async () => {
    const missing = world.path('missing.env');
    const { status, stderr } = await world.run(['updatekeys', '-y', '--config', config, missing, file]);
    expect(status).toBe(1);
    expect(stderr).toContain('1 of 2 files');
    expect(recipients()).toBe(2);
  });
});
