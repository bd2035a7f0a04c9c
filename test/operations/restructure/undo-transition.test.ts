import { describe, expect, it } from 'vitest';
import type { ClusterModel } from '../../../src/flux/model/model.ts';
import type { Guard } from '../../../src/flux/restructure/step.ts';
import { transition } from '../../../src/operations/restructure/undo-transition.ts';
import { type Files, groundOf, smallRepository } from '../../flux/restructure/scene.ts';

async function clusterOf(change: (files: Map<string, string>) => void): Promise<ClusterModel> {
  const files = smallRepository();
  change(files);
  return (await groundOf(files as Files)).cluster;
}

const same = (): void => undefined;
const ready = (name: string): Guard => ({ kind: 'ready', kustomization: `flux-system/${name}` });
const release = (suspend: string): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: cilium\n  namespace: apps\nspec:\n${suspend}  interval: 1h\n`;

describe('what a step of an undoing waits for', () => {
  it('is who applies it, where only what an object holds changes', async () => {
    const file = 'infrastructure/certs/certs.yaml';
    const from = await clusterOf((files) => files.set(file, release('')));
    const to = await clusterOf((files) => files.set(file, release('  suspend: true\n')));
    const { guards } = transition(from, to, [file]);
    expect(guards).toEqual(expect.arrayContaining([ready('flux-system'), ready('infrastructure')]));
    expect(guards).not.toContainEqual(ready('apps'));
  });

  it('is the entry at the least, where files come that nobody builds', async () => {
    const { guards } = transition(await clusterOf(same), await clusterOf(same), ['clusters/new/apps.yaml']);
    expect(guards).toEqual([ready('flux-system')]);
  });

  it('is who has a changed file in its path, though it builds the same', async () => {
    const { guards } = transition(await clusterOf(same), await clusterOf(same), ['apps/README.md']);
    expect(guards).toEqual([ready('flux-system'), ready('apps')]);
  });

  it('is that prune is on again, and that one is suspended that git suspends', async () => {
    const manifest = 'clusters/home/infrastructure.yaml';
    const edited = (from: string, to: string) => (files: Map<string, string>) =>
      files.set(manifest, (files.get(manifest) ?? '').replace(from, to)) as unknown as undefined;
    const off = await clusterOf(edited('prune: true', 'prune: false'));
    const value = { kind: 'bool', value: true };
    expect(transition(off, await clusterOf(same), [manifest]).guards).toContainEqual(
      expect.objectContaining({ kind: 'field', path: ['spec', 'prune'], value }),
    );
    const suspended = await clusterOf(edited('prune: true', 'prune: true\n  suspend: true'));
    const { guards } = transition(await clusterOf(same), suspended, [manifest]);
    expect(guards).toContainEqual({ kind: 'suspended', kustomization: 'flux-system/infrastructure' });
    expect(guards).not.toContainEqual(ready('infrastructure'));
  });

  it('has no command for what is not there yet, and none to resume what nothing suspended', async () => {
    const manifest = 'clusters/home/infrastructure.yaml';
    const from = await clusterOf((files) => files.delete(manifest));
    const { before } = transition(from, await clusterOf(same), [manifest]);
    const kept = before.flatMap((action) => (action.kind === 'keep' ? action.objects : []));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every(({ unexpected }) => unexpected === true)).toBe(true);
    const resumed = before.filter(({ kind }) => kind === 'resume');
    expect(resumed.length).toBeGreaterThan(0);
    expect(resumed.every((action) => 'leftover' in action && action.leftover === true)).toBe(true);
  });
});
