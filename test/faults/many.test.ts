import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testKey } from '../cli/world.ts';
import { ending } from '../system/program.ts';
import { Scene } from './scene.ts';

const count = 150;
const folders = 5;
const rule = `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${testKey.recipient}\n`;
const names = Array.from({ length: count }, (_, index) => `f${index % folders}/s${index}.yaml`);
const plainOf = (name: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n  password: canary ${name}\n`;

/** Killed or interrupted at any moment, each of many files is the old one or the new one (promise P4). */
describe.skipIf(process.platform === 'win32')('work on many files', () => {
  let scene: Scene;
  const sealed = new Map<string, Buffer>();

  beforeAll(() => {
    scene = new Scene();
    for (let index = 0; index < folders; index++) fs.mkdirSync(scene.path(`f${index}`));
    scene.write('.sops.yaml', rule);
    for (const name of names) scene.write(name, plainOf(name));
    expect(scene.run(['encrypt', '-i', '.']).status).toBe(0);
    for (const name of names) sealed.set(name, scene.read(name));
  });
  afterAll(() => scene.remove());

  /** Puts the files back as they were, and removes what a killed run left. */
  function reset(from: 'plain' | 'sealed'): void {
    for (const name of names)
      scene.write(name, from === 'plain' ? plainOf(name) : (sealed.get(name) ?? ''), 0o640);
  }

  function temporaries(): string[] {
    return scene.files().filter((file) => file.endsWith('.tmp'));
  }

  const isWhole = (name: string, from: 'plain' | 'sealed', text: string): 'old' | 'new' | 'torn' => {
    const old = from === 'plain' ? plainOf(name) : (sealed.get(name)?.toString() ?? '');
    if (text === old) return 'old';
    if (from === 'sealed' && text === plainOf(name)) return 'new';
    return /\n {4}version: 3\.13\.3\n$/.test(text) && !text.includes('canary') ? 'new' : 'torn';
  };

  const cases: readonly (readonly [string, readonly string[], 'plain' | 'sealed', readonly string[]])[] = [
    ['encrypt', ['encrypt', '-i', '.'], 'plain', ['encrypt', '-i', '.']],
    ['decrypt', ['decrypt', '-i', '.'], 'sealed', ['decrypt', '-i', '.']],
    ['rekey', ['rekey', '.'], 'sealed', ['rekey', '.']],
  ];

  it.each(cases)('%s killed at any moment leaves old files and new ones', async (_, argv, from, again) => {
    reset(from);
    const begun = performance.now();
    await ending(scene.start(argv));
    let whole = performance.now() - begun;
    let [kills, mixed] = [0, 0];
    for (let round = 0; kills < 12 && round < 40; round++) {
      reset(from);
      const child = scene.start(argv);
      const ended = ending(child);
      await new Promise((resolve) => setTimeout(resolve, whole * (0.25 + Math.random() * 0.75)));
      child.kill('SIGKILL');
      if ((await ended).signal !== 'SIGKILL') {
        whole *= 0.9; // it was faster this time
        continue;
      }
      kills++;
      const states = new Set(names.map((name) => isWhole(name, from, scene.read(name).toString())));
      expect(states.has('torn')).toBe(false);
      if (states.size > 1) mixed++;
      for (const file of temporaries()) {
        const text = fs.readFileSync(path.join(scene.root, file), 'utf8');
        if (from === 'plain' || argv[0] === 'rekey') expect(text).not.toContain('canary');
      }
    }
    expect(kills).toBeGreaterThanOrEqual(8);
    expect(mixed).toBeGreaterThan(0);
    expect(scene.run(again).status).toBe(0);
    expect(temporaries()).toEqual([]);
    if (argv[0] === 'decrypt')
      for (const name of names) expect(scene.read(name).toString()).toBe(plainOf(name));
    else expect(scene.run(['verify', '.']).stderr.toString()).toContain(`${count} verified`);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly, and the next run finishes', async (signal) => {
    let interrupted = false;
    for (let round = 0; round < 15 && !interrupted; round++) {
      reset('plain');
      const child = scene.start(['encrypt', '-i', '--json', '.']);
      const texts = [child.stdout, child.stderr].map((stream) => {
        const chunks: Buffer[] = [];
        stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
        return () => Buffer.concat(chunks).toString();
      });
      const ended = ending(child);
      await untilSomeAreDone();
      child.kill(signal);
      const { status } = await ended;
      expect(temporaries()).toEqual([]);
      if (status === 0) continue; // it was done already
      interrupted = true;
      expect(status).toBe(85);
      const report = JSON.parse(texts[0]?.() ?? '') as {
        interrupted: boolean;
        summary: Record<string, number>;
      };
      expect(report.interrupted).toBe(true);
      expect(report.summary['left']).toBeGreaterThan(0);
      const done = names.filter((name) => !scene.read(name).includes('canary')).length;
      expect(report.summary['changed']).toBe(done);
      expect(texts[1]?.()).toContain('Run it again to finish');
    }
    expect(interrupted).toBe(true);
    expect(scene.run(['encrypt', '-i', '.']).status).toBe(0);
    expect(names.filter((name) => scene.read(name).includes('canary'))).toEqual([]);
  });

  async function untilSomeAreDone(): Promise<void> {
    for (let wait = 0; wait < 2_000; wait++) {
      if (names.some((name) => fs.statSync(scene.path(name)).size > 400)) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  it('leaves the file of a temporary name alone, and takes none for a file of the repository', () => {
    reset('sealed');
    const left = '.sopskit-00000000-4194304-abcdefgh.tmp';
    scene.write(left, sealed.get(names[0] ?? '') ?? '');
    const { stdout } = scene.run(['verify', '--json', '.']);
    expect(JSON.parse(stdout.toString()).summary).toMatchObject({ unchanged: count, failed: 0 });
    fs.rmSync(scene.path(left));
  });

  it('says nothing of a value when it fails', () => {
    reset('sealed');
    for (const name of names.slice(0, 60)) {
      const text = (sealed.get(name) ?? '').toString();
      scene.write(name, text.replace('stringData:\n', 'stringData:\n    added: canary\n'));
    }
    for (const name of names.slice(60, 70)) scene.write(name, `kind: Secret\nstringData: {canary: "canary\n`);
    for (const argv of [
      ['verify', '.'],
      ['rekey', '.'],
      ['decrypt', '-i', '.'],
      ['verify', '--json', '--verbose', '.'],
    ]) {
      const { stdout, stderr, status } = scene.run(argv);
      expect(status).not.toBe(0);
      expect(`${stdout}${stderr}`).not.toContain('canary');
    }
  });

  it('refuses a key service before it begins', () => {
    reset('sealed');
    const { status, stderr } = scene.run(['verify', '.'], { env: { SOPS_KEYSERVICE: 'tcp://localhost:1' } });
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/^sopskit verify: this release .*key service\n/);
  });

  it.skipIf(process.getuid?.() !== 0)('fails for what it may not read or write, and does the rest', () => {
    reset('sealed');
    fs.chmodSync(scene.path(names[0] ?? ''), 0o000);
    fs.chmodSync(scene.path(names[1] ?? ''), 0o444);
    for (const name of names.slice(2)) fs.chownSync(scene.path(name), 65_534, 65_534);
    for (let index = 0; index < folders; index++) fs.chmodSync(scene.path(`f${index}`), 0o777);
    const { status, stdout } = scene.run(['rotate', '-i', '--json', '.'], { asNobody: true });
    const report = JSON.parse(stdout.toString()) as {
      summary: Record<string, number>;
      files: { path: string; error?: { code: string } }[];
    };
    expect(report.summary).toMatchObject({ changed: count - 2, failed: 2 });
    const codes = report.files.flatMap(({ error }) => error?.code ?? []);
    expect(codes.sort()).toEqual(['file.unreadable', 'file.unwritable']);
    expect(status).toBe(1);
  });
});
