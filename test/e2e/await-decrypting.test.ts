import { afterAll, expect, it } from 'vitest';
import { connect } from '../../src/cluster/connect.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { findDecryptions } from '../../src/flux/decryption/find-decryptions.ts';
import { openWorkspace } from '../../src/flux/open-workspace.ts';
import { generateIdentity } from '../../src/keys/age/generate.ts';
import { bindCluster } from '../../src/operations/cluster-keys/bind-cluster.ts';
import { addToClusters, planOverlap } from '../../src/operations/cluster-keys/rotate/add-to-clusters.ts';
import {
  awaitDecrypting,
  type Standing,
  standingOf,
} from '../../src/operations/cluster-keys/rotate/await-decrypting.ts';
import { interruption } from '../../src/operations/watch/interruption.ts';
import { Git } from '../../src/repository/git/git.ts';
import { Secret } from '../../src/secret/secret.ts';
import { describeE2e } from './describe-e2e.ts';
import { systemOf } from './hand-made-steps.ts';
import { type Part, type RotateScene, startRotateScene } from './rotate-scene.ts';

describeE2e('waiting for what decrypts', [], (controlPlane) => {
  const scenes: RotateScene[] = [];
  afterAll(async () => {
    for (const { flux } of scenes) await flux.remove();
  });

  const start = async (parts: readonly Part[], options = {}): Promise<RotateScene> => {
    const scene = await startRotateScene(controlPlane, parts, options);
    scenes.push(scene);
    return scene;
  };

  /** Looks at the scene's repository and cluster, as the command does. */
  async function here(scene: RotateScene) {
    const system = systemOf(scene.flux);
    const workspace = await openWorkspace(system, {
      ...{ folder: scene.flux.folder, paths: [], clusters: [], remoteBases: false },
    });
    const repository = await workspace.model(await workspace.snapshot(null));
    const cluster = await connect(system, { kubeconfig: null, context: null, asUser: null, asGroups: [] });
    const bound = await bindCluster(cluster, repository, []);
    const decryptions = bound.model === null ? [] : await findDecryptions(bound.model);
    await workspace.close();
    const git = await Git.open(system, scene.flux.folder);
    if (git === null) throw new Error('no repository');
    const said: string[] = [];
    const options = {
      tell: { say: (line: string) => said.push(line), wait: () => {} },
      interruption: interruption(system),
      timeoutMs: 60_000,
      now: () => new Date(),
    };
    return { system, repository, bound, decryptions, git, options, said };
  }

  const standings = (all: readonly Standing[]) =>
    Object.fromEntries(all.map(({ key, state }) => [key.slice(key.indexOf('/') + 1), state]));

  it('asks for the commit, and waits for what depends on another', { timeout: 120_000 }, async () => {
    const scene = await start([
      { name: 'base', namespace: '$NS' },
      { name: 'apps', namespace: '$NS', spec: '  dependsOn: [{ name: base }]\n' },
    ]);
    const commit = scene.flux.push({ 'base/config.yaml': configMap(scene.flux.namespace) });
    const { bound, decryptions, git, options } = await here(scene);
    const before = await standingOf(bound, decryptions, commit, git);
    expect(standings(before)).toEqual({ base: 'waiting', apps: 'waiting' });
    const all = await awaitDecrypting([{ bound, decryptions }], commit, git, options);
    expect(standings(all)).toEqual({ base: 'ready', apps: 'ready' });
    expect(all.every(({ revision }) => revision?.endsWith(commit))).toBe(true);
    // somebody pushed on top, and this clone knows nothing of it
    const later = scene.flux.push({ 'README.md': 'later\n' });
    await scene.flux.reconcile(later, ['base', 'apps']);
    scene.flux.git('reset', '-q', '--hard', 'HEAD~1');
    scene.flux.git('update-ref', '-d', 'refs/remotes/origin/main');
    scene.flux.git('reflog', 'expire', '--expire=now', '--all');
    scene.flux.git('gc', '-q', '--prune=now');
    expect(standings(await standingOf(bound, decryptions, commit, git))).toEqual({
      base: 'ready',
      apps: 'ready',
    });
    await git.close();
  });

  it('lists what is suspended, pinned or opaque, and does not wait for it', {
    timeout: 120_000,
  }, async () => {
    const parts = [
      { name: 'apps', namespace: '$NS' },
      { name: 'held', namespace: '$NS' },
      { name: 'above', namespace: '$NS' },
      { name: 'pinned', namespace: '$NS', sourceRef: '{ kind: GitRepository, name: pinned }' },
      { name: 'oci', namespace: '$NS', sourceRef: '{ kind: OCIRepository, name: oci }' },
    ];
    const scene = await start(parts, { wait: false });
    const first = scene.head();
    scene.flux.git('tag', 'v1', first);
    scene.flux.git('push', '-q', 'origin', 'v1');
    const text = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: pinned, namespace: $NS }
spec: { interval: 10m, url: '${scene.flux.url}', ref: { tag: v1 } }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: oci, namespace: $NS }
spec: { interval: 10m, url: 'oci://127.0.0.1:1/none' }
`;
    const second = scene.flux.push({ 'clusters/test/sources.yaml': text });
    await scene.flux.reconcile(second);
    for (const name of ['apps', 'held', 'above'])
      await scene.ready({ name, namespace: scene.flux.namespace }, second);
    await scene.ready({ name: 'pinned', namespace: scene.flux.namespace }, first);
    await scene.flux.suspend('held');
    await controlPlane.patch('kustomizations', scene.flux.namespace, 'above', {
      spec: { dependsOn: [{ name: 'held' }] },
    });
    const commit = scene.flux.push({ 'README.md': 'next\n' });
    const { bound, decryptions, git, options } = await here(scene);
    const all = await awaitDecrypting([{ bound, decryptions }], commit, git, options);
    expect(standings(all)).toEqual({
      ...{ apps: 'ready', held: 'suspended', above: 'suspended', pinned: 'pinned', oci: 'opaque' },
    });
    const why = Object.fromEntries(all.map((one) => [one.key.split('/')[1], one.why]));
    expect(why['pinned']).toContain('follows the tag v1');
    expect(why['above']).toContain('held');
    await git.close();
  });

  it('stops at one that fails, with its cause and what mends it', { timeout: 120_000 }, async () => {
    const scene = await start([{ name: 'apps', namespace: '$NS' }]);
    const { recipient } = await generateIdentity(systemOf(scene.flux));
    scene.flux.write({ 'apps/secret.yaml': scene.file('apps/secret.yaml') });
    // encrypted for a key that the cluster does not have
    scene.flux.write({ '.sops.yaml': scene.file('.sops.yaml').replace(scene.old, recipient) });
    const updated = await scene.run(['updatekeys', '-y', 'apps/secret.yaml']);
    expect(updated.status, updated.stderr).toBe(0);
    const commit = scene.flux.push({}, 'for another key');
    const { bound, decryptions, git, options } = await here(scene);
    const error = await awaitDecrypting([{ bound, decryptions }], commit, git, {
      ...options,
      timeoutMs: 3_600_000,
    }).catch((e) => e);
    expect(error).toBeInstanceOf(SopskitError);
    expect(error.code).toBe('cluster-key.wait');
    expect(error.message).toContain(`${scene.flux.namespace}/apps`);
    expect(error.message).toContain(recipient);
    expect(error.hint).toMatch(/Mend it: \w/);
    const [one] = await standingOf(bound, decryptions, commit, git);
    expect(one).toMatchObject({ state: 'failing', cluster: 'clusters/test' });
    expect(one?.mend).not.toBeNull();
    await git.close();
  });

  it('says after the time what it waits for', { timeout: 60_000 }, async () => {
    const scene = await start([{ name: 'apps', namespace: '$NS' }]);
    scene.flux.write({ 'README.md': 'not pushed\n' });
    scene.flux.git('commit', '-q', '-a', '-m', 'not pushed');
    const { bound, decryptions, git, options } = await here(scene);
    const waited = awaitDecrypting([{ bound, decryptions }], scene.head(), git, {
      ...options,
      timeoutMs: 2000,
    });
    await expect(waited).rejects.toMatchObject({
      code: 'cluster-key.wait',
      message: expect.stringContaining('apps of clusters/test: its source GitRepository/'),
    });
    await git.close();
  });

  it('adds the identity beside the old one, once', { timeout: 60_000 }, async () => {
    const second = await controlPlane.createNamespace('rotate-second');
    const scene = await start([
      { name: 'apps', namespace: '$NS' },
      { name: 'jobs', namespace: second },
    ]);
    const { system, repository, bound, decryptions, git, options } = await here(scene);
    const { recipient, file } = await generateIdentity(system);
    const text = file.lendText((lines) => Secret.fromText(lines.trim().split('\n').at(-1) ?? ''));
    const models = repository.clusters.map((model) => ({ model, decryptions }));
    const request = {
      models,
      clusters: [{ bound, decryptions }],
      skipped: [],
      old: scene.old,
      fresh: recipient,
    };
    const targets = await planOverlap(request);
    expect(new Map(targets.map(({ ref, state }) => [ref.namespace, state]))).toEqual(
      new Map([
        [scene.flux.namespace, 'add'],
        [second, 'add'],
      ]),
    );
    const how = { ...options, old: scene.old, forceConflicts: false, dryRun: true };
    const identity = { recipient, text, place: 'keys.txt' };
    await addToClusters(targets, identity, how);
    for (const part of scene.parts) expect((await scene.entries(part)).size).toBe(1);
    const added = await addToClusters(targets, identity, { ...how, dryRun: false });
    expect(new Map(added.map(({ secret, state }) => [secret, state]))).toEqual(
      new Map([
        [`${scene.flux.namespace}/sops-age`, 'add'],
        [`${second}/sops-age`, 'add'],
      ]),
    );
    for (const part of scene.parts) {
      const entries = await scene.entries(part);
      expect([...entries.keys()]).toEqual(['age.agekey', `age-${recipient.slice(-8)}.agekey`].sort());
      expect(entries.get(`age-${recipient.slice(-8)}.agekey`)).toContain(recipient);
      await scene.decrypts(part);
    }
    expect((await planOverlap(request)).map(({ state }) => state)).toEqual(['there', 'there']);
    const without = planOverlap({ ...request, clusters: [] });
    await expect(without).rejects.toMatchObject({
      code: 'cluster-key.refused',
      message: expect.stringContaining('clusters/test'),
      hint: expect.stringContaining('--skip-cluster clusters/test'),
    });
    expect(await planOverlap({ ...request, clusters: [], skipped: ['test'] })).toEqual([]);
    await git.close();
  });

  it('tells what a Secret is to a rotation by what it holds', { timeout: 120_000 }, async () => {
    const scene = await start([{ name: 'apps', namespace: '$NS' }]);
    const [part] = scene.parts;
    if (part === undefined) throw new Error('no part');
    const { system, repository, bound, decryptions, git } = await here(scene);
    const { namespace } = scene.flux;
    const plan = async () => {
      const models = repository.clusters.map((model) => ({ model, decryptions }));
      const clusters = [{ bound, decryptions }];
      return planOverlap({ models, clusters, skipped: [], old: scene.old, fresh: null });
    };
    const states = async () => (await plan()).map(({ ref, state }) => [ref.name, state]);
    const identity = (await scene.entries(part)).get('age.agekey') ?? '';
    const put = (name: string, entries: Readonly<Record<string, string>>) => {
      const data = Object.entries(entries).map(
        ([entry, text]) => `  ${entry}: ${Buffer.from(text).toString('base64')}\n`,
      );
      controlPlane.kubectl('delete', 'secret', name, '-n', namespace, '--ignore-not-found');
      controlPlane.apply(
        `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: ${namespace} }\ndata:\n${data.join('')}`,
      );
    };

    // the live Kustomization decrypts with another Secret than git says, until its parent is asked again
    put('other', { 'age.agekey': identity });
    await controlPlane.patch('kustomizations', namespace, 'apps', {
      spec: { decryption: { secretRef: { name: 'other' } } },
    });
    const live = await here(scene);
    expect(
      (
        await planOverlap({
          models: repository.clusters.map((model) => ({ model, decryptions })),
          ...{ clusters: [{ bound: live.bound, decryptions }], skipped: [], old: scene.old, fresh: null },
        })
      ).map(({ ref }) => ref.name),
    ).toEqual(['sops-age', 'other']);
    await live.git.close();

    // a name that the controller passes over, and an entry that it fails on
    put('sops-age', { 'age.key': identity });
    await expect(plan()).rejects.toMatchObject({
      code: 'cluster-key.unopened',
      message: expect.stringContaining('does not open apps/secret.yaml'),
    });
    put('sops-age', { 'age.agekey': identity, 'broken.agekey': 'AGE-SECRET-KEY-1CANARY' });
    const broken = await plan().catch((error) => error);
    expect(broken).toMatchObject({
      code: 'cluster-key.unopened',
      message: expect.stringContaining('broken.agekey'),
    });
    expect(`${broken.message} ${broken.hint}`).not.toContain('CANARY');

    // a file that the cluster opens with another key needs neither
    const another = await generateIdentity(system);
    put('sops-age', { 'age.agekey': another.file.lendText((text) => text) });
    await expect(plan()).rejects.toMatchObject({ code: 'cluster-key.unopened' });
    const configured = scene.file('.sops.yaml').replace(scene.old, `${scene.old},${another.recipient}`);
    scene.flux.write({ '.sops.yaml': configured });
    const updated = await scene.run(['updatekeys', '-y', 'apps/secret.yaml']);
    expect(updated.status, updated.stderr).toBe(0);
    const later = await here(scene);
    const targets = await planOverlap({
      models: later.repository.clusters.map((model) => ({ model, decryptions: later.decryptions })),
      ...{ clusters: [{ bound, decryptions: later.decryptions }], skipped: [], old: scene.old, fresh: null },
    });
    expect(targets.map(({ ref, state }) => [ref.name, state])).toEqual([['sops-age', 'other']]);
    put('sops-age', { 'age.agekey': identity });
    expect(await states()).toEqual([['sops-age', 'add']]);
    await later.git.close();
    await git.close();
  });

  it('refuses what it cannot add to, before it has added to any', { timeout: 60_000 }, async () => {
    const second = await controlPlane.createNamespace('rotate-second');
    const scene = await start([
      { name: 'apps', namespace: '$NS' },
      { name: 'jobs', namespace: second },
    ]);
    const kept = {
      'helm.toolkit.fluxcd.io/name': 'keys',
      'helm.toolkit.fluxcd.io/namespace': second,
    };
    await controlPlane.patch('secrets', second, 'sops-age', { metadata: { labels: kept } });
    const { system, repository, bound, decryptions, git, options } = await here(scene);
    const { recipient, file } = await generateIdentity(system);
    const models = repository.clusters.map((model) => ({ model, decryptions }));
    const request = { models, clusters: [{ bound, decryptions }], skipped: [], old: scene.old, fresh: null };
    const text = file.lendText((lines) => Secret.fromText(lines.trim().split('\n').at(-1) ?? ''));
    const how = { ...options, old: scene.old, forceConflicts: false, dryRun: false };
    const adding = addToClusters(await planOverlap(request), { recipient, text, place: 'keys.txt' }, how);
    await expect(adding).rejects.toMatchObject({
      code: 'cluster-key.refused',
      message: expect.stringContaining(`kept by HelmRelease ${second}/keys`),
      hint: expect.stringContaining(recipient),
    });
    for (const part of scene.parts) expect((await scene.entries(part)).size).toBe(1);
    await controlPlane.delete('secrets', second, 'sops-age');
    await expect(planOverlap(request)).rejects.toMatchObject({
      code: 'cluster-key.missing',
      hint: expect.stringContaining(`-n ${second} --secret-name sops-age`),
    });
    await git.close();
  });
});

function configMap(namespace: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: base, namespace: ${namespace} }\ndata: { a: b }\n`;
}
