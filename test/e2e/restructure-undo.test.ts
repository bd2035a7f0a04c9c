import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import type { Restructuring } from '../../src/flux/restructure/step.ts';
import { planUndo, type Undoing } from '../../src/operations/restructure/undo.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';
import { applyHere, ownedBy, ready, restructuringOf, stepOf, systemOf } from './hand-made-steps.ts';

const configMap = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: $NS
data:
  key: value
`;

const kustomization = (name: string): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: $NS
spec:
  interval: 10m
  path: ./${name}
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
`;

const files = {
  'clusters/test/infrastructure.yaml': kustomization('infrastructure'),
  'infrastructure/cilium.yaml': configMap('cilium'),
  'infrastructure/certs.yaml': configMap('certs'),
};

function split(scene: FluxScene): Restructuring {
  const ns = scene.namespace;
  const [value, key] = [{ kind: 'bool', value: false } as const, `${ns}/infrastructure`];
  return restructuringOf(scene, 'split-by-hand', [
    stepOf(
      scene,
      'infrastructure lets go',
      {
        'clusters/test/infrastructure.yaml': kustomization('infrastructure').replace(
          'prune: true',
          'prune: false',
        ),
      },
      { guards: [{ kind: 'field', kustomization: key, path: ['spec', 'prune'], value }] },
    ),
    stepOf(
      scene,
      'cilium and certs take over',
      {
        'clusters/test/infrastructure.yaml': null,
        'clusters/test/cilium.yaml': kustomization('cilium'),
        'clusters/test/certs.yaml': kustomization('certs'),
        'infrastructure/cilium.yaml': null,
        'infrastructure/certs.yaml': null,
        'cilium/cilium.yaml': configMap('cilium'),
        'certs/certs.yaml': configMap('certs'),
      },
      {
        guards: [
          { kind: 'gone', kustomization: key },
          ready(scene, 'cilium'),
          ready(scene, 'certs'),
          ...ownedBy(scene, 'cilium', `${ns}_cilium__ConfigMap`),
          ...ownedBy(scene, 'certs', `${ns}_certs__ConfigMap`),
        ],
      },
    ),
  ]);
}

describeE2e('taking a restructuring back', ['kustomize'], (controlPlane, { kustomize }) => {
  process.env['PATH'] = `${path.dirname(kustomize)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  const scenes: FluxScene[] = [];
  const begin = async (): Promise<FluxScene> => {
    const scene = await startScene(controlPlane, { files, name: 'undo' });
    scenes.push(scene);
    await scene.ready('infrastructure', scene.git('rev-parse', 'HEAD').trim());
    return scene;
  };
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  it('takes a split back, and no object is made anew', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const first = scene.git('rev-parse', 'HEAD:').trim();
    await applyHere(scene, split(scene));
    const { restructuring, model } = await undoing(scene, null);
    expect(restructuring.steps.map(({ message }) => message)).toEqual([
      'Take back step 2 of 2',
      'Take back step 1 of 2',
    ]);
    const { outcome } = await applyHere(scene, restructuring, { model });
    expect(outcome).toBe('done');
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('rev-parse', 'HEAD:').trim()).toBe(first);
    expect(await scene.kustomization('cilium')).toBeNull();
    const live = await scene.kustomization('infrastructure');
    expect(live?.spec.prune).toBe(true);
    expect(await scene.inventory('infrastructure')).toHaveLength(2);
    const object = await controlPlane.get('configmaps', scene.namespace, 'cilium');
    expect(object?.metadata.labels['kustomize.toolkit.fluxcd.io/name']).toBe('infrastructure');
    expect(object?.metadata.annotations).toBeUndefined();
    // once more only looks
    const again = await undoing(scene, 'split-by-hand');
    expect((await applyHere(scene, again.restructuring, { model: again.model })).lines).toHaveLength(2);
    await expect(undoing(scene, 'splt-by-hand')).rejects.toThrow('has no restructuring "splt-by-hand"');
    // and it can be done again
    expect((await applyHere(scene, split(scene))).outcome).toBe('done');
    expect(await uids(scene)).toEqual(before);
  });

  it('is the way back from a step after which a Kustomization is not Ready', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const broken = restructuringOf(scene, 'break-by-hand', [
      stepOf(
        scene,
        'infrastructure gets what cannot be applied',
        { 'infrastructure/lost.yaml': configMap('lost').replace('$NS', '$NS-is-nowhere') },
        { guards: [ready(scene, 'infrastructure')] },
      ),
    ]);
    await expect(applyHere(scene, broken)).rejects.toThrow('is-nowhere');
    const { restructuring, model } = await undoing(scene, 'break-by-hand');
    expect((await applyHere(scene, restructuring, { model })).outcome).toBe('done');
    await scene.ready('infrastructure', scene.git('rev-parse', 'HEAD').trim());
    expect(await uids(scene)).toEqual(before);
  });

  it('goes on after a crash behind any of its lines', async () => {
    const scene = await begin();
    const before = await uids(scene);
    await applyHere(scene, split(scene));
    const seen: string[] = [];
    for (let runs = 0; runs < 30; runs++) {
      const { restructuring, model } = await undoing(scene, 'split-by-hand');
      if (!(await crashAtNewLine(scene, { restructuring, model }, seen))) break;
    }
    expect(seen.some((line) => line.includes('may be pruned again'))).toBe(true);
    expect(await uids(scene)).toEqual(before);
    expect(await scene.inventory('infrastructure')).toHaveLength(2);
  });

  it('takes a move back that stopped while a Kustomization was suspended', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const ns = scene.namespace;
    const infrastructure = `${ns}/infrastructure`;
    const move = restructuringOf(scene, 'move-by-hand', [
      stepOf(
        scene,
        'cilium moves to the root',
        { 'infrastructure/cilium.yaml': null, 'clusters/test/cilium.yaml': configMap('cilium') },
        {
          before: [{ kind: 'suspend', kustomization: infrastructure }],
          guards: [...ownedBy(scene, 'flux-system', `${ns}_cilium__ConfigMap`)],
          after: [{ kind: 'resume', kustomization: infrastructure }],
        },
      ),
    ]);
    const stopped = applyHere(scene, move, {
      onLine(line) {
        if (line.includes('pushed')) throw new Error('a crash');
      },
    });
    await expect(stopped).rejects.toThrow('a crash');
    expect((await scene.kustomization('infrastructure'))?.spec.suspend).toBe(true);
    const { restructuring, model } = await undoing(scene, null);
    const { lines } = await applyHere(scene, restructuring, { model });
    expect(lines.some((line) => line.includes(`resumed ${infrastructure}`))).toBe(true);
    expect(await uids(scene)).toEqual(before);
    expect((await scene.kustomization('infrastructure'))?.spec.suspend).toBeUndefined();
    expect(await scene.inventory('infrastructure')).toHaveLength(2);
    expect((await controlPlane.get('configmaps', ns, 'cilium'))?.metadata.annotations).toBeUndefined();
  });

  it('leads the sync path back', async () => {
    const scene = await begin();
    const before = await uids(scene);
    await applyHere(scene, syncMove(scene), { timeoutMs: 60_000 });
    expect((await scene.kustomization('flux-system'))?.spec.path).toBe('./clusters/new');
    const { restructuring, model } = await undoing(scene, null);
    expect(restructuring.steps).toHaveLength(3);
    const { outcome, lines } = await applyHere(scene, restructuring, { model });
    expect(outcome).toBe('done');
    const told = lines.flatMap((line) => /^ *(pushed|seen live)/.exec(line)?.[1] ?? []);
    expect(told).toEqual(['pushed', 'seen live', 'pushed', 'seen live', 'pushed', 'seen live']);
    expect((await scene.kustomization('flux-system'))?.spec.path).toBe('./clusters/test');
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('ls-files', 'clusters')).not.toContain('clusters/new');
  });
});

/** P4: both folders tell the new path, then the old one goes. */
function syncMove(scene: FluxScene): Restructuring {
  const sync = scene.syncManifest().replace('./clusters/test', './clusters/new');
  const key = `${scene.namespace}/flux-system`;
  return restructuringOf(scene, 'move-sync', [
    stepOf(
      scene,
      'both folders name the new path',
      {
        'clusters/test/flux-system/gotk-sync.yaml': sync,
        'clusters/new/flux-system/gotk-sync.yaml': sync,
        'clusters/new/infrastructure.yaml': kustomization('infrastructure'),
      },
      {
        guards: [
          {
            kind: 'field',
            kustomization: key,
            path: ['spec', 'path'],
            value: { kind: 'string', value: './clusters/new' },
          },
          ready(scene, 'flux-system'),
        ],
      },
    ),
    stepOf(
      scene,
      'the old folder goes',
      { 'clusters/test/flux-system/gotk-sync.yaml': null, 'clusters/test/infrastructure.yaml': null },
      { guards: [ready(scene, 'flux-system'), ready(scene, 'infrastructure')] },
    ),
  ]);
}

async function undoing(scene: FluxScene, id: string | null): Promise<Undoing> {
  const system = systemOf(scene);
  const workspace = await openWorkspace(system, {
    folder: '.',
    paths: [],
    clusters: [],
    remoteBases: false,
  });
  try {
    if (workspace.git === null) throw new Error('no git');
    return await planUndo(system, workspace, workspace.git, id);
  } finally {
    await workspace.close();
  }
}

/** Crashes at the first line that was in no run before. Returns whether there was one. */
async function crashAtNewLine(
  scene: FluxScene,
  { restructuring, model }: Undoing,
  seen: string[],
): Promise<boolean> {
  try {
    await applyHere(scene, restructuring, {
      model,
      onLine(line) {
        if (seen.includes(line)) return;
        seen.push(line);
        throw new Error('a crash');
      },
    });
    return false;
  } catch (error) {
    if (!String(error).includes('a crash')) throw error;
    return true;
  }
}

async function uids(scene: FluxScene): Promise<unknown> {
  return [await scene.uid('configmaps', 'cilium'), await scene.uid('configmaps', 'certs')];
}
