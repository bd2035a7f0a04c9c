import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestWorld, testKey, testWorld } from './world.ts';

describe.skipIf(process.platform === 'win32')('exec-file', () => {
  let world: TestWorld;
  let file: string;
  let out: string;
  const written = (): string => readFileSync(out, 'utf8');

  beforeAll(async () => {
    world = testWorld();
    file = world.path('secret.json');
    out = world.path('out');
    writeFileSync(file, '{\n\t"word": "two words"\n}\n');
    expect(await world.run(['encrypt', '-i', '--age', testKey.recipient, file])).toMatchObject({ status: 0 });
  });
  afterAll(() => world.remove());

  it('gives the program a FIFO', async () => {
    const { status } = await world.run(['exec-file', file, `test -p {} && cat {} > ${out}`]);
    expect(status).toBe(0);
    expect(JSON.parse(written())).toEqual({ word: 'two words' });
  });

  it('gives the program a private file with --no-fifo', async () => {
    await world.run([
      'exec-file',
      '--no-fifo',
      file,
      `stat -c %a {} $(dirname {}) > ${out}; cat {} {} >> ${out}`,
    ]);
    expect(written()).toMatch(/^600\n700\n\{/);
  });

  it('names the file as told, and removes it with its folder', async () => {
    await world.run(['exec-file', '--no-fifo', '--filename', 'my.json', file, `printf %s {} > ${out}`]);
    expect(written()).toMatch(/\/my\.json$/);
    expect(existsSync(dirname(written()))).toBe(false);
  });

  it('calls the file tmp-file otherwise', async () => {
    await world.run(['exec-file', file, `printf %s {} > ${out}`]);
    expect(written()).toMatch(/\/tmp-file$/);
    expect(existsSync(dirname(written()))).toBe(false);
  });

  it('runs words behind -- without a shell, and fills each {}', async () => {
    const script = `const fs = require('fs'); fs.copyFileSync(process.argv[1].slice(2), process.argv[2])`;
    await world.run(['exec-file', '--no-fifo', file, '--', process.execPath, '-e', script, 'x={}', out]);
    expect(JSON.parse(written())).toEqual({ word: 'two words' });
  });

  it('converts to --output-type', async () => {
    await world.run(['exec-file', '--output-type', 'dotenv', file, `cat {} > ${out}`]);
    expect(written()).toBe('word=two words\n');
  });

  it('ends with the status of a program that never reads', async () => {
    expect(await world.run(['exec-file', file, 'exit 7'])).toMatchObject({ status: 7, stderr: '' });
  });

  it('survives a program that stops reading early', async () => {
    const big = world.path('big.json');
    writeFileSync(big, JSON.stringify({ a: 'x'.repeat(300_000) }));
    await world.run(['encrypt', '-i', '--age', testKey.recipient, big]);
    expect(await world.run(['exec-file', big, `head -c 10 {} > ${out}`])).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(await world.run(['exec-file', big, `cat {} > ${out}`])).toMatchObject({ status: 0 });
    expect(statSync(out).size).toBeGreaterThan(300_000);
  });

  it('survives a program that removes the FIFO', async () => {
    expect(await world.run(['exec-file', file, 'rm {}; sleep 0.1'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('lets a program in the background read before it removes the file', async () => {
    const { status } = await world.run(['exec-file', '--background', file, `sleep 0.1; cat {} > ${out}.bg`]);
    expect(status).toBe(0);
    await expect
      .poll(() => existsSync(`${out}.bg`) && readFileSync(`${out}.bg`, 'utf8'))
      .toContain('two words');
  });

  it('falls back to a regular file where there is no mkfifo', async () => {
    const { system } = world;
    const { processes } = system;
    const without = {
      ...processes,
      find: (name: string) => (name === 'mkfifo' ? null : processes.find(name)),
    };
    const bare = testWorld();
    Object.assign(bare.system, { processes: without });
    const { status, stderr } = await bare.run(['exec-file', file, `test -f {} && cat {} > ${out}`]);
    expect(status).toBe(0);
    expect(stderr).toContain('mkfifo');
    expect(JSON.parse(written())).toEqual({ word: 'two words' });
    bare.remove();
  });
});
