// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { describe, expect, it } from 'vitest';
import { finish } from '../../../src/flux/build/finish.ts';
import { Opener } from '../../../src/flux/build/opened.ts';
import type { Unknown } from '../../../src/flux/unknown.ts';
import { realSystem } from './real-system.ts';
import { clusterOf, kustomizationOf, noObjects } from './scene.ts';

const opener = new Opener(realSystem({ HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' }));
const map = (more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: apps\n${more}`;
const unknowns = async (text: string, from: string, cluster = noObjects): Promise<readonly Unknown[]> => {
  const kustomization = kustomizationOf(
    `path: .\npostBuild: {substitute: {own: x}, substituteFrom: [${from}]}`,
  );
  const built = await finish(text, { kustomization, cluster, opener, opened: [], unknowns: [] });
  if (built.kind !== 'built') throw new TypeError(`it is ${built.kind}`);
  return built.unknowns;
};

describe('a source of variables that is not in the repository', () => {
  it('makes the build unknown where no variable is used, too', async () => {
    const [one, ...others] = await unknowns(map(), '{kind: ConfigMap, name: vars}');
    expect(one).toMatchObject({ reason: 'variable', subject: 'flux-system/apps' });
    expect(one?.message).toContain('the ConfigMap flux-system/vars, which is not in the repository');
    expect(others).toEqual([]);
    expect(await unknowns(map('data: {a: "${own}"}\n'), '{kind: Secret, name: vars}')).toHaveLength(1);
  });

  it('is told of once', async () => {
    const all = await unknowns(map('data: {a: "${other}"}\n'), '{kind: ConfigMap, name: vars}');
    expect(all.map(({ message }) => message)).toEqual([
      'variables of flux-system/apps come from the ConfigMap flux-system/vars, which is not in the repository (other)',
    ]);
  });

  it('may be missing where it is optional, where nothing is substituted, and where it is there', async () => {
    expect(await unknowns(map(), '{kind: ConfigMap, name: vars, optional: true}')).toEqual([]);
    const off = map().replace(
      'apps\n',
      'apps\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n',
    );
    expect(await unknowns(off, '{kind: ConfigMap, name: vars}')).toEqual([]);
    const there = clusterOf(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {a: b}\n',
    );
    expect(await unknowns(map(), '{kind: ConfigMap, name: vars}', there)).toEqual([]);
  });
});
