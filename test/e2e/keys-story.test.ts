import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sopskit } from './command-line.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { FluxScene } from './flux-scene.ts';

const decryption = `  decryption:
    provider: sops
    secretRef:
      name: sops-age
`;

/** A new user with an empty home and a cluster without a key, from the first key to the second, each step on what the one before left. */
describeE2e('a key’s life', ['kustomize'], (_shared, { kustomize }) => {
  let controlPlane: ControlPlane;
  let scene: FluxScene;
  let [first, second] = ['', ''];
  let revisions: string[] = [];
  const run = (args: readonly string[], input?: string, env?: Record<string, string>) =>
    sopskit(scene, args, {
      tools: [kustomize],
      ...(input === undefined ? {} : { input }),
      ...(env === undefined ? {} : { env }),
    });
  const done = async (args: readonly string[], input?: string, env?: Record<string, string>) => {
    const ran = await run(args, input, env);
    expect(ran.status, `${args.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain('AGE-SECRET-KEY-1');
    return ran;
  };
  const keyFile = () => path.join(scene.env['HOME'] ?? '', '.config/sops/age/keys.txt');
  const recipients = () =>
    [...readFileSync(keyFile(), 'utf8').matchAll(/# public key: (age1\w+)/g)].map(([, found]) => found ?? '');
  const secretKeys = async (): Promise<string[]> =>
    Object.keys((await controlPlane.get('secrets', scene.namespace, 'sops-age'))?.data ?? {});
  const password = async (): Promise<string | null> => {
    const live = await controlPlane.get('secrets', scene.namespace, 'app');
    return live === null ? null : Buffer.from(live.data.password, 'base64').toString('utf8');
  };
  const head = () => scene.git('rev-parse', 'HEAD').trim();

  beforeAll(async () => {
    // a cluster that nobody else uses: the doctor tells of everything in it
    controlPlane = await startControlPlane();
    const namespace = `key-life-${Date.now().toString(36)}`;
    scene = new FluxScene(controlPlane, namespace, { files: {}, spec: decryption });
  });
  afterAll(async () => {
    await scene?.remove();
    await controlPlane?.stop();
  });

  it('encrypts the first Secret', async () => {
    await done(['init', '--yes']);
    [first = ''] = recipients();
    await done(
      [
        'secret',
        'create',
        'app',
        '-n',
        scene.namespace,
        '--from-stdin',
        'password',
        '-o',
        'clusters/test/app.yaml',
      ],
      'correct horse',
    );
    expect(readFileSync(path.join(scene.folder, 'clusters/test/app.yaml'), 'utf8')).toContain(first);
    revisions = [scene.push({}, 'the first Secret')];
  });

  it('is told that the namespace is missing, and how to make it', async () => {
    const ran = await run(['keys', 'install']);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('--create-namespace');
  });

  it('installs the key, and again without a change', async () => {
    await done(['keys', 'install', '--create-namespace']);
    expect(await secretKeys()).toEqual(['age.agekey']);
    const before = await controlPlane.get('secrets', scene.namespace, 'sops-age');
    await done(['keys', 'install']);
    const after = await controlPlane.get('secrets', scene.namespace, 'sops-age');
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(JSON.stringify(after.metadata)).not.toContain('last-applied-configuration');
  });

  it('sees Flux decrypt with it', async () => {
    controlPlane.apply(scene.syncManifest(), 'kustomize-controller');
    await scene.reconcile(revisions.at(-1) ?? '');
    expect(await password()).toBe('correct horse');
    await done(['keys', 'doctor', '--cluster']);
    await done(['secret', 'diff']);
  });

  it('rotates it', async () => {
    const ran = await done(['keys', 'rotate', '--push', '--yes']);
    expect(ran.stdout + ran.stderr).toContain('password');
    second = recipients().find((one) => one !== first) ?? '';
    expect(recipients()).toHaveLength(2);
    expect((await scene.kustomization('flux-system'))?.status.lastAppliedRevision).toContain(head());
    const file = readFileSync(path.join(scene.folder, 'clusters/test/app.yaml'), 'utf8');
    expect(file).toContain(second);
    expect(file).not.toContain(first);
    expect(readFileSync(path.join(scene.folder, '.sops.yaml'), 'utf8')).not.toContain(`: ${first}`);
    expect(await secretKeys()).toHaveLength(2);
    expect(await password()).toBe('correct horse');
  });

  it('retires the old one, and can still open what it opened', async () => {
    await done(['keys', 'retire', first, '--yes']);
    expect(await secretKeys()).toHaveLength(1);
    expect(recipients()).toEqual([second]);
    const folder = path.join(path.dirname(keyFile()), 'retired');
    const [archived = ''] = readdirSync(folder);
    scene.write({ 'old.yaml': scene.git('show', `${revisions[0]}:clusters/test/app.yaml`) });
    const opened = await run(['decrypt', 'old.yaml'], undefined, {
      SOPS_AGE_KEY_FILE: path.join(folder, archived),
    });
    expect(opened.stdout).toContain(Buffer.from('correct horse').toString('base64'));
    scene.write({ 'old.yaml': null });
    await scene.annotate('kustomizations', 'flux-system');
    await scene.ready('flux-system', head());
    await done(['keys', 'doctor', '--cluster']);
  });

  it('finds what was changed in the cluster alone, and takes it into the repository', async () => {
    const changed = Buffer.from('battery staple').toString('base64');
    await scene.suspend('flux-system');
    await controlPlane.patch('secrets', scene.namespace, 'app', { data: { password: changed } });
    const diff = await run(['secret', 'diff']);
    expect(diff.status).toBe(1);
    expect(diff.stdout).toContain('password');
    expect(diff.stdout + diff.stderr).not.toMatch(/battery|horse/);
    await done([
      'secret',
      'import',
      'secret/app',
      '-n',
      scene.namespace,
      '--folder',
      'clusters/test',
      '--force',
    ]);
    await scene.suspend('flux-system', false);
    await scene.reconcile(scene.push({}, 'what the cluster had'));
    expect(await password()).toBe('battery staple');
    await done(['secret', 'diff']);
  });
});
