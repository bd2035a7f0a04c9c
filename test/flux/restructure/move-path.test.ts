import { describe, expect, it } from 'vitest';
import { planMovePath } from '../../../src/flux/restructure/move-path.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import { fluxKustomization, fluxSystem, kustomizationFile } from '../repositories.ts';
import {
  configMap,
  type Files,
  filesAfter,
  groundOf,
  ownersAfter,
  ownersIn,
  smallRepository,
} from './scene.ts';

async function movePath(files: Files, name: string, to: string): Promise<Restructuring> {
  return planMovePath(await groundOf(files), { name, to });
}

async function keepsAll(files: Files, plan: Restructuring): Promise<void> {
  const ground = await groundOf(files);
  expect(await ownersAfter(ground, plan)).toEqual(ownersIn(ground.cluster));
}

describe('another path for a Kustomization', () => {
  it('is one commit where the old folder goes with it', async () => {
    const files = smallRepository().set('apps/README.md', 'about\n');
    const plan = await movePath(files, 'apps', './workloads/apps/');
    expect(plan.steps).toHaveLength(1);
    const after = filesAfter(files, plan);
    expect(after.get('workloads/apps/README.md')).toBe('about\n');
    expect([...after.keys()].filter((file) => file.startsWith('apps/'))).toEqual([]);
    expect(plan.steps[0]?.guards).toContainEqual({
      kind: 'field',
      kustomization: 'flux-system/apps',
      path: ['spec', 'path'],
      value: { kind: 'string', value: './workloads/apps' },
    });
    await keepsAll(files, plan);
  });

  it('mends references on both sides', async () => {
    const files = smallRepository()
      .set(
        'infrastructure/network/kustomization.yaml',
        `${kustomizationFile(['network.yaml', '../../base/more.yaml'])}patches:\n  - path: patch.yaml\n    target:\n      kind: ConfigMap\n`,
      )
      .set('infrastructure/network/patch.yaml', '- op: add\n')
      .set('base/more.yaml', configMap('more'))
      .set('other/kustomization.yaml', kustomizationFile(['../infrastructure/certs']))
      .set(
        'clusters/home/flux-system/kustomization.yaml',
        kustomizationFile(['gotk-components.yaml', 'gotk-sync.yaml']),
      );
    const after = filesAfter(files, await movePath(files, 'infrastructure', 'platform/base/infra'));
    expect(after.get('platform/base/infra/network/kustomization.yaml')).toContain(
      '- ../../../../base/more.yaml\n',
    );
    expect(after.get('platform/base/infra/network/kustomization.yaml')).toContain('- path: patch.yaml\n');
    expect(after.get('other/kustomization.yaml')).toBe(kustomizationFile(['../platform/base/infra/certs']));
    expect(after.get('platform/base/infra/kustomization.yaml')).toBe(kustomizationFile(['network', 'certs']));
  });

  it('mends the Kustomization’s own components', async () => {
    const files = smallRepository()
      .set(
        'clusters/home/apps.yaml',
        fluxKustomization('apps', 'apps', '  components:\n    - ../components/x\n'),
      )
      .set('components/x/kustomization.yaml', 'kind: Component\n');
    const after = filesAfter(files, await movePath(files, 'apps', 'a/b/apps'));
    expect(after.get('clusters/home/apps.yaml')).toContain('    - ../../../components/x\n');
  });

  it.each<[string, string, string, string]>([
    ['where the folder is there', 'apps', 'infrastructure', 'is there already'],
    ['for the same folder', 'apps', './apps/', 'the path is apps already'],
    ['out of the repository', 'apps', '../apps', 'a folder of the repository'],
    ['where another finds it too', 'apps', 'clusters/home/apps', 'two owners'],
  ])('is refused %s', async (_, name, to, message) => {
    await expect(movePath(smallRepository(), name, to)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});

describe('another sync path', () => {
  it('is there twice, both copies with the new path, until the cluster syncs from the new one', async () => {
    const files = smallRepository();
    const plan = await movePath(files, 'flux-system', 'clusters/house');
    expect(plan.steps).toHaveLength(2);
    const between = filesAfter(files, plan, 1);
    for (const folder of ['home', 'house'])
      expect(between.get(`clusters/${folder}/flux-system/gotk-sync.yaml`)).toContain(
        'path: ./clusters/house\n',
      );
    expect(plan.steps[0]?.guards).toContainEqual({
      kind: 'field',
      kustomization: 'flux-system/flux-system',
      path: ['spec', 'path'],
      value: { kind: 'string', value: './clusters/house' },
    });
    const after = filesAfter(files, plan);
    expect([...after.keys()].filter((file) => file.startsWith('clusters/home/'))).toEqual([]);
    expect(after.get('clusters/house/apps.yaml')).toBe(files.get('clusters/home/apps.yaml'));
    await keepsAll(files, plan);
  });

  it('nested in an old path that finds it by itself, one commit does', async () => {
    const files = new Map([
      ...fluxSystem('manifests', false, 'main'),
      ['manifests/a.yaml', configMap('a')] as const,
    ]);
    const plan = await movePath(files, 'flux-system', 'manifests/cluster');
    expect(plan.steps).toHaveLength(1);
    expect(filesAfter(files, plan).get('manifests/cluster/flux-system/gotk-sync.yaml')).toContain(
      'path: ./manifests/cluster\n',
    );
    await keepsAll(files, plan);
  });

  it('above the old path lists what it has, so that the old copy is not found', async () => {
    const files = new Map([
      ...fluxSystem('clusters/home', false, 'main'),
      ['clusters/home/a.yaml', configMap('a')] as const,
    ]);
    const plan = await movePath(files, 'flux-system', 'clusters');
    expect(filesAfter(files, plan).get('clusters/kustomization.yaml')).toBe(
      kustomizationFile(['a.yaml', 'flux-system']),
    );
    await keepsAll(files, plan);
  });

  it('from the top of the repository takes along what the build reads, and nothing else', async () => {
    const files = new Map([
      ...fluxSystem('.', false, 'main').map(
        ([file, text]) => [file.replace('./', ''), text.replace('path: ./.', 'path: ./')] as const,
      ),
      ['a.yaml', configMap('a')] as const,
      ['README.md', 'about\n'] as const,
    ]);
    const plan = await movePath(files, 'flux-system', 'clusters/home');
    const after = filesAfter(files, plan);
    expect([...after.keys()].sort()).toEqual([
      'README.md',
      'clusters/home/a.yaml',
      ...['gotk-components', 'gotk-sync', 'kustomization'].map(
        (name) => `clusters/home/flux-system/${name}.yaml`,
      ),
    ]);
    await keepsAll(files, plan);
  });

  it('takes Kustomizations below it along', async () => {
    const files = smallRepository();
    for (const [file, text] of [...files])
      if (file.startsWith('apps/')) {
        files.delete(file);
        files.set(`clusters/home/${file}`, text);
      }
    files.set('clusters/home/apps.yaml', fluxKustomization('apps', 'clusters/home/apps'));
    files.set(
      'clusters/home/kustomization.yaml',
      kustomizationFile(['flux-system', 'apps.yaml', 'infrastructure.yaml']),
    );
    const plan = await movePath(files, 'flux-system', 'clusters/house');
    expect(filesAfter(files, plan).get('clusters/house/apps.yaml')).toBe(
      fluxKustomization('apps', 'clusters/house/apps'),
    );
    expect(plan.steps[0]?.guards).toContainEqual({
      kind: 'field',
      kustomization: 'flux-system/apps',
      path: ['spec', 'path'],
      value: { kind: 'string', value: './clusters/house/apps' },
    });
    await keepsAll(files, plan);
  });
});
