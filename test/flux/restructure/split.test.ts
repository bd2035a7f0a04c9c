import { describe, expect, it } from 'vitest';
import { planSplit, type SplitRequest } from '../../../src/flux/restructure/split.ts';
import type { Restructuring } from '../../../src/flux/restructure/step.ts';
import { fluxKustomization, fluxSystem, kustomizationFile } from '../repositories.ts';
import { configMap, type Files, filesAfter, groundOf, ownersAfter, smallRepository } from './scene.ts';

async function split(files: Files, request: Partial<SplitRequest>): Promise<Restructuring> {
  const whole = { name: 'infrastructure', into: [], after: new Map(), ...request };
  return planSplit(await groundOf(files), whole);
}

function into(...names: readonly string[]): SplitRequest['into'] {
  return names.map((name) => ({ name, items: [] }));
}

describe('a split', () => {
  it('lets go first; the second step takes the old one out and puts the new ones in', async () => {
    const plan = await split(smallRepository(), { into: into('network', 'certs') });
    expect(plan.steps).toHaveLength(2);
    expect([...(plan.steps[0]?.edits.keys() ?? [])]).toEqual(['clusters/home/infrastructure.yaml']);
    expect(plan.steps[0]?.guards).toEqual([
      {
        kind: 'field',
        kustomization: 'flux-system/infrastructure',
        path: ['spec', 'prune'],
        value: { kind: 'bool', value: false },
      },
    ]);
    expect(plan.steps[1]?.guards).toContainEqual({
      kind: 'owner',
      id: 'apps_certs__ConfigMap',
      kustomization: 'flux-system/certs',
    });
    expect(plan.steps[1]?.guards).toContainEqual({
      kind: 'gone',
      kustomization: 'flux-system/infrastructure',
    });
  });

  it('plans each step, and only the old Kustomization itself is deleted', async () => {
    const plan = await split(smallRepository(), { into: into('network', 'certs') });
    const gone = plan.steps
      .flatMap((step) => step.plan?.clusters ?? [])
      .flatMap(({ objects }) =>
        objects.filter(({ kind, risk }) => kind === 'deleted' || kind === 'orphaned' || risk !== 'none'),
      );
    expect(gone.map(({ id }) => id)).toEqual([
      'flux-system_infrastructure_kustomize.toolkit.fluxcd.io_Kustomization',
    ]);
  });

  it('new ones are written as the old one was, and prune', async () => {
    const files = smallRepository();
    const after = filesAfter(
      files,
      await split(files, { into: into('network', 'certs'), after: new Map([['certs', ['network']]]) }),
    );
    expect(after.get('clusters/home/certs.yaml')).toBe(
      `# for all\n---\n${fluxKustomization('certs', 'infrastructure/certs', '  dependsOn:\n    - name: network\n')}`,
    );
    expect(after.has('clusters/home/infrastructure.yaml')).toBe(false);
    expect(after.has('infrastructure/kustomization.yaml')).toBe(false);
    expect(after.get('clusters/home/apps.yaml')).toContain('    - name: network\n    - name: certs\n');
  });

  it('files and single documents move into a folder of the part', async () => {
    const files = smallRepository();
    const plan = await split(files, {
      name: 'apps',
      into: [
        { name: 'front', items: ['ConfigMap/two'] },
        { name: 'back', items: ['ConfigMap/one', 'ConfigMap/apps/three'] },
      ],
    });
    const after = filesAfter(files, plan);
    expect(after.get('apps/front/demo.yaml')).toBe(`# the second\n${configMap('two')}`);
    expect(after.get('apps/back/demo.yaml')).toBe(`${configMap('one')}---\n${configMap('three')}`);
    expect(after.has('apps/demo.yaml')).toBe(false);
  });

  it('a file with other Kustomizations keeps them byte for byte', async () => {
    const files = smallRepository();
    const both = `# all of them\n${files.get('clusters/home/apps.yaml')}---\n# the base\n${fluxKustomization('infrastructure', 'infrastructure')}`;
    files.set('clusters/home/apps.yaml', both);
    files.delete('clusters/home/infrastructure.yaml');
    const after = filesAfter(files, await split(files, { into: into('network', 'certs') }));
    expect(after.get('clusters/home/apps.yaml')).toBe(
      both
        .replace('    - name: infrastructure\n', '    - name: network\n    - name: certs\n')
        .replace(
          /---\n# the base\n[\s\S]*$/,
          ['network', 'certs']
            .map((name) => `---\n# the base\n${fluxKustomization(name, `infrastructure/${name}`)}`)
            .join(''),
        ),
    );
  });

  it('an explicit deletionPolicy would outdo prune: false, and goes too', async () => {
    const files = smallRepository();
    files.set(
      'clusters/home/infrastructure.yaml',
      fluxKustomization('infrastructure', 'infrastructure', '  deletionPolicy: Delete\n'),
    );
    const plan = await split(files, { into: into('network', 'certs') });
    expect(filesAfter(files, plan, 1).get('clusters/home/infrastructure.yaml')).toContain(
      'prune: false\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n  deletionPolicy: Orphan\n',
    );
    expect(filesAfter(files, plan).get('clusters/home/certs.yaml')).toContain('deletionPolicy: Delete');
  });

  it('health checks go with their objects', async () => {
    const checks = ['network', 'certs', 'elsewhere'].map(
      (name) => `    - apiVersion: v1\n      kind: ConfigMap\n      name: ${name}\n      namespace: apps\n`,
    );
    const files = smallRepository();
    files.set(
      'clusters/home/infrastructure.yaml',
      fluxKustomization('infrastructure', 'infrastructure', `  healthChecks:\n${checks.join('')}`),
    );
    const after = filesAfter(files, await split(files, { into: into('network', 'certs') }));
    expect(after.get('clusters/home/network.yaml')).toContain(`  healthChecks:\n${checks[0]}${checks[2]}`);
    expect(after.get('clusters/home/certs.yaml')).toContain(`  healthChecks:\n${checks[1]}${checks[2]}`);
  });

  it('Namespaces are marked for good before', async () => {
    const files = smallRepository();
    files.set(
      'infrastructure/certs/certs.yaml',
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: certs\n',
    );
    const plan = await split(files, { into: into('network', 'certs') });
    const marked =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: certs\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\n';
    expect(filesAfter(files, plan, 1).get('infrastructure/certs/certs.yaml')).toBe(marked);
    expect(filesAfter(files, plan).get('infrastructure/certs/certs.yaml')).toBe(marked);
    expect(plan.steps[0]?.guards).toContainEqual({
      kind: 'ready',
      kustomization: 'flux-system/infrastructure',
    });
  });

  it('the release of a network rests meanwhile, unless it is waited for', async () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: cilium\n  namespace: apps\nspec:\n  interval: 1h\n`;
    const files = smallRepository();
    files.set('infrastructure/network/network.yaml', release);
    const plan = await split(files, { into: into('network', 'certs') });
    expect(filesAfter(files, plan, 2).get('infrastructure/network/network.yaml')).toBe(
      `${release}  suspend: true\n`,
    );
    expect(filesAfter(files, plan).get('infrastructure/network/network.yaml')).toBe(release);
    files.set(
      'clusters/home/infrastructure.yaml',
      fluxKustomization('infrastructure', 'infrastructure', '  wait: true\n'),
    );
    const waiting = await split(files, { into: into('network', 'certs') });
    expect(waiting.steps).toHaveLength(2);
    expect(waiting.remarks.join()).toContain('HelmRelease apps/cilium');
  });

  it('what another cluster builds too is named, not moved', async () => {
    const files = new Map([
      ...smallRepository(),
      ...fluxSystem('clusters/work', false, 'main'),
      ['clusters/work/infrastructure.yaml', fluxKustomization('infrastructure', 'infrastructure')] as const,
    ]);
    files.set('infrastructure/kustomization.yaml', kustomizationFile(['network.yaml', 'certs.yaml']));
    files.set('infrastructure/network.yaml', configMap('network'));
    files.set('infrastructure/certs.yaml', configMap('certs'));
    for (const folder of ['network', 'certs'])
      for (const file of ['kustomization', folder]) files.delete(`infrastructure/${folder}/${file}.yaml`);
    const ground = await groundOf(files, 'clusters/home');
    const plan = await planSplit(ground, {
      name: 'infrastructure',
      into: [
        { name: 'network', items: ['network.yaml'] },
        { name: 'certs', items: ['infrastructure/certs.yaml'] },
      ],
      after: new Map(),
    });
    const after = filesAfter(files, plan);
    expect(after.get('infrastructure-network/kustomization.yaml')).toBe(
      kustomizationFile(['../infrastructure/network.yaml']),
    );
    expect(after.get('infrastructure/network.yaml')).toBe(configMap('network'));
    expect(
      plan.steps[1]?.plan?.clusters.find(({ cluster }) => cluster === 'clusters/work')?.objects ?? [],
    ).toEqual([]);
    expect((await ownersAfter(ground, plan)).get('apps_certs__ConfigMap')).toEqual(['flux-system/certs']);
  });
});

describe('a split is refused', () => {
  it.each<[string, Partial<SplitRequest>, string]>([
    ['of what begins the cluster', { name: 'flux-system', into: into('a', 'b') }, 'where the cluster begins'],
    ['where an object is left over', { into: into('network') }, 'ConfigMap apps/certs'],
    ['into a name that is taken', { into: into('network', 'apps') }, 'there is a Kustomization apps already'],
    ['into itself', { into: into('network', 'infrastructure') }, 'into itself'],
    [
      'of a name that is not there',
      { name: 'infrastructur', into: into('network') },
      'no Kustomization infrastructur',
    ],
    ['into a folder that is not there', { into: into('netwrok', 'certs') }, 'netwrok is neither a file'],
    [
      'where parts would wait for each other',
      { into: into('network', 'certs'), after: new Map([['network', ['apps']]]) },
      'wait for each other',
    ],
  ])('%s', async (_, request, message) => {
    await expect(split(smallRepository(), request)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});
