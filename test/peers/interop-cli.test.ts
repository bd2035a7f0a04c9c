import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Random } from '../formats/yaml/read-random.ts';
import { somePaths } from './interop/compare-parts.ts';
import { inParallel, seeds } from './interop/in-parallel.ts';
import { type Kind, randomFile } from './interop/random-files.ts';
import { SopsProcess, treePath } from './interop/sops-process.ts';
import { readData } from './interop/trees.ts';
import { describePeers } from './peers.ts';

const root = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const bin = root('bin/sopskit.js');
const kinds: readonly Kind[] = ['manifest', 'yaml edits', 'json', 'dotenv', 'ini', 'binary'];

describePeers('the built sopskit on random files', ['sops'], ({ sops }) => {
  const peer = new SopsProcess(sops);
  afterAll(() => peer.remove());
  const own = (...argv: string[]) => peer.run(process.execPath, [bin, ...argv]);

  it.each(kinds)('%s: encrypts, decrypts and extracts as the library and sops do', async (kind) => {
    expect(existsSync(root('dist')), 'dist/ is missing: run npm run build').toBe(true);
    let compared = 0;
    await inParallel(seeds(25, 800_000), async (seed) => {
      const file = randomFile(kind, seed);
      const plain = await peer.file(file.format, file.bytes);
      const config = peer.config(file.policy);
      const sealed = await own('--config', config, 'encrypt', '--allow-plaintext', '--any-kind', plain);
      const theirs = await peer.sops(['--config', config, 'encrypt', plain]);
      if (sealed.status !== 0 || theirs.status !== 0) {
        if (kind === 'dotenv') expect(sealed.status).toBe(theirs.status);
        expect(sealed.stdout.length).toBe(0);
        return;
      }
      const sealedFile = await peer.file(file.format, sealed.stdout);
      const opened = await own('decrypt', sealedFile);
      expect(opened.stdout.toString('latin1')).toBe(readFileSync(plain).toString('latin1'));
      const [tree] = (await readData(file.format, file.bytes)) ?? [];
      const [path] = somePaths(tree, new Random(seed), 1);
      if (kind === 'binary' || path === undefined) return;
      const argv = ['decrypt', '--extract', treePath(path), sealedFile];
      const [ours, others] = await Promise.all([own(...argv), peer.sops(argv)]);
      if (others.status === 2) return; // sops crashes
      expect([file.title, ours.status]).toEqual([file.title, others.status]);
      compared += 1;
    });
    if (kind !== 'binary') expect(compared).toBeGreaterThan(5);
  });
});
