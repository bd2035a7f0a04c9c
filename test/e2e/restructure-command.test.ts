import { afterAll, expect, it } from 'vitest';
import { type Ran, type RunHow, sopskit } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

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
  'clusters/test/apps.yaml': kustomization('apps'),
  'infrastructure/cilium/cilium.yaml': configMap('cilium'),
  'infrastructure/certs/certs.yaml': configMap('certs'),
  'apps/web.yaml': configMap('web'),
};
const names = ['cilium', 'certs', 'web'];

describeE2e('the restructure commands', ['kustomize'], (controlPlane, { kustomize }) => {
  const scenes: FluxScene[] = [];
  const begin = async (): Promise<FluxScene> => {
    const scene = await startScene(controlPlane, { files, name: 'command' });
    scenes.push(scene);
    const head = scene.git('rev-parse', 'HEAD').trim();
    for (const name of ['infrastructure', 'apps']) await scene.ready(name, head);
    return scene;
  };
  const run = (scene: FluxScene, line: string, how: RunHow = {}): Promise<Ran> =>
    sopskit(scene, ['restructure', ...line.split(' ')], { tools: [kustomize], ...how });
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
  });

  it('splits, killed behind every line it says, and deletes nothing', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const line = 'split infrastructure cilium certs --apply --yes';
    const seen: string[] = [];
    let [last, kills]: [Ran | null, number] = [null, 0];
    for (; kills < 25; kills++) {
      last = await run(scene, line, { onLine: killAtNew(seen) });
      if (last.signal === null) break;
    }
    expect(last?.stderr).toContain('done: split infrastructure into cilium, certs');
    expect(last?.status).toBe(0);
    expect(kills).toBeGreaterThanOrEqual(6);
    expect(await uids(scene)).toEqual(before);
    expect(await scene.kustomization('infrastructure')).toBeNull();
    expect(await scene.inventory('cilium')).toEqual([`${scene.namespace}_cilium__ConfigMap`]);
    const steps = scene.git('log', '--format=%(trailers:key=Sopskit-Step,valueonly,separator=%x2C)', '-3');
    expect(steps).toBe('2/2\n1/2\n\n');
  });

  it('moves an object between Kustomizations, and takes it back', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const line = 'move infrastructure/certs --to apps --folder apps --apply --yes';
    const moved = await run(scene, line);
    expect(moved.stderr).toContain('done: ');
    expect(await uids(scene)).toEqual(before);
    expect(await scene.inventory('apps')).toContain(`${scene.namespace}_certs__ConfigMap`);
    expect(await scene.inventory('infrastructure')).toEqual([`${scene.namespace}_cilium__ConfigMap`]);
    expect((await scene.kustomization('infrastructure'))?.spec.suspend ?? false).toBe(false);

    const shown = await run(scene, 'undo');
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('Take back');
    const undone = await run(scene, 'undo --apply --yes');
    expect(undone.stderr).toContain('done: take back');
    expect(await uids(scene)).toEqual(before);
    expect(await scene.inventory('infrastructure')).toContain(`${scene.namespace}_certs__ConfigMap`);
    expect(scene.git('ls-files', 'infrastructure', 'apps')).toBe(
      'apps/web.yaml\ninfrastructure/certs/certs.yaml\ninfrastructure/cilium/cilium.yaml\n',
    );
  });

  it('moves the sync path itself', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const moved = await run(scene, 'move flux-system --to-path clusters/prod --apply --yes');
    expect(moved.stderr).toContain('done: ');
    expect((await scene.kustomization('flux-system'))?.spec.path).toBe('./clusters/prod');
    expect(await uids(scene)).toEqual(before);
    expect(scene.git('ls-files', 'clusters/test')).toBe('');
  });

  it('says in what state the cluster is where it is interrupted, and goes on', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const line = 'split infrastructure cilium certs --apply --yes';
    const stopped = await run(scene, line, {
      onLine: (text, child) => void (text.startsWith('  pushed') && child.kill('SIGINT')),
    });
    expect(stopped.status).toBe(85);
    expect(stopped.stderr).toContain('in step 1 of 2: interrupted');
    expect(stopped.stderr).toContain('Step 1 of 2 is pushed, and its guards were not all seen live');
    expect(stopped.stderr).toMatch(/To go back: sopskit restructure undo [0-9a-f]{16} --apply/);
    expect((await run(scene, line)).stderr).toContain('done: ');
    expect(await uids(scene)).toEqual(before);
  });

  it('goes on over the commits of somebody else, and refuses a step that these make harmful', async () => {
    const scene = await begin();
    const before = await uids(scene);
    const line = 'move infrastructure/certs --to apps --folder apps --apply --yes';
    const stopped = await run(scene, line, {
      onLine: (text, child) => void (text.startsWith('  suspended') && child.kill('SIGKILL')),
    });
    expect(stopped.signal).toBe('SIGKILL');
    scene.push({ 'apps/other.yaml': configMap('other'), 'notes.md': 'x' }, 'of another');
    expect((await run(scene, line)).stderr).toContain('done: ');
    expect(await uids(scene)).toEqual(before);

    const split = 'split infrastructure cilium --apply --yes';
    const killed = await run(scene, split, {
      onLine: (text, child) => void (text.startsWith('  seen live') && child.kill('SIGKILL')),
    });
    expect(killed.signal).toBe('SIGKILL');
    // what was not there when the split was planned would be left without an owner
    scene.push({ 'infrastructure/late.yaml': configMap('late') }, 'of another');
    const refused = await run(scene, split);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('with the commits that came in since, it would do harm');
    expect(refused.stderr).toContain('/late');
    expect(scene.git('log', '-1', '--format=%s')).toBe('of another\n');
  });

  it('asks before it begins, and does nothing without an answer', async () => {
    const scene = await begin();
    const asked = await run(scene, 'split infrastructure cilium certs --apply');
    expect(asked.status).toBe(1);
    expect(asked.stderr).toContain('there is no terminal');
    expect(asked.stderr).toContain('--yes');
    expect(scene.git('log', '--format=%s')).toBe('the first revision\n');
  });

  it('refuses another cluster, and a password never shows', async () => {
    const scene = await begin();
    // the repository's own entry follows another repository in the cluster
    await scene.suspend('flux-system');
    const url = scene.url
      .replace('http://', 'http://user:hunter2-canary@')
      .replace(scene.namespace, 'elsewhere');
    await controlPlane.patch('gitrepositories', scene.namespace, 'flux-system', { spec: { url } });
    const { status, stderr } = await run(scene, 'split infrastructure cilium certs --apply --yes');
    expect(status).toBe(1);
    expect(stderr).toContain('which is no remote of this repository');
    expect(stderr).toContain('--remote NAME');
    expect(stderr).not.toContain('hunter2-canary');
    const guest = await run(scene, 'split infrastructure cilium certs --apply --yes --context guest');
    expect(guest.status).toBe(1);
    expect(guest.stderr).toContain('guest');
    expect(scene.git('log', '--format=%s')).toBe('the first revision\n');
  });
});

/** Kills the command, for real, at the first line that no run before it said. */
function killAtNew(seen: string[]): NonNullable<RunHow['onLine']> {
  let killed = false;
  return (line, child) => {
    if (killed || seen.includes(line) || !/^(?:step| {2}\w)/.test(line)) return;
    killed = true;
    seen.push(line);
    child.kill('SIGKILL');
  };
}

async function uids(scene: FluxScene): Promise<unknown> {
  return Promise.all(names.map((name) => scene.uid('configmaps', name)));
}
