import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { type Part, passwordOf, type RotateScene, startRotateScene } from './rotate-scene.ts';

describeE2e('keys rotate at the edges', [], (controlPlane) => {
  let scene: RotateScene;
  let part: Part;
  beforeAll(async () => {
    scene = await startRotateScene(controlPlane, [{ name: 'apps', namespace: '$NS' }]);
    [part = { name: '', namespace: '' }] = scene.parts;
  }, 120_000);
  afterAll(() => scene.flux.remove());

  /** No key is made, no Secret and no file is changed, and no key is printed. */
  async function expectRefused(message: RegExp, args: readonly string[], env = {}): Promise<void> {
    const before = [await scene.entries(part), scene.flux.git('status', '--porcelain'), scene.head()];
    const key = readFileSync(scene.keyFile, 'utf8');
    const ran = await scene.rotate(args, { env });
    expect(ran.status, ran.stderr).toBe(1);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr + ran.stdout).not.toMatch(/AGE-SECRET-KEY|\n {4}at /);
    expect([await scene.entries(part), scene.flux.git('status', '--porcelain'), scene.head()]).toEqual(
      before,
    );
    expect(readFileSync(scene.keyFile, 'utf8')).toBe(key);
  }

  it.each<[string, RegExp, readonly string[]]>([
    [
      'a post-quantum key for a controller of unknown age',
      /cannot be told whether.*post-quantum/,
      ['--post-quantum'],
    ],
    ['a context that is not there', /context.*nowhere/, ['--context', 'nowhere']],
    ['a user who may not read Secrets', /guest|forbidden|may not|not allowed/i, ['--context', 'guest']],
    ['a cluster that the repository does not have', /has no cluster/, ['--skip-cluster', 'nowhere']],
    ['a remote that is not there', /has no remote "nowhere"/, ['--push', '--remote', 'nowhere']],
    ['an SSH key', /an SSH key/, ['ssh-ed25519 AAAA']],
  ])('refuses %s', async (_, message, args) => {
    await expectRefused(message, args);
  });

  it('refuses to push from a branch that the cluster does not follow, and says so otherwise', async () => {
    scene.flux.git('switch', '-q', '-c', 'other');
    await expectRefused(/follows the branch main, and the branch other is checked out/, ['--push']);
    const dry = await scene.rotate(['--dry-run']);
    expect(dry).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('the branch other is checked out'),
    });
    scene.flux.git('switch', '-q', 'main');
  });

  it('opens files with the key of the Secret where this machine has none', async () => {
    const key = readFileSync(scene.keyFile, 'utf8');
    rmSync(scene.keyFile);
    const dry = await scene.rotate(['--dry-run', '--json']);
    expect(dry.status, dry.stderr).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      ...{ state: 'planned', old: scene.old, new: null },
      clusters: [{ secret: `${part.namespace}/sops-age`, state: 'add' }],
      files: [{ path: 'apps/secret.yaml', values: ['stringData.password'], alone: true }],
    });
    expect(dry.stdout + dry.stderr).not.toContain('AGE-SECRET-KEY');
    writeFileSync(scene.keyFile, key, { mode: 0o600 });
    expect((await scene.entries(part)).size).toBe(1);
  });

  it('ends at once when it is interrupted in the wait, and goes on', { timeout: 120_000 }, async () => {
    // a commit that never becomes Ready: its Kustomization depends on one that is not there
    const file = `clusters/test/${part.name}.yaml`;
    const kustomization = scene.file(file);
    const before = scene.flux.push({ [file]: `${kustomization}  dependsOn: [{ name: ghost }]\n` }, 'waits');
    await scene.flux.reconcile(before);
    let sent = 0;
    const ran = await scene.rotate(['--push'], {
      onLine(line, child) {
        if (!line.startsWith('pushed')) return;
        setTimeout(() => {
          sent = Date.now();
          child.kill('SIGINT');
        }, 1500);
      },
    });
    expect(Date.now() - sent).toBeLessThan(5000);
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain('Run the same command again, which goes on.');
    scene.flux.push({ [file]: kustomization }, 'waits no more');
    const again = await scene.rotate(['--json']);
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'done', steps: ['wait'], old: scene.old });
    expect(await scene.password(part)).toBe(passwordOf(part.name));
  });

  it('re-keys nothing where a Secret cannot be written', { timeout: 60_000 }, async () => {
    await controlPlane.patch('secrets', part.namespace, 'sops-age', { immutable: true });
    const fresh = scene.recipients().at(-1) ?? '';
    const text = scene.file('apps/secret.yaml');
    const ran = await scene.rotate([fresh, '--push']);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('immutable') });
    expect(scene.file('apps/secret.yaml')).toBe(text);
    expect(scene.flux.git('status', '--porcelain')).toBe('');
  });
});
