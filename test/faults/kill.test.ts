import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { ending } from '../system/program.ts';
import { runInMemory } from './memory-world.ts';
import { canaries, canariesIn } from './samples.ts';
import { Scene } from './scene.ts';

const variables = { SOPS_AGE_KEY: testKey.identity };
const plain = `${Array.from({ length: 400 }, (_, index) => `key_${index}: ${canaries.value} ${index}`).join('\n')}\n`;

/** Killed at any moment, a file is the old one or the new one (promise P4). */
describe.skipIf(process.platform === 'win32')('killed at any moment', () => {
  let scene: Scene;
  let sealed: Buffer;
  let kills = 0;

  beforeAll(async () => {
    scene = new Scene();
    scene.write('.sops.yaml', `creation_rules:\n  - age: ${testKey.recipient}\n`);
    scene.write('f.yaml', plain);
    expect(scene.run(['encrypt', '-i', 'f.yaml']).status).toBe(0);
    sealed = scene.read('f.yaml');
  });
  afterAll(() => scene.remove());

  const cases: readonly (readonly [string, readonly string[], 'plain' | 'sealed'])[] = [
    ['encrypt -i', ['encrypt', '-i', 'f.yaml'], 'plain'],
    ['decrypt -i', ['decrypt', '-i', 'f.yaml'], 'sealed'],
    ['rotate -i', ['rotate', '-i', 'f.yaml'], 'sealed'],
    ['set', ['set', 'f.yaml', '["key_7"]', `"${canaries.value} 7"`], 'sealed'],
  ];

  it.each(cases)('%s leaves the old file or the new one', async (_, argv, from) => {
    const old = from === 'plain' ? Buffer.from(plain) : sealed;
    scene.write('f.yaml', old, 0o640);
    let whole = await timed(argv);
    const seen = new Set<string>();
    for (let round = 0, until = kills + 26; kills < until && round < 90; round++) {
      scene.write('f.yaml', old, 0o640);
      const child = scene.start(argv);
      const ended = ending(child);
      // all over the run, and most of them where it writes: near its end
      const moment = round % 3 === 0 ? Math.random() : 0.7 + Math.random() * 0.3;
      await new Promise((resolve) => setTimeout(resolve, whole * moment));
      child.kill('SIGKILL');
      if ((await ended).signal === 'SIGKILL') kills++;
      else whole *= 0.9; // it was faster this time
      seen.add(await expectOldOrNew(old, argv[0] === 'decrypt'));
    }
    expect(scene.run(['set', 'other.yaml', '["a"]', '1']).status).not.toBe(0); // sweeps nothing: it writes nothing
    scene.write('f.yaml', sealed, 0o640);
    expect(scene.run(['rotate', '-i', 'f.yaml']).status).toBe(0);
    expect(fs.readdirSync(scene.cwd).sort()).toEqual(['.sops.yaml', 'f.yaml']);
    expect(seen.has('old')).toBe(true);
  });

  it('was killed often enough to mean something', () => {
    expect(kills).toBeGreaterThanOrEqual(100);
  });

  async function timed(argv: readonly string[]): Promise<number> {
    const begun = performance.now();
    await ending(scene.start(argv));
    return performance.now() - begun;
  }

  async function expectOldOrNew(old: Buffer, toPlain: boolean): Promise<'old' | 'new'> {
    const now = scene.read('f.yaml');
    expect(fs.statSync(scene.path('f.yaml')).mode & 0o777).toBe(0o640);
    const temporary = fs.readdirSync(scene.cwd).filter((name) => name.endsWith('.tmp'));
    expect(temporary.length).toBeLessThanOrEqual(1);
    for (const name of temporary) {
      const { mode, size } = fs.statSync(scene.path(name));
      if (toPlain && size < plain.length) expect(mode & 0o777).toBe(0o600);
      if (!toPlain) expect(canariesIn(scene.read(name))).toEqual([]);
    }
    if (now.equals(old)) return 'old';
    if (toPlain) expect(now.toString()).toBe(plain);
    else {
      const { status, stdout } = await runInMemory(['decrypt', 'f.yaml'], { 'f.yaml': now }, variables);
      expect(status).toBe(0);
      expect(stdout.toString()).toBe(plain);
    }
    return 'new';
  }
});
