import { describe, expect, it } from 'vitest';
import { planRename } from '../../../src/flux/restructure/rename.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import { fluxKustomization } from '../repositories.ts';
import { configMap, type Files, filesAfter, groundOf, smallRepository } from './scene.ts';

async function rename(files: Files, old: string, name: string): Promise<Restructuring> {
  return planRename(await groundOf(files), { old, name });
}

function deletions({ steps }: Restructuring): readonly string[] {
  return steps
    .flatMap(({ plan }) => plan?.clusters ?? [])
    .flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'deleted').map(({ id }) => id));
}

describe('a Kustomization of another name', () => {
  it('keeps its objects; what names it is mended', async () => {
    const files = smallRepository().set(
      'clusters/home/alert.yaml',
      'apiVersion: notification.toolkit.fluxcd.io/v1beta3\nkind: Alert\nmetadata:\n  name: all\n  namespace: flux-system\nspec:\n  eventSources:\n    - kind: Kustomization\n      name: infrastructure\n    - kind: HelmRelease\n      name: infrastructure\n',
    );
    const plan = await rename(files, 'infrastructure', 'platform');
    const after = filesAfter(files, plan);
    expect(after.get('clusters/home/platform.yaml')).toBe(
      `# for all\n---\n${fluxKustomization('platform', 'infrastructure')}`,
    );
    expect(after.has('clusters/home/infrastructure.yaml')).toBe(false);
    expect(after.get('clusters/home/apps.yaml')).toContain('- name: platform\n');
    expect(after.get('clusters/home/alert.yaml')).toContain(
      'kind: Kustomization\n      name: platform\n    - kind: HelmRelease\n      name: infrastructure\n',
    );
    expect(deletions(plan)).toEqual(['flux-system_infrastructure_kustomize.toolkit.fluxcd.io_Kustomization']);
  });

  it.each([
    ['flux-system', 'x', 'where the cluster begins'],
    ['apps', 'infrastructure', 'there is a Kustomization infrastructure already'],
    ['apps', 'apps', 'named apps already'],
    ['apps', 'Apps', 'no name that Kubernetes takes'],
    ['kustomization/appps', 'x', 'no Kustomization appps'],
  ])('is refused: %s to %s', async (old, name, message) => {
    await expect(rename(smallRepository(), old, name)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});

describe('an object of another name', () => {
  it('comes first; the old one is deleted in a step of its own', async () => {
    const files = smallRepository();
    const plan = await rename(files, 'ConfigMap/apps/one', 'first');
    expect(filesAfter(files, plan, 1).get('apps/demo.yaml')).toContain(
      `${configMap('one')}---\n${configMap('first')}---\n`,
    );
    expect(filesAfter(files, plan).get('apps/demo.yaml')).toBe(
      files.get('apps/demo.yaml')?.replace('name: one', 'name: first'),
    );
    expect(deletions(plan)).toEqual(['apps_one__ConfigMap']);
    expect(plan.remarks.join()).toContain('ConfigMap apps/one is deleted');
  });

  it('a HelmRelease keeps its release', async () => {
    const release =
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: podinfo\n  namespace: apps\nspec:\n  interval: 1h\n  targetNamespace: web\n';
    const files = smallRepository().set('apps/podinfo.yaml', release);
    const plan = await rename(files, 'HelmRelease/podinfo', 'demo');
    expect(filesAfter(files, plan, 1).get('apps/podinfo.yaml')).toBe(`${release}  suspend: true\n`);
    expect(filesAfter(files, plan).get('apps/demo-helmrelease.yaml')).toBe(
      `${release.replace('name: podinfo', 'name: demo')}  releaseName: web-podinfo\n`,
    );
  });

  it.each(['Namespace', 'PersistentVolumeClaim', 'StatefulSet'])(
    'a %s is refused, with the way',
    async (kind) => {
      const version = kind === 'StatefulSet' ? 'apps/v1' : 'v1';
      const namespace = kind === 'Namespace' ? '' : '  namespace: apps\n';
      const files = smallRepository().set(
        'apps/it.yaml',
        `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: it\n${namespace}`,
      );
      await expect(rename(files, `${kind}/it`, 'other')).rejects.toMatchObject({
        code: 'restructure.refused',
        message: expect.stringContaining(`${kind}/it is not renamed`),
        hint: expect.stringMatching(/\w+/),
      });
    },
  );
});
