import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { FormatName } from '../../src/formats/format.ts';
import { formatNamed } from '../../src/formats/registry.ts';
import { hasMarkers, withSide } from '../../src/repository/merge/conflict-text.ts';
import { mergePlain } from '../../src/repository/merge/merge-plain.ts';
import { valueId } from '../../src/repository/merge/value-id.ts';
import { type RandomSides, randomSides } from '../repository/merge/random-sides.ts';
import { describePeers } from './peers.ts';

const style = { size: 7, style: 'merge', labels: { base: 'base', ours: 'ours', theirs: 'theirs' } } as const;
const formats: readonly FormatName[] = ['yaml', 'json', 'dotenv', 'ini', 'binary'];
const cases = 300;

describePeers('merging plaintexts, beside git merge-file', ['git'], () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-merge-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(formats)('%s: gives the same data where both are clean, and never less', async (name) => {
    const format = await formatNamed(name);
    const dataOf = (text: string): string[] =>
      format.parse(Buffer.from(text, 'latin1')).branches.map((branch) => valueId(branch));
    const seen = { both: 0, structureOnly: 0, gitOnly: 0, neither: 0 };
    for (let seed = 0; seed < cases; seed++) {
      const sides = randomSides(name, seed);
      const git = mergeFile(folder, sides);
      const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
      const merged = mergePlain(
        format,
        { base: bytes(sides.base), ours: bytes(sides.ours), theirs: bytes(sides.theirs) },
        style,
      );
      const text = Buffer.from(merged.text).toString('latin1');
      const label = `${name} ${seed}\n${JSON.stringify(sides)}`;
      if (merged.conflict === null) {
        if (git.clean && isReadable(dataOf, git.text)) expect(dataOf(text), label).toEqual(dataOf(git.text));
        seen[git.clean ? 'both' : 'structureOnly'] += 1;
        continue;
      }
      seen[git.clean ? 'gitOnly' : 'neither'] += 1;
      const marked = Buffer.from(merged.conflict.marked).toString('latin1');
      expect(hasMarkers(marked, 7), label).toBe(true);
      expect(hasMarkers(text, 7), label).toBe(false);
      dataOf(text);
      for (const side of ['ours', 'theirs'] as const)
        expect(hasMarkers(withSide(marked, 7, side), 7), label).toBe(false);
      // the lines of a list may merge where the list as one value does not
      if (merged.conflict.paths.length > 0 && ['dotenv', 'ini'].includes(name))
        expect(dataOf(withSide(marked, 7, 'ours')), label).toEqual(dataOf(text));
    }
    expect(seen.both).toBeGreaterThan(cases / 20);
    expect(seen.neither).toBeGreaterThan(cases / 30);
  });
});

function isReadable(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text);
    return true;
  } catch {
    return false;
  }
}

function mergeFile(folder: string, sides: RandomSides): { clean: boolean; text: string } {
  const [base, ours, theirs] = (['base', 'ours', 'theirs'] as const).map((side) => {
    const file = path.join(folder, side);
    writeFileSync(file, sides[side], 'latin1');
    return file;
  });
  const { status, stdout } = spawnSync('git', ['merge-file', '-p', ours ?? '', base ?? '', theirs ?? '']);
  return { clean: status === 0, text: stdout.toString('latin1') };
}
