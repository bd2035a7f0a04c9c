import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Build, Builder } from '../../src/flux/build/build.ts';
import { openBuilder } from '../../src/flux/build/builder.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { idsOf, kustomizationOf, noObjects, treeOf } from '../flux/build/scene.ts';
import { describePeers } from './peers.ts';

type Files = Readonly<Record<string, string>>;
const map = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: apps}\n${more}`;
const canary = 'canary-of-this-test';
const base64 = Buffer.from(canary).toString('base64');
const secret = (namespace: string, fields: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: ${namespace}}\n${fields}\n`;

describePeers('what flux build says of a failure', ['kustomize'], ({ kustomize }) => {
  let home: string;
  let builder: Builder;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    builder = openBuilder(realSystem({ XDG_CACHE_HOME: home }, [kustomize]), { remoteBases: false });
  });
  afterEach(async () => {
    await builder.close();
    rmSync(home, { recursive: true });
  });

  async function failure(spec: string, files: Files): Promise<Extract<Build, { kind: 'failed' }>> {
    const build = await builder.build(kustomizationOf(spec), treeOf(files), noObjects);
    if (build.kind !== 'failed') throw new TypeError(`it is ${build.kind}`);
    return build;
  }

  it('decodes the root kustomization as the controller does', async () => {
    const files = {
      'apps/kustomization.yaml':
        'nameprefix: z-\nNAMESPACE: rv\nResources: [a.yaml, ../base]\ngeneratorOptions: {labels: {x: y}}\nconfigMapGenerator: [{name: g, literals: [a=b], options: {disableNameSuffixHash: true}}]\n',
      'apps/a.yaml': map('a'),
      'base/kustomization.yaml': 'RESOURCES: [b.yaml]\nnameSUFFIX: -s\n',
      'base/b.yaml': map('b'),
    };
    const build = await builder.build(kustomizationOf('path: apps'), treeOf(files), noObjects);
    if (build.kind !== 'built') throw new TypeError(JSON.stringify(build));
    expect(build.objects.map(({ id }) => id)).toEqual([
      'rv_z-a__ConfigMap',
      'rv_z-b-s__ConfigMap',
      'rv_z-g__ConfigMap',
    ]);
    expect(build.objects.at(-1)?.labels.get('x')).toBe('true');
    expect(await idsOf(builder, 'path: apps', { 'apps/kustomization.yaml': '[a.yaml]\n' })).toMatch(
      /^failed: .*cannot unmarshal array/,
    );
  });

  it('has a broken manifest mended, and only what is none left out', async () => {
    const broken = await failure('path: apps', { 'apps/a.yaml': 'kind: ConfigMap\na: [\n' });
    expect(broken.fix).toMatch(/^Mend apps\/a\.yaml at line \d+\.$/);
    const nameless = await failure('path: apps', { 'apps/a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' });
    expect(nameless.fix).toBe('Mend apps/a.yaml.');
    const values = await failure('path: apps', { 'apps/values.yaml': 'replicas: 2\n' });
    expect(values.fix).toMatch(/leave it out.*are then pruned/);
  });

  it('names the command only where it fails on its own', async () => {
    const own = { 'apps/kustomization.yaml': 'resources: [gone.yaml]\n' };
    expect((await failure('path: apps', own)).fix).toBe(
      'Try it: kustomize build apps --load-restrictor LoadRestrictionsNone',
    );
    const twice = { 'apps/a.yaml': map('a'), 'apps/b.yaml': map('a') };
    expect((await failure('path: apps', twice)).fix).toBe(
      'Correct what the message names in the manifests below apps.',
    );
    const patched = await failure(
      'path: apps\ntargetNamespace: x\npatches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: gone}}"}]',
      { 'apps/a.yaml': map('a') },
    );
    expect(patched.fix).toMatch(/ or in spec\.patches or spec\.targetNamespace of the Kustomization/);
  });

  it('knows what is there, but not for the controller', async () => {
    const bare = await failure('path: apps', {
      'apps/kustomization.yaml': 'resources: [bare]\n',
      'apps/bare/a.yaml': map('a'),
    });
    expect(bare.message).toMatch(/is a directory.*unable to find one of 'kustomization.yaml'/s);
    expect(bare.fix).toMatch(/^Add a kustomization.yaml to the folder apps\/bare/);
    const linked = await failure('path: apps', {
      'apps/kustomization.yaml': 'resources: [link.yaml]\n',
      'apps/link.yaml': '-> ../real.yaml',
      'real.yaml': map('a'),
    });
    expect(linked.fix).toMatch(
      /^apps\/link\.yaml is a symbolic link, and source-controller leaves links out/,
    );
    const through = await failure('path: apps/link', { 'apps/link': '-> ../real', 'real/a.yaml': map('a') });
    expect(through.fix).toMatch(/^apps\/link is a symbolic link/);
    const file = await failure('path: apps/a.yaml', { 'apps/a.yaml': map('a') });
    expect(file.fix).toMatch(/^apps\/a\.yaml is a file, and spec\.path names a folder: set it to apps,/);
  });

  describe('shows no value of an unencrypted Secret', () => {
    it.each<[string, string, Files]>([
      [
        'two of one name, joined by a namespace',
        'path: apps\ntargetNamespace: one',
        {
          'apps/a.yaml': secret('a', `stringData: {p: ${canary}}`),
          'apps/b.yaml': secret('b', `data: {p: ${base64}}`),
        },
      ],
      [
        'a patch',
        `path: apps\npatches: [{target: {kind: Secret}, patch: "[{op: add, value: ${canary}}"}]`,
        { 'apps/a.yaml': secret('a', 'data: {}') },
      ],
      [
        'a literal without its key',
        'path: apps',
        { 'apps/kustomization.yaml': `secretGenerator: [{name: s, literals: [${canary}]}]\n` },
      ],
      [
        'a line of variables',
        'path: apps',
        {
          'apps/kustomization.yaml': 'secretGenerator: [{name: s, envs: [s.env]}]\n',
          'apps/s.env': `${canary} x=1\n=${canary}\n`,
        },
      ],
      [
        'data that is a list',
        'path: apps',
        {
          'apps/kustomization.yaml': `resources: [a.yaml]\npatches: [{patch: "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: a}, data: {x: ${canary}}}"}]\n`,
          'apps/a.yaml': secret('a', `data: [${canary}]`),
        },
      ],
      [
        'a separator of documents',
        'path: apps',
        {
          'apps/kustomization.yaml': 'resources: [a.yaml]\n',
          'apps/a.yaml': `${secret('a', 'data: {}')}--- ${canary}\n`,
        },
      ],
      [
        'a Secret that is no YAML',
        'path: apps',
        { 'apps/a.yaml': secret('a', `data: {p: ${canary}, *x: [}`) },
      ],
    ])('%s', async (_name, spec, files) => {
      const said = JSON.stringify(await failure(spec, files));
      expect(said).not.toContain(canary);
      expect(said).not.toContain(base64);
      expect(said).not.toContain('goroutine');
    });
  });
});
