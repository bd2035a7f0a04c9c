import { afterAll, expect, it } from 'vitest';
import { decryptTree } from '../../src/index.ts';
import { Random } from '../formats/yaml/read-random.ts';
import { compareChange, randomChange, refusedChange } from './interop/compare-changes.ts';
import { compareFile, refusedLayout, withTestKey } from './interop/compare-file.ts';
import { compareExtracts, compareOutputs, somePaths } from './interop/compare-parts.ts';
import { Findings } from './interop/findings.ts';
import { inParallel, seeds } from './interop/in-parallel.ts';
import { type Kind, type PlainFile, randomFile } from './interop/random-files.ts';
import { SopsProcess } from './interop/sops-process.ts';
import { describePeers } from './peers.ts';

/** How many documents of each kind; together at least the 2,000 that are promised. */
const counts: Readonly<Record<Kind, number>> = {
  manifest: 900,
  'yaml edits': 350,
  'yaml layouts': 350,
  json: 250,
  dotenv: 150,
  ini: 150,
  binary: 60,
};
const kinds = Object.entries(counts) as [Kind, number][];

describePeers('interoperability with the real sops', ['sops'], ({ sops }) => {
  const peer = new SopsProcess(sops);
  afterAll(() => peer.remove());

  it('compares at least 2,000 documents', () => {
    expect(kinds.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(2000);
  });

  it.each(kinds)('%s: %i files, encrypted by either tool, are the same to both', async (kind, count) => {
    const findings = new Findings();
    const files = seeds(count);
    await inParallel(files, async (seed) => {
      await compareFile(peer, randomFile(kind, seed), findings);
    });
    expect(findings.summary()).toBe(`0 problems in ${files.length} comparisons`);
    expect(findings.known.get(refusedLayout) ?? 0).toBeLessThanOrEqual(files.length * 0.005 + 1);
    // most documents must be taken by both and come out equal, or the comparison says nothing
    const special = [...findings.known.values()].reduce((sum, value) => sum + value, 0);
    expect(special).toBeLessThan(files.length * (kind === 'yaml layouts' ? 1 : 0.7));
  });

  it.each(kinds)('%s: both print the same in every format, and extract the same', async (kind, count) => {
    const findings = new Findings();
    await inParallel(seeds(count / 10, 500_000), async (seed) => {
      const random = new Random(seed);
      for (const file of await sealedBothWays(peer, randomFile(kind, seed))) {
        await compareOutputs(peer, file, findings);
        const paths = somePaths(file.tree, random, kind === 'binary' ? 0 : 3);
        await compareExtracts(peer, file, paths, findings);
      }
    });
    expect(findings.summary()).toBe(`0 problems in ${findings.compared} comparisons`);
    expect(findings.compared).toBeGreaterThan(count / 10);
  });

  it.each(kinds)('%s: either tool changes what either wrote', async (kind, count) => {
    const findings = new Findings();
    await inParallel(seeds(count / 10, 700_000), async (seed) => {
      const random = new Random(seed);
      for (const file of await sealedBothWays(peer, randomFile(kind, seed))) {
        const paths = somePaths(file.tree, random, 3);
        await compareChange(peer, file, randomChange(file.format, paths, random), findings);
      }
    });
    expect(findings.summary()).toBe(`0 problems in ${findings.compared} comparisons`);
    expect(findings.compared).toBeGreaterThan(count / 20);
    expect(findings.known.get(refusedChange) ?? 0).toBeLessThan(findings.compared * 0.05 + 2);
  });
});

/** The encrypted forms of a file, with its tree, where both tools open it. */
async function sealedBothWays(peer: SopsProcess, file: PlainFile) {
  const { theirs, ours } = await compareFile(peer, file, new Findings());
  const sealed = [];
  for (const [author, bytes] of [['sops', theirs] as const, ['sopskit', ours] as const]) {
    if (bytes === null) continue;
    const branches = await decryptTree(bytes, { ...withTestKey, format: file.format }).catch(() => null);
    const opens = (await peer.decrypt(file.format, bytes)).status === 0;
    if (branches === null || !opens) continue;
    sealed.push({ title: `${file.title} of ${author}`, format: file.format, bytes, tree: branches[0] });
  }
  return sealed;
}
