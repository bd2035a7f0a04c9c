import { describe, expect, it } from 'vitest';
import { adoptionFolder, draftAdoption, planAdoption } from '../../../src/flux/restructure/adopt.ts';
import { requireKustomization } from '../../../src/flux/restructure/ground.ts';
import { type AdoptRequest, adoptTitle } from '../../../src/operations/restructure/adopt.ts';
import { configMap, groundOf, smallRepository } from '../../flux/restructure/scene.ts';

const request: AdoptRequest = {
  objects: ['HelmRelease/shop'],
  namespace: 'apps',
  into: 'apps',
  folder: null,
  repository: null,
  secretValues: [],
  connection: {} as AdoptRequest['connection'],
};

describe('what names an adoption', () => {
  it('is all that decides what is written, and no password', () => {
    const titles = [
      request,
      { ...request, folder: 'apps/web' },
      { ...request, secretValues: ['auth.user'] },
      { ...request, secretValues: ['auth.user', 'auth.mail'] },
      { ...request, repository: 'https://user:canary@charts.example.com' },
      { ...request, namespace: null },
    ].map(adoptTitle);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.join()).not.toContain('canary');
    expect(titles[0]).toBe('adopt HelmRelease/shop of apps into apps');
    expect(adoptTitle({ ...request, secretValues: ['b', 'a'] })).toBe(
      adoptTitle({ ...request, secretValues: ['a', 'b', 'a'] }),
    );
    expect(adoptTitle({ ...request, folder: './apps/web/' })).toBe(titles[1]);
  });
});

describe('the folder of adopted files', () => {
  it('is named from the top; what is not in the path is refused', async () => {
    const ground = await groundOf(smallRepository().set('tools/tool.yaml', configMap('tool')));
    const target = requireKustomization(ground.cluster, 'apps');
    expect(await adoptionFolder(ground, target, null)).toBe('apps');
    expect(await adoptionFolder(ground, target, './apps/web/')).toBe('apps/web');
    expect(await adoptionFolder(ground, target, 'web')).toBe('apps/web');
    await expect(adoptionFolder(ground, target, 'tools')).rejects.toMatchObject({
      code: 'restructure.refused',
      message: expect.stringContaining('the folder tools is not in the path of apps'),
      hint: expect.stringContaining('--folder apps/tools'),
    });
    await expect(adoptionFolder(ground, target, 'infrastructure/certs')).rejects.toThrow('not in the path');
  });
});

describe('the commit of an adoption', () => {
  it('counts the objects that it does not name', async () => {
    const ground = await groundOf(smallRepository());
    const target = requireKustomization(ground.cluster, 'apps');
    const messages = [];
    for (const count of [3, 5]) {
      const names = ['a', 'b', 'c', 'd', 'e'].slice(0, count);
      const files = names.map((name) => ({
        path: `apps/${name}.yaml`,
        bytes: Buffer.from(configMap(name)),
      }));
      const ids = names.map((name) => `apps_${name}__ConfigMap`);
      const adoption = { title: 'adopt', target, files, ids, remarks: [] };
      const { draft } = await draftAdoption(ground, adoption);
      messages.push((await planAdoption(ground, adoption, draft)).steps[0]?.message);
    }
    const three = 'Adopt ConfigMap apps/a, ConfigMap apps/b, ConfigMap apps/c';
    expect(messages).toEqual([`${three} into apps`, `${three} and 2 more into apps`]);
  });
});
