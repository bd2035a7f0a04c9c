import { describe, expect, it } from 'vitest';
import { type ArtifactRules, artifactTree } from '../../../src/flux/source/artifact-tree.ts';
import { memorySnapshot, type Odd } from '../memory-snapshot.ts';

const plain: ArtifactRules = { ignore: null, sparse: [], submodules: false, mounts: [] };

async function paths(files: Record<string, string | Odd>, rules: Partial<ArtifactRules> = {}) {
  const tree = await artifactTree(memorySnapshot(new Map(Object.entries(files))), { ...plain, ...rules });
  return tree.files.map(({ path }) => path);
}

describe('the tree of an artifact', () => {
  it('leaves out links, submodules and what the defaults name', async () => {
    const files = {
      'a.yaml': 'a',
      'b.yaml': { link: 'a.yaml' },
      sub: 'submodule',
      '.sops.yaml': 's',
    } as const;
    expect(await paths(files)).toEqual(['a.yaml']);
  });

  it('keeps a submodule that is fetched, as something that is not known', async () => {
    const tree = await artifactTree(memorySnapshot(new Map([['sub', 'submodule' as const]])), {
      ...plain,
      submodules: true,
    });
    expect(tree.files).toEqual([{ path: 'sub', kind: 'submodule', blob: null }]);
    expect(await tree.read('sub')).toBeNull();
  });

  it('follows .sourceignore files of all folders, also one that is a link, and then the source', async () => {
    const files = {
      '.sourceignore': { link: 'rules' },
      rules: '*.md\n',
      'apps/.sourceignore': 'test/\n',
      'apps/test/a.yaml': '',
      'apps/a.yaml': '',
      'apps/README.md': '',
      'test/a.yaml': '',
    } as const;
    expect(await paths(files)).toEqual(['apps/.sourceignore', 'apps/a.yaml', 'rules', 'test/a.yaml']);
    expect(await paths(files, { ignore: '!README.md\n/test\n/rules' })).toEqual([
      'apps/.sourceignore',
      'apps/README.md',
      'apps/a.yaml',
    ]);
  });

  it('keeps folders of which nothing is left, as long as they are not left out themselves', async () => {
    const files = new Map<string, string | Odd>([
      ['apps/web/a.md', ''],
      ['links/a', { link: '../a' }],
      ['module', 'submodule'],
      ['docs/x/a.yaml', ''],
      ['a.yaml', ''],
    ]);
    const tree = await artifactTree(memorySnapshot(files), { ...plain, ignore: '*.md\ndocs/' });
    expect(tree.files.map(({ path }) => path)).toEqual(['a.yaml']);
    expect(tree.folders).toEqual(['apps', 'apps/web', 'links', 'module']);
  });

  it('checks out what begins with a text of sparseCheckout, be it a folder or not', async () => {
    const files = { 'apps/a': '', 'apps-old/a': '', 'infra/a': '', top: '' };
    expect(await paths(files, { sparse: ['apps'] })).toEqual(['apps-old/a', 'apps/a']);
  });

  it('puts included trees where they belong, their own ignore files in force', async () => {
    const files = new Map([
      ['lib/a.yaml', 'A'],
      ['lib/.sourceignore', 'b.yaml'],
      ['lib/b.yaml', 'B'],
      ['x', ''],
    ]);
    const included = await artifactTree(memorySnapshot(files), { ...plain, ignore: '!b.yaml' });
    const mounts = [{ tree: included, from: 'lib', to: 'vendor/lib' }];
    const tree = await artifactTree(memorySnapshot(new Map([['c.yaml', 'C']])), { ...plain, mounts });
    expect(tree.files.map(({ path }) => path)).toEqual([
      'c.yaml',
      'vendor/lib/.sourceignore',
      'vendor/lib/a.yaml',
    ]);
    expect(Buffer.from((await tree.read('vendor/lib/a.yaml')) ?? []).toString()).toBe('A');
  });

  it('reads only what is in it', async () => {
    const tree = await artifactTree(
      memorySnapshot(
        new Map([
          ['a.png', 'x'],
          ['a.yaml', 'y'],
        ]),
      ),
      plain,
    );
    expect(await tree.read('a.png')).toBeNull();
    expect(Buffer.from((await tree.read('a.yaml')) ?? []).toString()).toBe('y');
  });
});
