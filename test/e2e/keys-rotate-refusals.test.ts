import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
    [
      'a cluster that is given and left out',
      /is the cluster clusters\/test, which --skip-cluster leaves out/,
      ['--context', 'admin', '--skip-cluster', 'test'],
    ],
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

  it('refuses a conflict, and says of new files how they are put aside', async () => {
    const { flux } = scene;
    const [text, head] = [scene.file('apps/secret.yaml'), scene.head()];
    flux.write({ 'new.yaml': text });
    await expectRefused(/new\.yaml[\s\S]*git stash -u/, []);
    rmSync(path.join(flux.folder, 'new.yaml'));
    const commit = (line: string): void => {
      flux.write({ 'apps/secret.yaml': `${text}# ${line}\n` });
      flux.git('commit', '-qam', line);
    };
    commit('one side');
    flux.git('switch', '-q', '-c', 'side', head);
    commit('the other');
    expect(() => flux.git('merge', '-q', 'main')).toThrow();
    await expectRefused(/apps\/secret\.yaml: a conflict is not resolved/, []);
    flux.git('merge', '--abort');
    flux.git('switch', '-q', 'main');
    flux.git('branch', '-qD', 'side');
    flux.git('reset', '-q', '--hard', head);
  });

  it('names what git ignores, and commits that a push takes along', async () => {
    const { flux } = scene;
    const head = scene.head();
    flux.write({ 'left.yaml': scene.file('apps/secret.yaml'), 'README.md': 'mine\n' });
    flux.git('commit', '-qm', 'mine alone', 'README.md');
    flux.write({ '.git/info/exclude': 'left.yaml\n' });
    const dry = await scene.rotate(['--dry-run', '--push', '--json']);
    expect(dry.status, dry.stderr).toBe(0);
    const { ignored, does, files } = JSON.parse(dry.stdout);
    expect(ignored).toEqual(['left.yaml']);
    expect(files.map((one: { path: string }) => one.path)).toEqual(['apps/secret.yaml']);
    expect(does.join('\n')).toMatch(
      /leave files as they are that git ignores.*left\.yaml[\s\S]*with 1 other commit that is only here: [0-9a-f]+ mine alone/,
    );
    rmSync(path.join(flux.folder, 'left.yaml'));
    flux.git('reset', '-q', '--hard', head);
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
    expect(ran.stdout).toContain('stringData.password');
    const late = await scene.rotate(['--push', '--timeout', '2s', '--json']);
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining('after 2 s') });
    expect(JSON.parse(late.stdout)).toMatchObject({
      ...{ state: 'open', pushed: true, files: [{ path: 'apps/secret.yaml' }] },
      kustomizations: [{ key: `${part.namespace}/apps`, state: 'waiting', needsOld: true }],
      failure: { code: 'cluster-key.wait' },
    });
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
