import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBuilder } from '../../../src/flux/build/builder.ts';
import { KeptBuilds } from '../../../src/flux/build/kept-builds.ts';
import { realSystem } from './real-system.ts';
import { kustomizationOf, noObjects, summary, treeOf } from './scene.ts';

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: apps}\n';

describe('the builder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-builder-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const build = async (
    variables: Readonly<Record<string, string>>,
    files: Record<string, string> = { 'a.yaml': map },
  ) => {
    const builder = openBuilder(realSystem({ XDG_CACHE_HOME: home, ...variables }), { remoteBases: false });
    const built = await builder.build(kustomizationOf('path: .'), treeOf(files), noObjects);
    await builder.close();
    return summary(built);
  };
  const program = (name: string, script: string): string => {
    writeFileSync(path.join(home, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(home, name), 0o755);
    return home;
  };

  it('says that it needs kustomize', async () => {
    expect(await build({ PATH: path.join(home, 'nothing') })).toBe(
      'unknown: no-kustomize: flux-system/apps cannot be built: there is no program kustomize or kubectl',
    );
  });

  it('takes no kustomize that is too old to build as the controller does', async () => {
    program('kustomize', 'echo "{Version:kustomize/v4.5.7 GitCommit:x}"');
    program('kubectl', 'echo \'{"clientVersion": {"gitVersion": "v1.20.0"}}\'');
    expect(await build({ PATH: `${home}:/usr/bin:/bin` })).toBe(
      'unknown: no-kustomize: flux-system/apps cannot be built: kustomize is of version v4.5.7, and kubectl is older than 1.27: kustomize 5 is needed',
    );
  });

  it('knows nothing where kustomize is killed', async () => {
    program('kustomize', 'if [ "$1" = version ]; then echo v5.8.1; else kill -9 $$; fi');
    expect(await build({ PATH: `${home}:/usr/bin:/bin` })).toBe(
      'unknown: unreadable: flux-system/apps cannot be built: kustomize was ended by SIGKILL',
    );
  });

  it.each([
    ['a.yaml', { 'a.yaml': map }],
    ['kustomization.yaml', { 'a.yaml': map, 'kustomization.yaml': 'resources: [a.yaml]\n' }],
    ['b/kustomization.yaml', { 'kustomization.yaml': 'resources: [b]\n', 'b/kustomization.yaml': '{}\n' }],
    ['c.env', { 'kustomization.yaml': 'configMapGenerator: [{name: x, envs: [c.env]}]\n', 'c.env': 'a=b\n' }],
  ])('knows nothing where the file %s is there but cannot be read', async (gone, files) => {
    program('kustomize', 'if [ "$1" = version ]; then echo v5.8.1; else echo "Error: no" >&2; exit 1; fi');
    const system = realSystem({ XDG_CACHE_HOME: home, PATH: `${home}:/usr/bin:/bin` });
    const builder = openBuilder(system, { remoteBases: false });
    const tree = treeOf(files as Record<string, string>);
    const without = { ...tree, read: async (file: string) => (file === gone ? null : tree.read(file)) };
    const built = await builder.build(kustomizationOf('path: .'), without, noObjects);
    await builder.close();
    expect(summary(built)).toBe(
      `unknown: unreadable: flux-system/apps cannot be built: ${gone} cannot be read`,
    );
  });

  it('ends kustomize when it is closed', async () => {
    program(
      'kustomize',
      `if [ "$1" = version ]; then echo v5.8.1; else echo $$ > '${home}/pid'; exec sleep 60; fi`,
    );
    const system = realSystem({ XDG_CACHE_HOME: home, PATH: `${home}:/usr/bin:/bin` });
    const builder = openBuilder(system, { remoteBases: false });
    const building = builder.build(kustomizationOf('path: .'), treeOf({ 'a.yaml': map }), noObjects);
    await expect.poll(() => existsSync(path.join(home, 'pid')), { timeout: 10_000 }).toBe(true);
    await builder.close();
    expect(summary(await building)).toMatch(/kustomize was ended by SIGTERM/);
    const pid = Number(readFileSync(path.join(home, 'pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('gives kustomize nothing of the environment, and no path of this machine to the reader', async () => {
    program(
      'kustomize',
      `if [ "$1" = version ]; then echo v5.8.1; else env > '${home}/env'; echo "Error: cannot read $2/x" >&2; exit 1; fi`,
    );
    const found = await build({ PATH: `${home}:/usr/bin:/bin`, SOPS_AGE_KEY: 'canary', HOME: '/home/user' });
    expect(found).toBe('failed: kustomize build failed: cannot read x');
    expect(readFileSync(path.join(home, 'env'), 'utf8')).not.toMatch(/canary|\/home\/user/);
  });

  it('keeps builds for the user alone, and none that is damaged', async () => {
    const kept = new KeptBuilds(realSystem({ XDG_CACHE_HOME: home }));
    expect(kept.get('key')).toBeNull();
    kept.put('key', 'text\n');
    expect(kept.get('key')).toBe('text\n');
    const folder = path.join(home, 'sopskit', 'builds');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, 'key')).mode & 0o777).toBe(0o600);
    writeFileSync(path.join(folder, 'key'), 'cut');
    expect(kept.get('key')).toBeNull();
    expect(readdirSync(folder)).toEqual(['key']);
  });

  it('does without a cache folder', () => {
    const kept = new KeptBuilds(realSystem({ XDG_CACHE_HOME: path.join(home, 'file', 'x') }));
    writeFileSync(path.join(home, 'file'), '');
    kept.put('key', 'text');
    expect(kept.get('key')).toBeNull();
  });
});
