import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestWorld, testKey, testWorld } from './world.ts';

describe.skipIf(process.platform === 'win32')('exec-env', () => {
  let world: TestWorld;
  let file: string;
  let out: string;
  const written = (): string => readFileSync(out, 'utf8');

  beforeAll(async () => {
    world = testWorld({ OUTSIDE: 'from outside', HOME: '/nowhere' });
    file = world.path('secret.json');
    out = world.path('out');
    writeFileSync(
      file,
      '{"word": "two words", "int": 16, "float": 1.0, "yes": true, "none": null, "lines": "a\\nb"}',
    );
    const { status, stderr } = await world.run(['encrypt', '-i', '--age', testKey.recipient, file]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
  afterAll(() => world.remove());

  it('runs a string in a shell', async () => {
    const { status } = await world.run([
      'exec-env',
      file,
      `echo "$word/$int/$float/$yes/$none/$lines" > ${out}`,
    ]);
    expect(status).toBe(0);
    expect(written()).toBe('two words/16/1.0/true/<nil>/a\nb\n');
  });

  it('runs one string behind -- in a shell, too, as sops does', async () => {
    await world.run(['exec-env', file, '--', `echo "$word" > ${out}`]);
    expect(written()).toBe('two words\n');
  });

  it('runs words behind -- without a shell', async () => {
    const script = `require('fs').writeFileSync(process.argv[1], process.env.word + process.argv[2])`;
    const { status } = await world.run([
      'exec-env',
      file,
      '--',
      process.execPath,
      '-e',
      script,
      out,
      '$word *',
    ]);
    expect(status).toBe(0);
    expect(written()).toBe('two words$word *');
  });

  it('passes the environment on, under the values of the file', async () => {
    await world.run(['exec-env', file, `echo "$OUTSIDE" > ${out}`]);
    expect(written()).toBe('from outside\n');
  });

  it('passes nothing else on with --pristine', async () => {
    await world.run(['exec-env', '--pristine', file, `echo "$OUTSIDE$word" > ${out}`]);
    expect(written()).toBe('two words\n');
  });

  it('ends with the status of the program', async () => {
    expect(await world.run(['exec-env', file, 'exit 3'])).toMatchObject({ status: 3, stderr: '' });
    expect(await world.run(['exec-env', file, 'kill -9 $$'])).toMatchObject({ status: 255 });
    expect(await world.run(['exec-env', file, 'kill -TERM $$'])).toMatchObject({ status: 143 });
    expect(await world.run(['exec-env', file, 'no-such-program-here 2>/dev/null'])).toMatchObject({
      status: 127,
    });
  });

  it('says which program is missing', async () => {
    const { status, stderr } = await world.run(['exec-env', file, '--', 'no-such-program-here', 'x']);
    expect(status).toBe(1);
    expect(stderr).toContain('no-such-program-here');
  });

  it('does not wait with --background', async () => {
    const { status, stderr } = await world.run([
      'exec-env',
      '--background',
      file,
      `sleep 0.3; echo "$word" > ${out}`,
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('deprecated');
    expect(written()).not.toContain('never');
    await expect.poll(written, { timeout: 5000 }).toBe('two words\n');
  });

  it('names a user that does not exist', async () => {
    const { status, stderr } = await world.run(['exec-env', '--user', 'no-such-user-here', file, 'true']);
    expect(status).toBe(1);
    expect(stderr).toContain('no user "no-such-user-here"');
  });

  const refused: readonly [text: string, says: string][] = [
    ['{"canary": {"a": "canary-value"}}', 'a map cannot be'],
    ['{"canary": ["canary-value"]}', 'a list cannot be'],
    ['{"a=b": "canary-value"}', '"=" in it'],
    ['{"canary": "canary-value\\u0000"}', 'NUL'],
  ];
  it.each(refused)('refuses %s without its values', async (text, says) => {
    const bad = world.path('bad.json');
    writeFileSync(bad, text);
    await world.run(['encrypt', '-i', '--age', testKey.recipient, bad]);
    const { status, stderr } = await world.run(['exec-env', bad, 'true']);
    expect(status).toBe(1);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('canary-value');
  });
});
