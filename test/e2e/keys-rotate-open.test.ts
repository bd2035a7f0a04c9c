import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { generateIdentity } from '../../src/keys/age/generate.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { describeE2e } from './describe-e2e.ts';
import { type Part, passwordOf, type RotateScene, startRotateScene } from './rotate-scene.ts';

describeE2e('keys rotate before and beside a rotation', [], (controlPlane) => {
  const scenes: RotateScene[] = [];
  afterAll(async () => {
    for (const { flux } of scenes) await flux.remove();
  });

  async function start(): Promise<{ readonly scene: RotateScene; readonly part: Part }> {
    const scene = await startRotateScene(controlPlane, [{ name: 'apps', namespace: '$NS' }]);
    scenes.push(scene);
    const [part] = scene.parts;
    if (part === undefined) throw new Error('no part');
    return { scene, part };
  }

  /** The key Secret as a file of the repository that Flux applies, encrypted for the old key. */
  async function keepInGit(scene: RotateScene, part: Part, identity: string): Promise<void> {
    const lines = identity.trimEnd().replaceAll('\n', '\n    ');
    const manifest = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: sops-age\n  namespace: ${part.namespace}\nstringData:\n  age.agekey: |\n    ${lines}\n`;
    scene.flux.write({ 'apps/keys.yaml': manifest });
    const sealed = await scene.run(['encrypt', '-i', 'apps/keys.yaml']);
    expect(sealed.status, sealed.stderr).toBe(0);
    const commit = scene.flux.push({}, 'the key in git');
    await scene.flux.reconcile(commit);
    await scene.ready(part, commit);
  }

  it('asks all that can be refused before a key is made, and keeps the keys of an immutable Secret', {
    timeout: 120_000,
  }, async () => {
    const { scene, part } = await start();
    const key = readFileSync(scene.keyFile, 'utf8');
    const taken = path.join(scene.flux.folder, '../taken.txt');
    writeFileSync(taken, 'somebody’s own\n');
    const refused = async (message: RegExp, args: readonly string[] = []) => {
      const dry = await scene.rotate(['--dry-run', ...args]);
      const ran = await scene.rotate(args);
      expect(ran.status).toBeGreaterThan(0);
      expect(dry.status).toBe(ran.status);
      expect(dry.stderr).toMatch(message);
      expect(ran.stderr).toMatch(message);
      expect(readFileSync(scene.keyFile, 'utf8')).toBe(key);
      return ran.stderr;
    };
    await refused(/there is such a file already/, ['--output', taken]);

    // who may read all, and change nothing
    const reader = `reader-${part.namespace}`;
    const resources = '--resource=secrets,namespaces,kustomizations.kustomize.toolkit.fluxcd.io';
    const sources = 'gitrepositories.source.toolkit.fluxcd.io,deployments.apps,configmaps';
    const role = ['clusterrole', reader, '--verb=get,list,watch', `${resources},${sources}`];
    controlPlane.kubectl('create', ...role);
    const binding = ['clusterrolebinding', reader, `--clusterrole=${reader}`, `--user=${reader}`];
    controlPlane.kubectl('create', ...binding);
    try {
      await refused(/may not patch|cannot patch|patch.*secrets/i, ['--as', reader]);
    } finally {
      controlPlane.kubectl('delete', 'clusterrolebinding,clusterrole', reader);
    }

    await controlPlane.patch('secrets', part.namespace, 'sops-age', { immutable: true });
    const said = await refused(/is immutable/);
    const [, remake = ''] = /which nobody else may have: (F=.*) – and run this again/.exec(said) ?? [];
    expect(remake).not.toBe('');
    const before = await scene.entries(part);
    const kubectl = controlPlane.address.binaries.kubectl;
    const env = { ...scene.flux.env, PATH: `${path.dirname(kubectl)}:${process.env['PATH']}` };
    execFileSync('sh', ['-c', remake], { env });
    expect(await scene.entries(part)).toEqual(before);
    const ran = await scene.rotate(['--push']);
    expect(ran.status, ran.stderr).toBe(0);
    expect((await scene.entries(part)).size).toBe(2);
  });

  it('makes the key that another program has to be given, once all else is asked', async () => {
    const { scene, part } = await start();
    const owner = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'keys', uid: 'x' };
    // a test of a controller that is not here: the garbage collector is not, either
    await controlPlane.patch('secrets', part.namespace, 'sops-age', {
      metadata: { ownerReferences: [owner] },
    });
    const dry = await scene.rotate(['--dry-run']);
    expect(dry.status).toBe(1);
    expect(dry.stderr).toMatch(/kept by ExternalSecret.*\n.*Without --dry-run a new identity is made/);
    expect(scene.recipients()).toEqual([scene.old]);
    const ran = await scene.rotate();
    expect(ran.status).toBe(1);
    const [, fresh = ''] = scene.recipients();
    expect(ran.stderr).toMatch(new RegExp(`kept by ExternalSecret.*\n.*${fresh}.*no file that the old key`));
    expect((await scene.entries(part)).size).toBe(1);
    expect(scene.flux.git('status', '--porcelain')).toBe('');
  });

  it('adds its entry to a Secret that Flux applies, which leaves it there', {
    timeout: 120_000,
  }, async () => {
    const { scene, part } = await start();
    await keepInGit(scene, part, readFileSync(scene.keyFile, 'utf8'));
    const ran = await scene.rotate(['--push']);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('applies this Secret from git');
    const fresh = scene.recipients().at(-1) ?? '';
    expect(scene.file('apps/keys.yaml')).toContain(fresh);
    await scene.decrypts(part);
    await scene.decrypts(part);
    const entries = await scene.entries(part);
    expect([...entries.keys()].sort()).toEqual(['age.agekey', `age-${fresh.slice(-8)}.agekey`].sort());
    expect(await scene.password(part)).toBe(passwordOf('apps'));
  });

  it('refuses a new key that the old one gives away, also in history', { timeout: 120_000 }, async () => {
    const { scene, part } = await start();
    const old = readFileSync(scene.keyFile, 'utf8');
    const { recipient, file } = await generateIdentity(nodeSystem());
    const fresh = file.lendText((text) => text.replace('AGE-', `# replaces: ${scene.old}\nAGE-`));
    writeFileSync(scene.keyFile, `${old}${fresh}`);
    await keepInGit(scene, part, `${old}${fresh}`);
    const refused = async () => {
      const ran = await scene.rotate(['--push']);
      expect(ran.status).toBe(1);
      expect(ran.stderr).toMatch(/apps\/keys\.yaml.*who has the old key reads the new one/);
      expect(ran.stderr).toContain(recipient);
    };
    await refused();
    await keepInGit(scene, part, old);
    await refused();
  });

  it('goes on with a rotation whose key file is not named again', { timeout: 120_000 }, async () => {
    const { scene, part } = await start();
    const output = path.join(scene.flux.folder, '../sub/new.agekey');
    const begun = await scene.rotate(['--output', output, '--commit']);
    expect(begun.status, begun.stderr).toBe(0);
    const [, fresh = ''] = /^# public key: (age1\S+)/m.exec(readFileSync(output, 'utf8')) ?? [];
    const ran = await scene.rotate(['--push', '--json']);
    expect(ran.status, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ...{ state: 'done', steps: ['push', 'wait'], old: scene.old },
      new: { recipient: fresh },
    });
    expect((await scene.entries(part)).size).toBe(2);
    expect(scene.remoteHead()).toBe(scene.head());
    expect(scene.recipients()).toEqual([scene.old]);
  });

  it('saves the key of such a rotation before files are encrypted for it', { timeout: 120_000 }, async () => {
    const { scene, part } = await start();
    const output = path.join(scene.flux.folder, '../sub/new.agekey');
    const killed = await scene.rotate(['--output', output], {
      onLine: (line, child) => void (line.startsWith('added') && child.kill('SIGKILL')),
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(existsSync(output)).toBe(true);
    const ran = await scene.rotate(['--push']);
    expect(ran.status, ran.stderr).toBe(0);
    const fresh = scene.recipients().at(-1) ?? '';
    expect(readFileSync(output, 'utf8')).toContain(fresh);
    expect(readFileSync(scene.keyFile, 'utf8')).toContain(`# replaces: ${scene.old}`);
    expect(scene.keyFileMode()).toBe(0o600);
    expect((await scene.entries(part)).size).toBe(2);
    expect(scene.file('apps/secret.yaml')).toContain(fresh);
    expect(scene.outputs.join('\n')).not.toMatch(/AGE-SECRET-KEY-1/);
  });
});
