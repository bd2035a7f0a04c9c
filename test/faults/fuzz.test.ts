import { describe, expect, it } from 'vitest';
import { plaintextOf } from '../../src/cipher/plaintext.ts';
import { formatForPath } from '../../src/formats/registry.ts';
import { walk } from '../../src/tree/walk.ts';
import { testKey } from '../cli/world.ts';
import { type MemoryRun, runInMemory } from './memory-world.ts';
import { mutant } from './mutants.ts';
import { canariesIn, type SampleName, sampleNames, samples } from './samples.ts';

const env = { SOPS_AGE_KEY: testKey.identity };
/** Mutants per format, of the encrypted and of the plain file each: `MUTANTS=5000` for a long run. */
const mutants = Number(process.env['MUTANTS'] ?? 200);
const first = Number(process.env['SEED'] ?? 1);

describe.each(sampleNames)('damaged %s files', (name) => {
  const file = `f.${name}`;
  const plain = Buffer.from(samples[name], name === 'bin' ? 'latin1' : 'utf8');
  const run = (argv: readonly string[], bytes: Uint8Array) => runInMemory(argv, { [file]: bytes }, env);
  const encrypt = (bytes: Uint8Array) => run(['encrypt', '-i', '--age', testKey.recipient, file], bytes);
  const left = (result: MemoryRun) => result.files.get(`/w/${file}`) ?? new Uint8Array();

  it('open to their own values or not at all', async () => {
    const sealed = left(await encrypt(plain));
    const values = await valuesIn(name, plain);
    let refused = 0;
    for (let seed = first; seed < first + mutants; seed++) {
      const bytes = mutant(sealed, seed);
      const argv = commands(file)[seed % 4] ?? [];
      const result = await run(argv, bytes);
      expectClean(result, seed, name);
      if (result.status !== 0) {
        refused++;
        expect(Buffer.compare(left(result), bytes), `seed ${seed}`).toBe(0);
        expect(result.stdout.length, `seed ${seed}`).toBe(0);
        continue;
      }
      const opened = argv[0] === 'decrypt' ? result : await run(['decrypt', file], left(result));
      expect(opened.status, `seed ${seed}: ${argv.join(' ')}\n${opened.stderr}`).toBe(0);
      if (argv[0] !== 'set') expect(await valuesIn(name, opened.stdout), `seed ${seed}`).toEqual(values);
    }
    expect(refused).toBeGreaterThan(mutants / 2);
  });

  it('are encrypted as they are or not at all', async () => {
    let encrypted = 0;
    for (let seed = first; seed < first + mutants; seed++) {
      const bytes = mutant(plain, seed);
      const result = await encrypt(bytes);
      expectClean(result, seed, name);
      if (result.status !== 0) {
        expect(Buffer.compare(left(result), bytes), `seed ${seed}`).toBe(0);
        continue;
      }
      encrypted++;
      const opened = await run(['decrypt', file], left(result));
      expect(opened.status, `seed ${seed}: ${opened.stderr}`).toBe(0);
      expect(Buffer.compare(opened.stdout, bytes), `seed ${seed}`).toBe(0);
    }
    expect(encrypted).toBeGreaterThan(mutants / 8);
  });
});

function commands(file: string): string[][] {
  const path = file.endsWith('.bin')
    ? '["data"]'
    : file.endsWith('.env')
      ? '["PASSWORD"]'
      : '["db"]["password"]';
  return [
    ['decrypt', file],
    ['rotate', '-i', file],
    ['decrypt', file],
    ['set', file, path, '"other"'],
  ];
}

function expectClean(result: MemoryRun, seed: number, name: SampleName): void {
  const about = `${name}, seed ${seed}:\n${result.stderr}`;
  expect(result.stderr, about).not.toMatch(/internal error|^\s+at /m);
  expect(canariesIn(result.stderr), about).toEqual([]);
  expect(result.milliseconds, about).toBeLessThan(10_000);
}

/** All values in order, without comments and keys: what the MAC covers. */
async function valuesIn(name: SampleName, bytes: Uint8Array): Promise<string> {
  if (name === 'bin') return Buffer.from(bytes).toString('latin1');
  const parts: Uint8Array[] = [];
  for (const branch of (await formatForPath(`f.${name}`)).parse(bytes).branches) {
    walk(branch, ({ leaf }) => {
      if (leaf.kind !== 'comment') parts.push(plaintextOf(leaf));
    });
  }
  return Buffer.concat(parts).toString('latin1');
}
