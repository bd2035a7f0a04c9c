import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error a script, without types
import { buildCommandLine } from '../../scripts/command-line-bundles.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the bundles of the command line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-bundles-'));
  let modules: { readonly cli: readonly string[]; readonly more: readonly string[] };

  beforeAll(async () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    modules = await buildCommandLine(
      {
        absWorkingDir: root,
        outdir: folder,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        external: Object.keys(dependencies),
        supported: { 'dynamic-import': false },
        plugins: [],
        logLevel: 'silent',
      },
      root,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have no module twice: an error would be another class in each', () => {
    const inCli = new Set(modules.cli);
    expect(modules.more.length).toBeGreaterThan(50);
    expect(modules.more.filter((file) => inCli.has(file))).toEqual([]);
  });

  it('keep what a one-file command needs apart from the repository', () => {
    expect(modules.cli).toEqual(
      expect.arrayContaining(['src/errors/sopskit-error.ts', 'src/sops/encrypt.ts']),
    );
    const ofRepository = modules.cli.filter((file) => /^src\/(?:findings|page|repository)\//.test(file));
    expect(ofRepository.sort()).toEqual([
      'src/repository/configuration.ts',
      'src/repository/selection/glob.ts',
    ]);
  });

  it('know nothing of commands that are not registered', () => {
    const registry = readFileSync(path.join(root, 'src', 'cli', 'registry.ts'), 'utf8');
    const named = [...registry.matchAll(/import\('(\.\/commands\/[^']+)'\)/g)].map((match) =>
      path.posix.join('src/cli', match[1] ?? ''),
    );
    const built = [...modules.cli, ...modules.more].filter((file) => file.startsWith('src/cli/commands/'));
    expect(named.filter((file) => !built.includes(file))).toEqual([]);
  });
});
