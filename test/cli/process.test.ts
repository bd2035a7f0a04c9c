import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestWorld, testKey, testWorld } from './world.ts';

/** The recipient of a test key that nobody kept. */
const otherRecipient = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What only a process of its own can show: signals, closed pipes, other users. */
describe.skipIf(process.platform === 'win32')('sopskit as a process', () => {
  let world: TestWorld;
  let bin: string;
  let file: string;

  beforeAll(async () => {
    world = testWorld();
    chmodSync(world.folder, 0o755);
    const packages = createRequire(join(root, 'package.json'));
    await build({
      absWorkingDir: root,
      entryPoints: { cli: 'src/cli/main.ts' },
      outdir: world.folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      external: Object.keys((packages('./package.json') as { dependencies: object }).dependencies),
    });
    bin = world.path('run.cjs');
    writeFileSync(bin, `require('./cli.cjs').runHere().then((status) => process.exit(status));\n`);
    file = world.path('secret.env');
    writeFileSync(file, 'word=two words\n');
    expect(await world.run(['encrypt', '-i', '--age', testKey.recipient, file])).toMatchObject({ status: 0 });
    chmodSync(file, 0o644);
  });
  afterAll(() => world.remove());

  const env = { ...process.env, SOPS_AGE_KEY: testKey.identity };

  function run(argv: readonly string[], input = ''): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [bin, ...argv], { cwd: world.folder, env, encoding: 'utf8', input });
  }

  function start(argv: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess {
    const options = { cwd: world.folder, env: { ...env, ...variables }, stdio: 'ignore' } as const;
    return spawn(process.execPath, [bin, ...argv], options);
  }

  async function appears(path: string): Promise<void> {
    await expect
      .poll(() => existsSync(path) && readFileSync(path, 'utf8') !== '', { timeout: 10_000 })
      .toBe(true);
  }

  it('passes standard input and output on to the program', () => {
    expect(run(['exec-env', file, 'cat; echo "$word"'], 'typed\n')).toMatchObject({
      status: 0,
      stdout: 'typed\ntwo words\n',
    });
  });

  it('reads standard input', () => {
    expect(run(['-d', '--input-type', 'dotenv', '/dev/stdin'], readFileSync(file, 'utf8')).stdout).toBe(
      'word=two words\n',
    );
    expect(run(['decrypt', '--input-type', 'dotenv'], readFileSync(file, 'utf8')).stdout).toBe(
      'word=two words\n',
    );
  });

  it('takes the answer to a question from standard input', () => {
    const copy = world.path('copy.env');
    writeFileSync(copy, readFileSync(file));
    const config = world.path('.sops.yaml');
    writeFileSync(config, `creation_rules:\n  - age: ${otherRecipient}\n`);
    const { status, stdout } = run(['updatekeys', '--config', config, copy], 'y\nleft over\n');
    expect(status).toBe(0);
    expect(stdout).toContain(`+++ ${otherRecipient}\n--- ${testKey.recipient}\n`);
    expect(readFileSync(copy, 'utf8')).toContain(otherRecipient);
  });

  it('writes to /dev/stdout', () => {
    expect(run(['decrypt', '--output', '/dev/stdout', file]).stdout).toBe('word=two words\n');
  });

  it('is silent when its reader goes away', () => {
    const script = `{ sleep 0.2; '${process.execPath}' '${bin}' help encrypt; echo "$?" >&2; } | true`;
    expect(spawnSync('sh', ['-c', script], { env, encoding: 'utf8' }).stderr).toBe('141\n');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'passes %s on, and ends as the program does',
    async (signal) => {
      const ready = world.path(`ready-${signal}`);
      const body = `trap 'exit 5' TERM INT HUP QUIT USR1 USR2; echo 1 > ${ready}; while :; do sleep 0.05; done`;
      const child = start(['exec-env', file, body]);
      await appears(ready);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([5, null]);
    },
  );

  it.each([
    ['SIGTERM', 143],
    ['SIGQUIT', 131],
  ] as const)('removes the temporary file at %s', async (signal, status) => {
    const seen = world.path(`seen-${signal}`);
    const child = start(['exec-file', '--no-fifo', file, `echo {} > ${seen}; exec sleep 30`]);
    await appears(seen);
    const temporary = readFileSync(seen, 'utf8').trim();
    expect(readFileSync(temporary, 'utf8')).toBe('word=two words\n');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([status, null]);
    expect(existsSync(dirname(temporary))).toBe(false);
  });

  it('removes the temporary file of an editor that is killed, and leaves the file alone', async () => {
    const seen = world.path('edited');
    const editor = world.path('editor.sh');
    writeFileSync(editor, `#!/bin/sh\necho x=y >> "$1"\necho "$1" > ${seen}\nexec sleep 30\n`);
    chmodSync(editor, 0o755);
    const before = readFileSync(file);
    const child = start(['edit', file], { SOPS_EDITOR: editor });
    await appears(seen);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([201, null]);
    expect(existsSync(dirname(readFileSync(seen, 'utf8').trim()))).toBe(false);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(world.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('becomes the program with --same-process', () => {
    expect(run(['exec-env', '--same-process', file, 'echo "$word"; exit 6'])).toMatchObject({
      status: 6,
      stdout: 'two words\n',
    });
  });

  describe.skipIf(process.getuid?.() !== 0)('as root', () => {
    const nobody = (format: string) => spawnSync('id', [format, 'nobody'], { encoding: 'utf8' }).stdout;
    const who = 'id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"';

    it('runs a program as another user, with the groups of that user', () => {
      const { stdout, stderr } = run(['exec-env', '--user', 'nobody', file, who]);
      expect(stderr).toBe('');
      const [user, group, groups, names] = stdout.split('\n');
      expect(`${user}\n`).toBe(nobody('-u'));
      expect(`${group}\n`).toBe(nobody('-g'));
      expect(`${groups}\n`).toBe(nobody('-G'));
      expect(names).toMatch(/^\S+ nobody nobody$/);
    });

    it('makes the temporary file readable for that user', () => {
      for (const flag of ['--no-fifo', '--no-fifo=false']) {
        const { stdout, stderr } = run(['exec-file', flag, '--user', 'nobody', file, 'cat {}; id -un']);
        expect(stderr).toBe('');
        expect(stdout).toBe('word=two words\nnobody\n');
      }
    });
  });
});
