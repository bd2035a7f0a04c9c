import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Builder } from '../../src/flux/build/build.ts';
import { openBuilder } from '../../src/flux/build/builder.ts';
import { realSystem } from '../flux/build/real-system.ts';
import { kustomizationOf, noObjects, treeOf } from '../flux/build/scene.ts';
import { describePeers } from './peers.ts';

describePeers('flux build of much', ['kustomize'], ({ kustomize }) => {
  let home: string;
  let builder: Builder;
  const open = (): Builder =>
    openBuilder(realSystem({ XDG_CACHE_HOME: home }, [kustomize]), { remoteBases: false });
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'sopskit-build-'));
    builder = open();
  });
  afterEach(async () => {
    await builder.close();
    rmSync(home, { recursive: true });
  });
  const deployment = (name: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: apps\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec: {containers: [{name: c, image: "nginx:1", ports: [{containerPort: 80}]}]}\n`;
  const timed = async <T>(task: () => Promise<T>): Promise<{ result: T; seconds: number }> => {
    const start = performance.now();
    const result = await task();
    return { result, seconds: (performance.now() - start) / 1000 };
  };

  it('builds 100 Kustomizations in seconds, and again at once', async () => {
    const files: Record<string, string> = {};
    for (let at = 0; at < 100; at++) {
      for (let index = 0; index < 10; index++)
        files[`apps/${at}/d${index}.yaml`] = deployment(`n${at}-${index}`);
      if (at % 2 === 0)
        files[`apps/${at}/kustomization.yaml`] =
          `resources: [${Array.from({ length: 10 }, (_, index) => `d${index}.yaml`).join(', ')}]\n`;
    }
    const all = Array.from({ length: 100 }, (_, at) => kustomizationOf(`path: apps/${at}`, `k${at}`));
    const tree = treeOf(files);
    const buildAll = (by: Builder, of = tree) => Promise.all(all.map((one) => by.build(one, of, noObjects)));
    const cold = await timed(() => buildAll(builder));
    expect(cold.result.map((build) => (build.kind === 'built' ? build.objects.length : build))).toEqual(
      Array.from({ length: 100 }, () => 10),
    );
    const again = await timed(() => buildAll(builder, treeOf(files)));
    const next = open();
    const kept = await timed(() => buildAll(next, treeOf(files)));
    expect(kept.result).toEqual(cold.result);
    console.log(
      `100 Kustomizations: cold ${cold.seconds.toFixed(2)} s, again ${again.seconds.toFixed(2)} s, next process ${kept.seconds.toFixed(2)} s`,
    );
    expect(cold.seconds).toBeLessThan(60);
    expect(readdirSync(path.join(home, 'sopskit', 'builds'))).toHaveLength(100);
  });

  it('builds 10,000 manifests in one Kustomization', async () => {
    const files: Record<string, string> = {};
    for (let at = 0; at < 10_000; at++) files[`apps/${at % 100}/d${at}.yaml`] = deployment(`n${at}`);
    const built = await timed(() => builder.build(kustomizationOf('path: apps'), treeOf(files), noObjects));
    console.log(`10,000 manifests: ${built.seconds.toFixed(1)} s`);
    expect(built.result.kind === 'built' && built.result.objects.length).toBe(10_000);
  });

  it('leaves no folder behind, also where kustomize fails', async () => {
    const before = readdirSync('/dev/shm').length;
    await builder.build(
      kustomizationOf('path: .'),
      treeOf({ 'kustomization.yaml': 'resources: [gone]\n' }),
      noObjects,
    );
    await builder.build(kustomizationOf('path: .'), treeOf({ 'a.yaml': deployment('a') }), noObjects);
    expect(readdirSync('/dev/shm').length).toBeLessThanOrEqual(before);
  });
});
