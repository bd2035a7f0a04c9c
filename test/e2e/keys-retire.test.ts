import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Ran } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { child, RetireScene, source } from './keys-retire-scene.ts';

describeE2e('keys retire', ['sops', 'age-keygen', 'kustomize'], (controlPlane, tools) => {
  let opened: RetireScene | null = null;

  async function open(): Promise<RetireScene> {
    opened = await RetireScene.open(controlPlane, tools);
    return opened;
  }

  /** Whatever it says, no key is in it. */
  function safe(ran: Ran, { old, fresh }: RetireScene): Ran {
    for (const text of [ran.stdout, ran.stderr])
      for (const key of [old.key, fresh.key]) expect(text).not.toContain(key);
    return ran;
  }

  afterEach(async () => {
    await opened?.scene.remove();
    opened = null;
  });

  it('takes the identity out once nothing needs it, keeps it aside, and all still decrypt', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    const refused = safe(await made.run('--yes'), made);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('clusters/test/app.yaml');
    expect(refused.stderr).toContain('still needed');
    expect((await made.live()).entries).toEqual(['age-new.agekey', 'age.agekey']);

    scene.git('switch', '-q', '-c', 'feature');
    scene.write({ 'clusters/test/later.yaml': made.sealed('later', old) });
    scene.git('add', '--all');
    scene.git('commit', '-q', '-m', 'a branch of before');
    scene.git('switch', '-q', 'main');
    await scene.reconcile(scene.push({ 'clusters/test/app.yaml': made.sealed('app', fresh) }));

    const planned = safe(await made.run('--dry-run', '--json'), made);
    expect(planned.status).toBe(0);
    const plan = JSON.parse(planned.stdout);
    expect(plan).toMatchObject({ outcome: 'planned', recipient: old.recipient });
    expect(plan.branches).toEqual([
      expect.objectContaining({
        name: 'feature',
        files: [
          { path: 'clusters/test/app.yaml', changed: false },
          { path: 'clusters/test/later.yaml', changed: true },
        ],
      }),
    ]);
    const unasked = safe(await made.run(), made);
    expect(unasked.status).not.toBe(0);
    expect(unasked.stderr).toContain('--yes');
    expect((await made.live()).text).toContain(old.key);

    const done = safe(await made.run('--yes', '--json'), made);
    expect(done.stderr).toContain('kept in');
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      outcome: 'retired',
      clusters: [{ after: { broken: null } }],
    });
    const live = await made.live();
    expect(live.entries).toEqual(['age-new.agekey']);
    expect(live.text).not.toContain(old.key);
    expect(live.text).not.toContain('last-applied-configuration');
    expect(live.text).toContain(fresh.key);
    const [kept, ...more] = made.archived();
    expect(more).toEqual([]);
    expect(kept?.mode).toBe(0o600);
    expect(kept?.text).toContain(old.key);
    const keyFile = readFileSync(made.keyFile, 'utf8');
    expect(keyFile).not.toContain(old.key);
    expect(keyFile).toContain(fresh.key);

    await scene.reconcile(scene.push({ 'clusters/test/more.yaml': made.sealed('more', fresh) }));
    const applied = await controlPlane.get('secrets', scene.namespace, 'more');
    expect(Buffer.from(applied?.data.password, 'base64').toString()).toBe('from-more');

    const again = safe(await made.run('--yes'), made);
    expect(again.stdout).toContain('nothing to do');
    expect(again.status).toBe(0);
    const named = safe(await made.run(old.recipient), made);
    expect(named.stdout).toContain('nothing to do');
    expect(named.status).toBe(0);
  });

  it('is refused while a suspended Kustomization has an old revision applied, and done when it is resumed', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    const first = scene.push({
      'clusters/test/apps.yaml': child('apps', 'apps'),
      'apps/db.yaml': made.sealed('db', old),
    });
    await scene.reconcile(first, ['flux-system', 'apps']);
    await controlPlane.patch('kustomizations', scene.namespace, 'apps', { spec: { suspend: true } });
    const next = scene.push({
      'clusters/test/app.yaml': made.sealed('app', fresh),
      'apps/db.yaml': made.sealed('db', fresh),
    });
    await scene.reconcile(next);
    const still = await scene.kustomization('apps');
    if (still?.spec.suspend !== true) await scene.suspend('apps');
    if (!still?.status.lastAppliedRevision.endsWith(first)) return expect.unreachable('it was reconciled');
    const refused = safe(await made.run(old.recipient, '--yes'), made);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain(`${scene.namespace}/apps, suspended: holds it up`);
    expect(refused.stdout).toContain('apps/db.yaml');
    expect(refused.stdout).toContain(`flux resume kustomization apps -n ${scene.namespace}`);
    expect((await made.live()).text).toContain(old.key);
    await scene.suspend('apps', false);
    await scene.annotate('kustomizations', 'apps');
    await scene.ready('apps', next);
    const done = safe(await made.run(old.recipient, '--yes'), made);
    expect(done.stderr + done.stdout).toContain('kept in');
    expect(done.status).toBe(0);
    expect((await made.live()).text).not.toContain(old.key);
  });

  it('is refused for pinned and opaque ones, unless the user says that an opaque one needs it not', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    const other = controlPlane.createRepository(`${scene.namespace}-other`);
    const first = scene.push({ 'apps/db.yaml': made.sealed('db', old) });
    scene.git('tag', 'v1');
    scene.git('push', '-q', 'origin', 'v1');
    scene.git('push', '-q', other, 'HEAD:main');
    const next = scene.push({
      'clusters/test/app.yaml': made.sealed('app', fresh),
      'apps/db.yaml': made.sealed('db', fresh),
      'clusters/test/pinned.yaml': `${source('pinned', scene.url, '{tag: v1}')}---\n${child('pinned', 'apps', 'pinned')}`,
      'clusters/test/opaque.yaml': `${source('opaque', other, '{branch: main}')}---\n${child('opaque', 'apps', 'opaque')}`,
    });
    await scene.reconcile(next);
    await scene.ready('pinned', first);
    await scene.ready('opaque', first);
    const refused = safe(await made.run(old.recipient, '--yes', '--json'), made);
    expect(refused.status).toBe(1);
    const [cluster] = JSON.parse(refused.stdout).clusters;
    const states = Object.fromEntries(
      cluster.kustomizations.map((one: { key: string; state: string; blocks: boolean }) => [
        one.key.split('/')[1],
        [one.state, one.blocks],
      ]),
    );
    expect(states).toEqual({
      'flux-system': ['follows', false],
      pinned: ['pinned', true],
      opaque: ['opaque', true],
    });
    const unneeded = ['--unneeded', `${scene.namespace}/opaque`, '--unneeded', `${scene.namespace}/pinned`];
    const known = safe(await made.run(old.recipient, '--yes', ...unneeded), made);
    expect(known.status).toBe(1);
    expect(known.stdout).toContain('opaque, from another source: does not need it, as you say');
    expect(known.stdout).toContain('pinned, pinned to tag v1: holds it up');
    // neither has a file for it
    expect(known.stdout).not.toMatch(/the working tree|main on origin/);
    await scene.reconcile(scene.push({ 'clusters/test/pinned.yaml': null }));

    // the user was wrong: the other repository needs it, and the identity comes back
    const back = safe(await made.run(old.recipient, '--yes', ...unneeded), made);
    expect(back.stdout).toContain(`${scene.namespace}/opaque failed without it`);
    expect(back.status).toBe(1);
    expect((await made.live()).text).toContain(old.key);
    expect(readFileSync(made.keyFile, 'utf8')).toContain(old.key);
  });

  it('refuses while a rule names it, shortens an entry of several, and leaves the key where files need it', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    made.makeSecret({
      'age.agekey': `# old ${old.recipient}\n${old.key}\n${fresh.key}\n`,
      'age.key': old.key,
      'age-new.agekey': fresh.key,
    });
    const rules = `creation_rules:\n  - path_regex: clusters/test/\n    age: ${old.recipient}\n`;
    await scene.reconcile(
      scene.push({ 'clusters/test/app.yaml': made.sealed('app', fresh), '.sops.yaml': rules }),
    );
    const refused = safe(await made.run('--yes'), made);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('.sops.yaml:2 (the working tree) still names it');
    scene.push({
      '.sops.yaml': rules.replace(old.recipient, fresh.recipient),
      'notes/own.yaml': made.sealed('own', old),
    });
    const done = safe(await made.run('--yes'), made);
    expect(done.stdout).toContain('a line of age.agekey');
    expect(done.stdout).toContain('files here still need it: notes/own.yaml');
    expect(done.status).toBe(0);
    const live = await made.live();
    expect(live.entries).toEqual(['age-new.agekey', 'age.agekey']);
    expect(live.text).not.toContain(old.key);
    expect(live.text).not.toContain(old.recipient);
    expect(live.text).toContain(fresh.key);
    expect(readFileSync(made.keyFile, 'utf8')).toContain(old.key);
    expect(made.archived()).toHaveLength(1);
  });

  it('counts only branches and files of Kustomizations with the Secret, and shows the rest', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    const team = `${child('feat', 'apps', 'feat')}`.replace('name: sops-age', 'name: team-age');
    const shared = `creation_rules:\n  - age: ${old.recipient},${fresh.recipient}\n`;
    const first = scene.push({
      'apps/db.yaml': made.sealed('db', old),
      'clusters/test/db.yaml': child('db', 'apps'),
    });
    // a branch that only the Kustomization of a team follows, with a Secret of its own
    scene.git('push', '-q', 'origin', `${first}:refs/heads/feature`);
    scene.git('push', '-q', 'origin', `${first}:refs/heads/later`);
    await scene.reconcile(first, ['flux-system', 'db']);
    const next = scene.push({
      'clusters/test/app.yaml': made.sealed('app', fresh),
      'apps/db.yaml': made.sealed('db', fresh),
      'clusters/test/feat.yaml': `${source('feat', scene.url, '{branch: feature}')}---\n${team}`,
      'infra/x.yaml': made.sealed('x', old),
      '.sops.yaml': shared,
    });
    await scene.reconcile(next, ['flux-system', 'db']);
    made.shallow();
    scene.write({ 'apps/db.yaml': `${made.sealed('db', old)}<<<<<<< HEAD\n` });
    const unreadable = safe(await made.run(old.recipient, '--dry-run'), made);
    expect(unreadable.stdout).toContain('apps/db.yaml names the old key, and cannot be read');
    expect(unreadable.status).toBe(1);
    scene.git('checkout', '-q', 'apps/db.yaml');
    const planned = safe(await made.run(old.recipient, '--dry-run', '--json'), made);
    expect(planned.status).toBe(0);
    const plan = JSON.parse(planned.stdout);
    expect(
      plan.clusters[0].kustomizations.map(({ key }: { key: string }) => key.split('/')[1]).sort(),
    ).toEqual(['db', 'flux-system']);
    expect(plan.others).toEqual([{ path: 'infra/x.yaml', unreadable: false }]);
    expect(plan.branches.map(({ name }: { name: string }) => name)).toEqual(['origin/feature']);
    expect(plan.rules).toContainEqual(
      expect.objectContaining({ file: '.sops.yaml', line: 2, blocks: false }),
    );
    expect(scene.git('for-each-ref', 'refs/remotes/origin/feature')).toBe('');
    const unwritable = safe(await made.run(old.recipient, '--yes', '--archive', '/dev/null/kept'), made);
    expect(unwritable.status).toBe(3);
    expect((await made.live()).text).toContain(old.key);
    const done = safe(await made.run(old.recipient, '--yes'), made);
    expect(done.status).toBe(0);
    expect((await made.live()).text).not.toContain(old.key);
    expect(readFileSync(made.keyFile, 'utf8')).toContain(old.key);
  });

  it('goes on where it was killed, and never loses the key', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    await scene.reconcile(scene.push({ 'clusters/test/app.yaml': made.sealed('app', fresh) }));
    for (const step of ['kept in', 'taken out of Secret']) {
      const killed = safe(await made.killedAt(step, '--yes'), made);
      expect(killed.signal).toBe('SIGKILL');
      expect(made.archived().map(({ text }) => text.includes(old.key))).toEqual([true]);
      expect(readFileSync(made.keyFile, 'utf8')).toContain(old.key);
    }
    const done = safe(await made.run('--yes', '--json'), made);
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      outcome: 'retired',
      key: { removedFrom: [made.keyFile] },
    });
    expect((await made.live()).text).not.toContain(old.key);
    expect(made.archived().map(({ text }) => text.includes(old.key))).toEqual([true]);
    expect(readFileSync(made.keyFile, 'utf8')).not.toContain(old.key);
  });

  it('says which revision is not in a shallow clone, and fetches it where it may', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    const first = scene.push({
      'clusters/test/apps.yaml': child('apps', 'apps'),
      'apps/db.yaml': made.sealed('db', fresh),
    });
    await scene.reconcile(first, ['flux-system', 'apps']);
    await scene.suspend('apps');
    await scene.reconcile(scene.push({ 'clusters/test/app.yaml': made.sealed('app', fresh) }));
    made.shallow();
    const refused = safe(await made.run(old.recipient, '--yes'), made);
    expect(refused.stdout).toContain(`this clone does not have the commit ${first.slice(0, 12)}`);
    expect(refused.stdout).toContain(`git fetch origin ${first}`);
    expect(refused.status).toBe(1);
    const done = safe(await made.run(old.recipient, '--yes', '--fetch', '--destroy'), made);
    expect(done.stderr).toContain('taken out of Secret');
    expect(done.status).toBe(0);
    expect((await made.live()).text).not.toContain(old.key);
    expect(made.archived()).toEqual([]);
    expect(readFileSync(made.keyFile, 'utf8')).not.toContain(old.key);
  });

  it('refuses a Secret that cannot be changed before anything is written', async () => {
    const made = await open();
    const { scene, old, fresh } = made;
    await scene.reconcile(scene.push({ 'clusters/test/app.yaml': made.sealed('app', fresh) }));
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'keys',
      'kustomize.toolkit.fluxcd.io/namespace': 'infra',
    };
    await controlPlane.patch('secrets', scene.namespace, 'sops-age', { metadata: { labels } });
    const kept = safe(await made.run('--yes'), made);
    expect(kept.stderr).toContain('infra/keys');
    expect(kept.status).toBe(1);
    await controlPlane.patch('secrets', scene.namespace, 'sops-age', {
      metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': null } },
      immutable: true,
    });
    const immutable = safe(await made.run('--yes'), made);
    expect(immutable.stderr).toContain('immutable');
    expect(immutable.status).toBe(1);
    expect(made.archived()).toEqual([]);
    expect((await made.live()).text).toContain(old.key);
    expect(readFileSync(made.keyFile, 'utf8')).toContain(old.key);
    // what it says to do loses nothing
    const [, line = ''] =
      /(F=\$\(mktemp\) .*? && rm "\$F")/.exec(immutable.stderr.replace(/\n\s*/g, ' ')) ?? [];
    const folder = path.dirname(controlPlane.address.binaries.kubectl);
    const env = { ...scene.env, PATH: `${folder}${path.delimiter}${scene.env['PATH']}` };
    execFileSync('sh', ['-ec', line], { env, stdio: 'pipe' });
    expect((await made.live()).text).toContain(old.key);
    const done = safe(await made.run('--yes'), made);
    expect(done.status).toBe(0);
    const live = await made.live();
    expect(live.text).not.toContain(old.key);
    expect(live.text).toContain(fresh.key);

    // a Secret that is gone is never nothing to do
    made.writeKeyFile(`${fresh.key}\n`);
    controlPlane.kubectl('delete', 'secret', 'sops-age', '-n', scene.namespace);
    await scene.annotate('kustomizations', 'flux-system');
    await scene.notReady('flux-system', 'sops-age');
    const gone = safe(await made.run(old.recipient, '--yes'), made);
    expect(gone.stderr).toContain('cannot decrypt');
    expect(gone.status).toBe(1);
  });

  it('refuses without rights, without a repository, and a private key that is typed', async () => {
    const made = await open();
    const { old } = made;
    const guest = safe(await made.run(old.recipient, '--yes', '--context', 'guest'), made);
    expect(guest.status).toBe(1);
    expect(guest.stderr).toMatch(/may not list|cannot list|kustomizations/);
    const typed = safe(await made.run(old.key), made);
    expect(typed.status).not.toBe(0);
    const elsewhere = safe(await made.runIn(made.scene.env['HOME'] ?? '', old.recipient, '--yes'), made);
    expect(elsewhere.stderr).toContain('git repository');
    expect(elsewhere.status).toBe(1);
    expect((await made.live()).text).toContain(old.key);
  });
});
