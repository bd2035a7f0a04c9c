import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { ending, until } from '../system/program.ts';
import { samples } from './samples.ts';
import { Scene } from './scene.ts';

/** Node says `Debugger listening on …` on standard error when SIGUSR1 opens its inspector. */
describe.skipIf(process.platform === 'win32')("Node's inspector", () => {
  let scene: Scene;

  beforeEach(() => {
    scene = new Scene();
    scene.write('f.yaml', samples.yaml);
    expect(scene.run(['encrypt', '-i', '--age', testKey.recipient, 'f.yaml']).status).toBe(0);
  });
  afterEach(() => scene.remove());

  const signalled = async (argv: readonly string[], env: Record<string, string | undefined>) => {
    const started = scene.path('started');
    const child = scene.start(argv, { env });
    const ended = ending(child);
    await until(() => fs.existsSync(started));
    child.kill('SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    fs.writeFileSync(scene.path('go'), '');
    return ended;
  };
  const waiting = (then: string) =>
    scene.editor(`touch started; while [ ! -e go ]; do sleep 0.05; done; ${then}`);

  it('stays shut at SIGUSR1 while keys are looked for', async () => {
    const command = waiting(`echo ${testKey.identity}`);
    const ended = await signalled(['decrypt', 'f.yaml'], {
      SOPS_AGE_KEY: undefined,
      SOPS_AGE_KEY_CMD: command,
    });
    expect(ended).toEqual({ status: 0, signal: null, stdout: samples.yaml, stderr: '' });
  });

  it('stays shut while a program runs, which gets the signal', async () => {
    const program = scene.editor(
      `trap 'echo caught' USR1; touch started; while [ ! -e go ]; do sleep 0.05; done`,
    );
    const ended = await signalled(['exec-file', 'f.yaml', `exec ${program}`], {});
    expect(ended).toEqual({ status: 0, signal: null, stdout: 'caught\n', stderr: '' });
  });
});
