import { describe, expect, it } from 'vitest';
import { type AddRequest, planAdd } from '../../../src/flux/restructure/add.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import { fluxKustomization, kustomizationFile } from '../repositories.ts';
import { configMap, type Files, filesAfter, groundOf, smallRepository } from './scene.ts';

async function add(files: Files, request: Partial<AddRequest>): Promise<Restructuring> {
  return planAdd(await groundOf(files), {
    path: 'policies',
    name: null,
    dependsOn: [],
    after: [],
    ...request,
  });
}

function withPolicies(): Map<string, string> {
  return smallRepository().set('policies/policy.yaml', configMap('policy'));
}

describe('a Kustomization over a folder', () => {
  it('is written as its siblings are, without what is theirs', async () => {
    const files = withPolicies();
    const plan = await add(files, {});
    expect([...(plan.steps[0]?.edits.keys() ?? [])]).toEqual(['clusters/home/policies.yaml']);
    expect(filesAfter(files, plan).get('clusters/home/policies.yaml')).toBe(
      fluxKustomization('policies', 'policies'),
    );
    expect(plan.steps[0]?.guards).toEqual([
      { kind: 'ready', kustomization: 'flux-system/policies' },
      { kind: 'inventory', kustomization: 'flux-system/policies', has: ['apps_policy__ConfigMap'] },
    ]);
  });

  it('is listed where its siblings are', async () => {
    const listed = ['flux-system', 'infrastructure.yaml', 'apps.yaml'];
    const files = withPolicies().set('clusters/home/kustomization.yaml', kustomizationFile(listed));
    const after = filesAfter(files, await add(files, { name: 'rules' }));
    expect(after.get('clusters/home/kustomization.yaml')).toBe(kustomizationFile([...listed, 'rules.yaml']));
  });

  it('waits for an object by the health check of who applies it', async () => {
    const files = withPolicies();
    const after = filesAfter(
      files,
      await add(files, { after: ['ConfigMap/apps/network'], dependsOn: ['apps'] }),
    );
    expect(after.get('clusters/home/policies.yaml')).toContain(
      '  dependsOn:\n    - name: apps\n    - name: infrastructure\n',
    );
    expect(after.get('clusters/home/policies.yaml')).not.toContain('healthChecks');
    expect(after.get('clusters/home/infrastructure.yaml')).toContain(
      '  healthChecks:\n    - apiVersion: v1\n      kind: ConfigMap\n      name: network\n      namespace: apps\n',
    );
  });

  it('adds no health check to one that waits for everything', async () => {
    const files = withPolicies().set(
      'clusters/home/infrastructure.yaml',
      fluxKustomization('infrastructure', 'infrastructure', '  wait: true\n'),
    );
    const after = filesAfter(files, await add(files, { after: ['ConfigMap/network'] }));
    expect(after.get('clusters/home/infrastructure.yaml')).toBe(
      files.get('clusters/home/infrastructure.yaml'),
    );
  });

  it('decrypts as others do where files are encrypted, and only then', async () => {
    const decryption = '  decryption:\n    provider: sops\n    secretRef:\n      name: keys\n';
    const files = withPolicies().set(
      'clusters/home/apps.yaml',
      fluxKustomization('apps', 'apps', decryption),
    );
    expect(filesAfter(files, await add(files, {})).get('clusters/home/policies.yaml')).not.toContain(
      'decryption',
    );
    files.set(
      'policies/policy.yaml',
      `${configMap('policy')}sops:\n  lastmodified: "2026-01-01T00:00:00Z"\n  mac: ENC[AES256_GCM,data:x,type:str]\n`,
    );
    expect(filesAfter(files, await add(files, {})).get('clusters/home/policies.yaml')).toContain(decryption);
  });

  it.each<[string, Partial<AddRequest>, string]>([
    ['over what one builds already', { path: 'infrastructure/certs' }, 'would have two owners'],
    ['over what is not there', { path: 'policie' }, 'no folder policie'],
    ['of a name that is taken', { name: 'apps' }, 'there is a Kustomization apps already'],
    ['after nothing', { after: ['HelmRelease/x/y'] }, 'no Kustomization applies HelmRelease/x/y'],
    [
      'after what the cluster begins with',
      { after: ['Namespace/flux-system'] },
      'applied by flux-system itself',
    ],
    ['behind a ghost', { dependsOn: ['ghost'] }, 'no Kustomization ghost'],
    ['of a strange name', { name: 'a_b' }, 'no name that Kubernetes takes'],
  ])('is refused %s', async (_, request, message) => {
    await expect(add(withPolicies(), request)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});
