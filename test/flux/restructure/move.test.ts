import { describe, expect, it } from 'vitest';
import { type MoveRequest, planMove } from '../../../src/flux/restructure/move.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import { fluxKustomization, kustomizationFile } from '../repositories.ts';
import { configMap, type Files, filesAfter, groundOf, ownersAfter, smallRepository } from './scene.ts';

async function move(files: Files, request: Partial<MoveRequest>): Promise<Restructuring> {
  const whole = { items: [], from: null, to: 'apps', folder: null, gitOnly: false, ...request };
  return planMove(await groundOf(files), whole);
}

/** `apps` waits for nobody. */
function independent(): Map<string, string> {
  return smallRepository().set('clusters/home/apps.yaml', fluxKustomization('apps', 'apps'));
}

describe('a move of objects', () => {
  it('has the old Kustomization rest until all are the new one’s', async () => {
    const plan = await move(independent(), { items: ['infrastructure/certs'] });
    expect(plan.steps.map(({ edits, before, after }) => [edits.size > 0, before, after])).toEqual([
      [false, [{ kind: 'suspend', kustomization: 'flux-system/infrastructure' }], []],
      [true, [], [{ kind: 'resume', kustomization: 'flux-system/infrastructure' }]],
      [false, [], []],
    ]);
    expect(plan.steps[0]?.guards).toEqual([
      { kind: 'suspended', kustomization: 'flux-system/infrastructure' },
    ]);
    expect(plan.steps[1]?.guards).toEqual([
      { kind: 'ready', kustomization: 'flux-system/apps' },
      { kind: 'inventory', kustomization: 'flux-system/apps', has: ['apps_certs__ConfigMap'] },
      { kind: 'owner', id: 'apps_certs__ConfigMap', kustomization: 'flux-system/apps' },
    ]);
  });

  it('a folder leaves one list, and is found or listed at the other end', async () => {
    const files = independent();
    const found = filesAfter(files, await move(files, { items: ['infrastructure/certs'] }));
    expect(found.get('infrastructure/kustomization.yaml')).toBe(kustomizationFile(['network']));
    expect(found.get('apps/certs/certs.yaml')).toBe(configMap('certs'));
    files.set('apps/kustomization.yaml', kustomizationFile(['demo.yaml']));
    const listed = filesAfter(files, await move(files, { items: ['certs'], from: 'infrastructure' }));
    expect(listed.get('apps/kustomization.yaml')).toBe(kustomizationFile(['demo.yaml', 'certs']));
  });

  it('where the new one waits for the old one, nothing is suspended: it stops pruning in git', async () => {
    const files = smallRepository();
    const plan = await move(files, { items: ['infrastructure/certs'] });
    expect(plan.steps.flatMap(({ before, after }) => [...before, ...after])).toEqual([]);
    expect(filesAfter(files, plan, 2).get('clusters/home/infrastructure.yaml')).toContain('prune: false');
    expect(filesAfter(files, plan).get('clusters/home/infrastructure.yaml')).toBe(
      files.get('clusters/home/infrastructure.yaml'),
    );
    expect((await ownersAfter(await groundOf(files), plan)).get('apps_certs__ConfigMap')).toEqual([
      'flux-system/apps',
    ]);
  });

  it.each([
    ['git says whether it is suspended', { spec: '  suspend: false\n', gitOnly: false }],
    ['it is wanted', { spec: '', gitOnly: true }],
  ])('and where %s', async (_, { spec, gitOnly }) => {
    const files = independent().set(
      'clusters/home/infrastructure.yaml',
      fluxKustomization('infrastructure', 'infrastructure', spec),
    );
    const plan = await move(files, { items: ['infrastructure/certs'], gitOnly });
    expect(plan.steps.flatMap(({ before }) => before)).toEqual([]);
    expect(plan.steps).toHaveLength(3);
  });

  it('a document leaves its file byte for byte', async () => {
    const files = independent().set('apps/more.yaml', configMap('more'));
    const plan = await move(files, { items: ['ConfigMap/two'], to: 'infrastructure' });
    const after = filesAfter(files, plan);
    expect(after.get('apps/demo.yaml')).toBe(`${configMap('one')}---\n${configMap('three')}`);
    expect(after.get('infrastructure/demo.yaml')).toBe(`# the second\n${configMap('two')}`);
    expect(after.get('infrastructure/kustomization.yaml')).toBe(
      kustomizationFile(['network', 'certs', 'demo.yaml']),
    );
  });

  it('Kustomizations that build a folder which moves build it at its new place', async () => {
    const files = independent()
      .set('infrastructure/kustomization.yaml', kustomizationFile(['network', 'certs', 'extra.yaml']))
      .set('infrastructure/extra.yaml', configMap('extra'))
      .set('infrastructure/certs/kustomization.yaml', kustomizationFile(['certs.yaml']))
      .set('infrastructure/certs/inner/inner.yaml', configMap('inner'))
      .set('clusters/home/inner.yaml', fluxKustomization('inner', 'infrastructure/certs/inner'))
      .set('apps/kustomization.yaml', kustomizationFile(['demo.yaml']));
    const after = filesAfter(files, await move(files, { items: ['infrastructure/certs'] }));
    expect(after.get('clusters/home/inner.yaml')).toBe(fluxKustomization('inner', 'apps/certs/inner'));
  });

  it.each<[string, Partial<MoveRequest>, string]>([
    [
      'of everything',
      { items: ['apps/demo.yaml'], to: 'infrastructure' },
      'apps could not be built any more',
    ],
    ['of nobody’s', { items: ['ghost'] }, 'no Kustomization but apps has ghost'],
    ['to where it is', { items: ['apps/demo.yaml'], from: 'apps' }, "the objects are apps's already"],
    ['to nobody', { items: ['infrastructure/certs'], to: 'appps' }, 'no Kustomization appps'],
    [
      'to a place that the old one builds too',
      { items: ['infrastructure/certs'], folder: 'infrastructure/network' },
      'would not be in apps',
    ],
  ])('is refused %s', async (_, request, message) => {
    await expect(move(independent(), request)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  it('is refused for one document of an encrypted file', async () => {
    const sealed = (name: string): string =>
      `${configMap(name)}sops:\n  lastmodified: "2026-01-01T00:00:00Z"\n  mac: ENC[AES256_GCM,data:x,type:str]\n`;
    const files = independent().set('apps/sealed.yaml', `${sealed('s1')}---\n${sealed('s2')}`);
    await expect(move(files, { items: ['ConfigMap/s1'], to: 'infrastructure' })).rejects.toMatchObject({
      code: 'restructure.refused',
      message: expect.stringContaining('encrypted file with others'),
    });
  });

  it('is refused for an encrypted file where the new one does not decrypt', async () => {
    const files = independent().set(
      'apps/sealed.yaml',
      `${configMap('s1')}sops:\n  lastmodified: "2026-01-01T00:00:00Z"\n  mac: ENC[AES256_GCM,data:x,type:str]\n`,
    );
    await expect(move(files, { items: ['apps/sealed.yaml'], to: 'infrastructure' })).rejects.toMatchObject({
      message: expect.stringContaining('infrastructure does not decrypt'),
    });
  });
});
