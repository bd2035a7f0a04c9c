import { describe, expect, it } from 'vitest';
import { Artifact, joinPath } from '../../../src/flux/build/artifact.ts';
import { generate } from '../../../src/flux/build/generate.ts';
import { reach } from '../../../src/flux/build/reach.ts';
import { isRemoteBase, isRemoteFile, printableAddress } from '../../../src/flux/build/remote.ts';
import { kustomizationOf, treeOf } from './scene.ts';

async function reached(files: Readonly<Record<string, string>>, folder = 'apps') {
  const artifact = new Artifact(treeOf(files));
  const generated = await generate(artifact, folder, kustomizationOf(`path: ${folder}`).spec);
  if (generated.kind === 'failed') throw new TypeError(generated.message);
  return reach(artifact, { folder, ...generated });
}

describe('what a build can read', () => {
  it('is what kustomizations name, through folders', async () => {
    const found = await reached({
      'apps/kustomization.yaml': [
        'resources: [a.yaml, ../base]',
        'components: [../parts/one]',
        'crds: [crd.json]',
        'configurations: [conf.yaml]',
        'openapi: {path: schema.json}',
        'patches: [{path: patch.yaml}, {patch: "a: b"}]',
        'patchesStrategicMerge: [merge.yaml]',
        'patchesJson6902: [{path: json.yaml}]',
        'replacements: [{path: replace.yaml}]',
        'configMapGenerator: [{files: [x.txt, key=y.txt], envs: [e.env], env: f.env}]',
        'secretGenerator: [{files: [s.txt]}]\n',
      ].join('\n'),
      'apps/a.yaml': '',
      'apps/unused.yaml': '',
      'base/kustomization.yml': 'resources: [b.yaml]\n',
      'base/b.yaml': '',
      'base/c.yaml': '',
      'parts/one/Kustomization': 'resources: [d.yaml]\n',
      'parts/one/d.yaml': '',
      ...Object.fromEntries(
        'crd.json conf.yaml schema.json patch.yaml merge.yaml json.yaml replace.yaml x.txt y.txt e.env f.env s.txt'
          .split(' ')
          .map((name) => [`apps/${name}`, '']),
      ),
    });
    const names = [...found.files].sort();
    expect(names).not.toContain('apps/unused.yaml');
    expect(names).not.toContain('base/c.yaml');
    expect(names).toHaveLength(18);
    expect([...found.kustomizations.keys()]).toEqual(['apps', 'base', 'parts/one']);
  });

  it('is all where a transformer is a file', async () => {
    const found = await reached({
      'apps/kustomization.yaml': 'transformers: [t.yaml]\n',
      'apps/t.yaml': 'kind: PatchTransformer\n',
      'elsewhere/x.yaml': '',
    });
    expect(found.files).toContain('elsewhere/x.yaml');
  });

  it('ends in a cycle, and tells what leads out', async () => {
    const found = await reached({
      'apps/kustomization.yaml': 'resources: [../base, ../../etc/passwd, /etc/passwd]\n',
      'base/kustomization.yaml': 'resources: [../apps]\n',
    });
    expect(found.escapes.map(({ text }) => text)).toEqual(['../../etc/passwd', '/etc/passwd']);
  });

  it('leaves links out: they are in no artifact', async () => {
    const found = await reached({
      'apps/kustomization.yaml': 'resources: [l.yaml]\n',
      'apps/l.yaml': '-> /etc/passwd',
    });
    expect([...found.files]).toEqual(['apps/kustomization.yaml']);
  });
});

describe('addresses', () => {
  it.each([
    'https://example.com/x.yaml',
    'http://example.com/org/repo//path?ref=v1',
    'git::https://example.com/org/repo',
    'ssh://git@example.com/org/repo',
    'git@example.com:org/repo.git',
    'github.com/org/repo/path',
    'GitHub.com:org/repo',
    'gh:org/repo',
    'file:///srv/repo',
    'user@example.com/org/repo',
  ])('%s is one', (text) => expect(isRemoteBase(text)).toBe(true));
  it.each(['../base', './a.yaml', 'a@b.yaml', 'github.com.yaml', 'folder/git', 'a:b.yaml'])(
    '%s is none',
    (text) => expect(isRemoteBase(text)).toBe(false),
  );
  it('of files are those kustomize fetches', () => {
    expect(isRemoteFile('https://example.com/x')).toBe(true);
    expect(isRemoteFile('github.com/org/repo')).toBe(false);
  });
  it('are shown without what is secret', () => {
    expect(printableAddress('https://user:pw@example.com/x?token=y')).toBe('https://example.com/x');
  });
});

describe('paths', () => {
  it.each([
    ['apps', '../base', 'base'],
    ['apps', './x/', 'apps/x'],
    ['', 'x', 'x'],
    ['apps', '..', ''],
    ['apps', '../..', null],
    ['apps', '/x', null],
  ])('%j and %j', (folder, relative, wanted) => expect(joinPath(folder, relative)).toBe(wanted));
});
