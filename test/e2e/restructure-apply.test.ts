import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { Restructuring } from '../../src/flux/restructure/step.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';
import { applyHere, ownedBy, ready, restructuringOf, stepOf } from './hand-made-steps.ts';

const configMap = (name: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: $NS
data:
  key: value
`;

const kustomization = (name: string, spec = ''): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
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
${spec}`;

const files = {
  'clusters/test/infrastructure.yaml': kustomization('infrastructure'),
  'infrastructure/cilium.yaml': configMap('cilium'),
  'infrastructure/certs.yaml': configMap('certs'),
};

/** P1, as facts say: let go, see it live, then split. */
function split(scene: FluxScene): Restructuring {
  const ns = scene.namespace;
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
      {
        guards: [
          {
            kind: 'field',
            kustomization: `${ns}/infrastructure`,
            path: ['spec', 'prune'],
            value: { kind: 'bool', value: false },
          },
        ],
      },
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
          { kind: 'gone', kustomization: `${ns}/infrastructure` },
          ready(scene, 'cilium'),
          ready(scene, 'certs'),
          ...ownedBy(scene, 'cilium', `${ns}_cilium__ConfigMap`),
          ...ownedBy(scene, 'certs', `${ns}_certs__ConfigMap`),
        ],
      },
    ),
  ]);
}

/** P2: one is suspended while the other takes over. */
function move(scene: FluxScene): Restructuring {
  const ns = scene.namespace;
  return restructuringOf(scene, 'move-by-hand', [
    stepOf(
      scene,
      'cilium moves to the root',
      { 'infrastructure/cilium.yaml': null, 'clusters/test/cilium.yaml': configMap('cilium') },
      {
        before: [{ kind: 'suspend', kustomization: `${ns}/infrastructure` }],
        guards: [
          ready(scene, 'flux-system'),
          ...ownedBy(scene, 'flux-system', `${ns}_cilium__ConfigMap`),
          { kind: 'suspended', kustomization: `${ns}/infrastructure` },
        ],
        after: [{ kind: 'resume', kustomization: `${ns}/infrastructure` }],
      },
    ),
    stepOf(scene, 'infrastructure is done with it', {}, { guards: [ready(scene, 'infrastructure')] }),
  ]);
}

describeE2e('applying a restructuring', [], (controlPlane) => {
  const scenes: FluxScene[] = [];
  const begin = async (): Promise<FluxScene> => {
    const scene = await startScene(controlPlane, { files, name: 'apply' });
    scenes.push(scene);
    await scene.ready('infrastructure', scene.git('rev-parse', 'HEAD').trim());
    return scene;
  };
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  it('splits a Kustomization, and every object stays the one it was', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const { outcome, lines } = await applyHere(scene, split(scene));
    expect(outcome).toBe('done');
    expect(lines.filter((line) => line.startsWith('step '))).toHaveLength(2);
    expect(await uids(scene)).toEqual(before);
    expect(await scene.kustomization('infrastructure')).toBeNull();
    expect(scene.git('log', '-2', '--format=%s|%(trailers:key=Sopskit-Step,valueonly,separator=%x2C)')).toBe(
      'cilium and certs take over|2/2\ninfrastructure lets go|1/2\n',
    );
    expect(scene.git('rev-list', '--count', 'origin/main..HEAD').trim()).toBe('0');
  });

  it('goes on after a crash behind any of its lines, again and again', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const seen: string[] = [];
    for (let runs = 0; runs < 20; runs++) {
      const crashed = await crashAtNewLine(scene, split(scene), seen);
      if (!crashed) break;
    }
    expect(seen.filter((line) => / (committed|pushed|seen live)/.test(line)).length).toBeGreaterThanOrEqual(
      6,
    );
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('log', '--format=%s', '-3')).toBe(
      'cilium and certs take over\ninfrastructure lets go\nthe first revision\n',
    );
    // and once all is done, it only looks
    expect((await applyHere(scene, split(scene))).lines).toHaveLength(2);
  });

  it('suspends, moves and resumes; what crashed while suspended goes on', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const seen: string[] = [];
    for (let runs = 0; runs < 20; runs++) {
      const crashed = await crashAtNewLine(scene, move(scene), seen);
      if (!crashed) break;
      if (seen.at(-1)?.includes('suspended') === true)
        expect((await scene.kustomization('infrastructure'))?.spec.suspend).toBe(true);
    }
    expect(seen.some((line) => line.includes('resumed'))).toBe(true);
    expect(await uids(scene)).toEqual(before);
    const live = await scene.kustomization('infrastructure');
    expect(live?.spec.suspend).toBeUndefined();
    expect(live?.metadata.annotations?.['sopskit/suspended-for']).toBeUndefined();
    expect(await scene.inventory('infrastructure')).toEqual([`${scene.namespace}_certs__ConfigMap`]);
  });

  it('goes on where files of the step were written, and not committed', async () => {
    const scene = await begin();
    const { steps } = split(scene);
    const [file, content] = [...(steps[0]?.edits ?? [])][0] ?? [];
    writeFileSync(path.join(scene.folder, file ?? ''), content ?? '');
    expect((await applyHere(scene, split(scene))).outcome).toBe('done');
  });

  it('stops before it begins where the tree, the branch or the remote is not as it must be', async () => {
    const scene = await begin();
    const refusal = (): Promise<string> => refusalOf(applyHere(scene, split(scene)));
    writeFileSync(path.join(scene.folder, 'infrastructure/certs.yaml'), 'changed: true\n');
    expect(await refusal()).toContain('the working tree has changes of its own: infrastructure/certs.yaml');
    scene.git('checkout', '-q', '--', '.');
    // a file that no step is about is nobody's business
    writeFileSync(path.join(scene.folder, 'notes.txt'), 'x');
    scene.git('switch', '-q', '-c', 'other');
    expect(await refusal()).toContain('follows the branch main, and the branch other is checked out');
    scene.git('switch', '-q', 'main');
    scene.git('commit', '-q', '--allow-empty', '-m', 'mine');
    expect(await refusal()).toContain('main has a commit that is not pushed yet');
    scene.git('reset', '-q', '--hard', 'HEAD~1');
    scene.git('remote', 'set-url', 'origin', `${scene.url}x`);
    expect(await refusal()).toContain('which is no remote of this repository');
    scene.git('remote', 'set-url', 'origin', scene.url);
    await scene.suspend('infrastructure');
    expect(await refusal()).toContain('infrastructure is suspended in the cluster, and has to act');
    await scene.suspend('infrastructure', false);
    expect((await scene.kustomization('infrastructure'))?.spec.prune).toBe(true);
    expect(scene.git('log', '-1', '--format=%s')).toBe('the first revision\n');
    rmSync(path.join(scene.folder, 'notes.txt'));
  });

  it('stops where somebody else pushes in between, and goes on after the pull', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const message = await refusalOf(
      applyHere(scene, split(scene), {
        onLine(line) {
          if (line.includes('committed') && line.includes('take over'))
            pushAsOther(scene, { 'other.txt': 'x' });
        },
      }),
    );
    expect(message).toContain('somebody pushed to main meanwhile');
    expect(message).toContain('git pull --rebase origin main');
    expect(await refusalOf(applyHere(scene, split(scene)))).toContain(
      'before the step that is committed here',
    );
    scene.git('pull', '-q', '--rebase', 'origin', 'main');
    expect((await applyHere(scene, split(scene))).outcome).toBe('done');
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('log', '-3', '--format=%s')).toBe(
      'cilium and certs take over\nof another\ninfrastructure lets go\n',
    );
  });

  it('stops as soon as a guard cannot hold, and says why and in what state the cluster is', async () => {
    const scene = await begin();
    const { steps } = split(scene);
    const broken = stepOf(scene, 'infrastructure lets go, wrongly', {
      'clusters/test/infrastructure.yaml': kustomization('infrastructure').replace(
        './infrastructure',
        './nowhere',
      ),
    });
    const wrong = restructuringOf(scene, 'wrong', [
      { ...broken, guards: [ready(scene, 'infrastructure')] },
      ...steps.slice(1),
    ]);
    const start = Date.now();
    const message = await refusalOf(applyHere(scene, wrong));
    expect(message).toContain('in step 1 of 2: ');
    expect(message).toContain('kustomization path not found');
    expect(message).toContain('Step 1 of 2 is pushed');
    expect(message).toContain('sopskit restructure undo wrong --apply');
    expect(Date.now() - start).toBeLessThan(30_000);
    // the second step was not pushed
    expect(scene.git('log', '-1', '--format=%s')).toBe('infrastructure lets go, wrongly\n');
  });

  it('takes back what it wrote where a hook refuses the commit, and tells what a server refuses', async () => {
    const scene = await begin();
    const hook = path.join(scene.folder, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho no commits on Fridays >&2\nexit 1\n', { mode: 0o755 });
    expect(await refusalOf(applyHere(scene, split(scene)))).toContain('no commits on Fridays');
    expect(scene.git('status', '--porcelain')).toBe('');
    rmSync(hook);
    const folder = path.join(
      scene.controlPlane.address.repositories,
      `${scene.namespace}.git/hooks/pre-receive`,
    );
    writeFileSync(folder, '#!/bin/sh\necho main is protected\nexit 1\n', { mode: 0o755 });
    const message = await refusalOf(applyHere(scene, split(scene)));
    expect(message).toContain('refused the push: main is protected');
    expect(message).toContain('open a pull request');
    rmSync(folder);
    expect((await applyHere(scene, split(scene))).outcome).toBe('done');
  });
});

/** Crashes at the first line that was in no run before. Returns whether there was one. */
async function crashAtNewLine(
  scene: FluxScene,
  restructuring: Restructuring,
  seen: string[],
): Promise<boolean> {
  try {
    await applyHere(scene, restructuring, {
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

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SopskitError) return `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('it was not refused');
}

function pushAsOther(scene: FluxScene, written: Readonly<Record<string, string>>): void {
  const folder = path.join(path.dirname(scene.folder), 'other');
  scene.git('clone', '-q', scene.url, folder);
  for (const [name, text] of Object.entries(written)) writeFileSync(path.join(folder, name), text);
  scene.git('-C', folder, 'add', '--all');
  scene.git('-C', folder, 'commit', '-q', '-m', 'of another');
  scene.git('-C', folder, 'push', '-q', 'origin', 'HEAD:main');
}

async function uids(scene: FluxScene): Promise<unknown> {
  return [await scene.uid('configmaps', 'cilium'), await scene.uid('configmaps', 'certs')];
}
