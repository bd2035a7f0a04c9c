import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { LoopWatch } from './loop-watch.ts';
import { type Part, passwordOf, type RotateScene, secretOf, startRotateScene } from './rotate-scene.ts';

const apps: Part = { name: 'apps', namespace: '$NS' };

describeE2e('keys rotate', [], (controlPlane) => {
  const scenes: RotateScene[] = [];
  afterAll(async () => {
    for (const { flux } of scenes) await flux.remove();
  });

  const start = async (parts: readonly Part[], options = {}): Promise<RotateScene> => {
    const scene = await startRotateScene(controlPlane, parts, options);
    scenes.push(scene);
    return scene;
  };

  /** What has to be so at the end of every rotation, however often it was stopped. */
  async function expectRotated(scene: RotateScene): Promise<void> {
    const recipients = scene.recipients();
    expect(recipients).toHaveLength(2);
    expect(scene.keyFileMode()).toBe(0o600);
    const [old = '', fresh = ''] = recipients;
    expect(scene.old).toBe(old);
    expect(scene.file('.sops.yaml')).toContain(`age: ${fresh} # the cluster`);
    for (const part of scene.parts) {
      const text = scene.file(`${part.name}/secret.yaml`);
      expect(text).toContain(fresh);
      expect(text).not.toContain(old);
      const entries = await scene.entries(part);
      expect(entries.size).toBe(2);
      expect(await scene.password(part)).toBe(passwordOf(part.name));
    }
    expect(scene.outputs.join('\n')).not.toMatch(/AGE-SECRET-KEY-1|test-password-of/i);
    expect(scene.flux.git('status', '--porcelain')).toBe('');
    expect(scene.remoteHead()).toBe(scene.head());
  }

  /** What has to be so at every moment: all decrypts, and nothing is sealed for a key that the cluster does not have. */
  async function expectSafe(scene: RotateScene): Promise<void> {
    const [, fresh, ...more] = scene.recipients();
    expect(more).toEqual([]);
    for (const part of scene.parts) {
      const isSealed = fresh !== undefined && scene.file(`${part.name}/secret.yaml`).includes(fresh);
      const entries = [...(await scene.entries(part)).values()];
      expect(entries.some((text) => text.includes(scene.old))).toBe(true);
      if (isSealed) expect(entries.some((text) => text.includes(fresh))).toBe(true);
      await scene.decrypts(part);
    }
  }

  it('never fails to decrypt under a loop that reconciles all the time', { timeout: 180_000 }, async () => {
    const second = await controlPlane.createNamespace('rotate-second');
    const scene = await start([apps, { name: 'web', namespace: '$NS' }, { name: 'jobs', namespace: second }]);
    const before = scene.head();
    const watch = new LoopWatch(scene);
    watch.start();
    const ran = await scene.rotate(['--push']);
    const at = scene.head();
    const applied = await Promise.all(scene.parts.map((part) => scene.applied(part)));
    const seen = await watch.stop();

    expect(ran.status, ran.stderr).toBe(0);
    expect(at).not.toBe(before);
    expect(applied).toEqual([at, at, at]);
    const ciphertext = (text: string) => /password: (ENC\[.*)/.exec(text)?.[1];
    for (const { name } of scene.parts) {
      const file = `${name}/secret.yaml`;
      const was = ciphertext(scene.flux.git('show', `${before}:${file}`));
      expect(was).toBeDefined();
      expect(ciphertext(scene.file(file))).not.toBe(was);
    }
    expect(seen.failures).toEqual([]);
    expect(seen.values).toEqual(new Map(scene.parts.map(({ name }) => [name, new Set([passwordOf(name)])])));
    expect(seen.looks).toBeGreaterThan(20);
    expect(seen.runs).toBeGreaterThan(5);
    await expectRotated(scene);
    for (const part of scene.parts)
      expect((await scene.decrypts(part)).status.lastAppliedRevision).toContain(at);
  });

  it('would see a failure: of a cluster that does not get the key', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    scene.flux.git('branch', '-q', '--set-upstream-to=origin/main');
    const watch = new LoopWatch(scene);
    watch.start();
    const ran = await scene.rotate(['--push', '--skip-cluster', 'test']);
    await scene.flux.fetch(scene.head());
    const missed = await scene.flux.notReady('apps', 'age').catch((error) => error);
    const { failures } = await watch.stop();
    expect(ran.status, ran.stderr).toBe(0);
    expect(missed.reason).toBe('BuildFailed');
    expect(failures.join()).toMatch(/^apps: BuildFailed: .*(?:data key|decrypt)/s);
  });

  it('goes on wherever it was killed', { timeout: 600_000 }, async () => {
    const whole = await start([apps]);
    const lines: string[] = [];
    const first = await whole.rotate(['--push'], { onLine: (line) => lines.push(line) });
    expect(first.status, first.stderr).toBe(0);
    await expectRotated(whole);
    expect(lines.length).toBeGreaterThan(3);

    for (let at = 0; at < lines.length; at++) {
      const scene = await start([apps]);
      let seen = 0;
      const killed = await scene.rotate(['--push'], {
        onLine: (_, child) => {
          if (seen++ === at) child.kill('SIGKILL');
        },
      });
      expect([killed.signal, killed.status]).toSatisfy(
        ([signal, status]) => signal === 'SIGKILL' || (status === 0 && at === lines.length - 1),
      );
      await expectSafe(scene);
      const again = await scene.rotate(['--push']);
      expect(
        again.status,
        `killed at line ${at} (${lines[at]}):\n${killed.stderr}\nagain:\n${again.stderr}`,
      ).toBe(0);
      await expectRotated(scene);
      await scene.decrypts(apps0(scene));
      await scene.flux.remove();
    }
  });

  it.each(Object.entries(moments))(
    'goes on after a kill as soon as %s',
    { timeout: 120_000 },
    async (_, hasCome) => {
      const scene = await start([
        apps,
        { name: 'web', namespace: '$NS' },
        { name: 'jobs', namespace: '$NS' },
      ]);
      const moment = { scene, head: scene.head() };
      const killed = await scene.rotate(['--push'], {
        onSpawn: (child) => {
          const look = async (): Promise<void> => {
            while (child.exitCode === null && child.signalCode === null) {
              if (await hasCome(moment)) child.kill('SIGKILL');
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          };
          void look();
        },
      });
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      await expectSafe(scene);
      const again = await scene.rotate(['--push']);
      expect(again.status, `${killed.stderr}\nagain:\n${again.stderr}`).toBe(0);
      await expectRotated(scene);
      await expectSafe(scene);
    },
  );

  it('goes on after a kill at any time', { timeout: 600_000 }, async () => {
    const scene = await start([apps, { name: 'web', namespace: '$NS' }]);
    // later and later, until one gets through
    let runs = 0;
    for (let after = 120; ; after *= 1.25) {
      runs++;
      let timer: NodeJS.Timeout | undefined;
      const ran = await scene.rotate(['--push'], {
        onSpawn: (child) => {
          timer = setTimeout(() => child.kill('SIGKILL'), after);
        },
      });
      clearTimeout(timer);
      await expectSafe(scene);
      if (ran.signal !== null) continue;
      expect(ran.status, ran.stderr).toBe(0);
      break;
    }
    expect(runs).toBeGreaterThan(3);
    await expectRotated(scene);
  });

  it('does nothing a second time', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    expect((await scene.rotate(['--push'])).status).toBe(0);
    const [head, entries] = [scene.head(), await scene.entries(apps0(scene))];
    const again = await scene.rotate([scene.old, '--push']);
    expect(again.status, again.stderr).toBe(0);
    expect(scene.head()).toBe(head);
    expect(await scene.entries(apps0(scene))).toEqual(entries);
    await expectRotated(scene);
  });

  it('keeps what keys install has written', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    const [part = apps] = scene.parts;
    await controlPlane.delete('secrets', part.namespace, 'sops-age');
    const installed = await scene.run(['keys', 'install', '-n', part.namespace, '--secret-name', 'sops-age']);
    expect(installed.status, installed.stderr).toBe(0);
    await scene.decrypts(part);
    const ran = await scene.rotate(['--push']);
    expect(ran.status, ran.stderr).toBe(0);
    await expectSafe(scene);
    await expectRotated(scene);
  });

  it('gives the cluster the new key again that it lost on the way', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    const [part = apps] = scene.parts;
    const pushed = await scene.rotate(['--push', '--no-wait']);
    expect(pushed.status, pushed.stderr).toBe(0);
    const [, fresh = ''] = scene.recipients();
    const name = `age-${fresh.slice(-8)}.agekey`;
    await controlPlane.patch('secrets', part.namespace, 'sops-age', { data: { [name]: null } });
    await scene.flux.fetch(scene.head());
    await scene.flux.notReady('apps', 'age');
    const again = await scene.rotate([scene.old, '--push']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.stderr).toContain('not every cluster has it');
    await expectSafe(scene);
    await expectRotated(scene);
  });

  it('goes on between commit, push and wait', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    const committed = await scene.rotate(['--commit']);
    expect(committed.status, committed.stderr).toBe(0);
    const commit = scene.head();
    expect(scene.remoteHead()).not.toBe(commit);
    await scene.decrypts(apps0(scene));

    const pushed = await scene.rotate(['--push', '--no-wait']);
    expect(pushed.status, pushed.stderr).toBe(0);
    expect([scene.head(), scene.remoteHead()]).toEqual([commit, commit]);

    const waited = await scene.rotate(['--push']);
    expect(waited.status, waited.stderr).toBe(0);
    expect(scene.head()).toBe(commit);
    expect(await scene.applied(apps0(scene))).toBe(commit);
    await expectRotated(scene);
  });

  it('lists what does not move, and leaves it decrypting', { timeout: 120_000 }, async () => {
    const scene = await start(
      [
        ...[apps, { name: 'held', namespace: '$NS' }],
        { name: 'pinned', namespace: '$NS', sourceRef: '{ kind: GitRepository, name: pinned }' },
        { name: 'oci', namespace: '$NS', sourceRef: '{ kind: OCIRepository, name: oci }' },
      ],
      { wait: false },
    );
    const { flux } = scene;
    const first = scene.head();
    flux.git('tag', 'v1', first);
    flux.git('push', '-q', 'origin', 'v1');
    const second = flux.push({ 'clusters/test/sources.yaml': otherSources(flux.url) });
    await flux.reconcile(second);
    const [moving = apps, held = apps, pinned = apps] = scene.parts;
    for (const part of [moving, held]) await scene.ready(part, second);
    await scene.ready(pinned, first);
    await flux.suspend('held');

    const ran = await scene.rotate(['--push', '--json']);
    expect(ran.status, ran.stderr).toBe(0);
    const report = JSON.parse(ran.stdout);
    const states = Object.fromEntries(
      report.kustomizations.map((one: { key: string; state: string }) => [one.key.split('/')[1], one.state]),
    );
    expect(states).toEqual({ apps: 'ready', held: 'suspended', pinned: 'pinned', oci: 'opaque' });
    expect(report.state).toBe('open');
    // its revision needs the old key, and the one that is resumed the new one: both are there
    await scene.decrypts(pinned);
    await flux.suspend('held', false);
    await scene.ready(held, scene.head());
    expect(await scene.password(pinned)).toBe(passwordOf('pinned'));
    const text = await scene.rotate([scene.old, '--push']);
    expect(text.stdout).toContain(`${flux.namespace}/pinned (clusters/test) is pinned`);
    expect(text.stdout).not.toContain('held (clusters/test) is');
  });

  it('goes on after somebody pushed in between', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    const other = mkdtempSync(path.join(tmpdir(), 'sopskit-other-'));
    try {
      execFileSync('git', ['clone', '-q', scene.flux.url, other], { env: scene.flux.env });
      const hook = path.join(scene.flux.folder, '.git/hooks/pre-push');
      writeFileSync(
        hook,
        `#!/bin/sh\nunset GIT_DIR\nrm "$0"\ncd '${other}' && echo more >> README.md && git commit -q -am 'of somebody else' && git push -q origin HEAD:main\n`,
        { mode: 0o755 },
      );
      const raced = await scene.rotate(['--push']);
      expect(raced.status).toBe(1);
      expect(raced.stderr).toContain('git pull --rebase origin main');
      await scene.decrypts(apps0(scene));
      scene.flux.git('pull', '-q', '--rebase', 'origin', 'main');
      const again = await scene.rotate(['--push']);
      expect(again.status, again.stderr).toBe(0);
      await expectRotated(scene);
      expect(scene.file('README.md')).toContain('more');
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('re-keys what somebody else pushed for the old key meanwhile', { timeout: 120_000 }, async () => {
    const scene = await start([apps]);
    const part = apps0(scene);
    const committed = await scene.rotate(['--commit']);
    expect(committed.status, committed.stderr).toBe(0);
    const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-other-'));
    try {
      execFileSync('git', ['clone', '-q', scene.flux.url, folder], { env: scene.flux.env });
      const late = secretOf({ ...part, name: 'late' });
      writeFileSync(path.join(folder, 'apps/late.yaml'), late);
      const sealed = await scene.run(['encrypt', '-i', path.join(folder, 'apps/late.yaml')]);
      expect(sealed.status, sealed.stderr).toBe(0);
      const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, env: scene.flux.env });
      git('add', '--all');
      git('commit', '-q', '-m', 'a late Secret');
      git('push', '-q', 'origin', 'HEAD:main');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    scene.flux.git('pull', '-q', '--rebase', 'origin', 'main');
    const again = await scene.rotate(['--push']);
    expect(again.status, again.stderr).toBe(0);
    await expectRotated(scene);
    expect(scene.file('apps/late.yaml')).not.toContain(scene.old);
    await scene.decrypts(part);
    const live = await controlPlane.get('secrets', part.namespace, 'late-db');
    expect(Buffer.from(live.data.password, 'base64').toString()).toBe(passwordOf('late'));
  });
});

const otherSources = (url: string): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: pinned, namespace: $NS }
spec: { interval: 10m, url: '${url}', ref: { tag: v1 } }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: oci, namespace: $NS }
spec: { interval: 10m, url: 'oci://127.0.0.1:1/none' }
`;

interface Moment {
  readonly scene: RotateScene;
  /** `HEAD` at the beginning. */
  readonly head: string;
}

/** Moments between two steps, and within one, told by what is to be seen. */
const moments: Readonly<Record<string, (moment: Moment) => boolean | Promise<boolean>>> = {
  'the new identity is saved': ({ scene }) => scene.recipients().length === 2,
  'the cluster has it': async ({ scene }) => (await scene.entries(apps0(scene))).size === 2,
  '.sops.yaml names it': ({ scene }) => !scene.file('.sops.yaml').includes(scene.old),
  'one file is re-keyed': ({ scene }) => rekeyed(scene) > 0,
  'all files are re-keyed': ({ scene }) => rekeyed(scene) === scene.parts.length,
  'it is committed': ({ scene, head }) => scene.localHead() !== head,
  'it is pushed': ({ scene, head }) => scene.bareHead() !== head,
  'the source has it': async ({ scene, head }) =>
    !(await scene.flux.source('flux-system'))?.status?.artifact?.revision?.endsWith(head),
};

function rekeyed(scene: RotateScene): number {
  return scene.parts.filter(({ name }) => !scene.file(`${name}/secret.yaml`).includes(scene.old)).length;
}

function apps0({ parts }: RotateScene): Part {
  const [part] = parts;
  if (part === undefined) throw new Error('no part');
  return part;
}
