import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasGpg, makeGpgHome } from '../peers/gpg-home.ts';
import { type Ran, sopskit } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { decryption, kustomization } from './doctor-scene.ts';
import { dyingServer } from './dying-server.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

/** What every identity and every value of these tests is searched for in all that is printed. */
const secrets = new Set<string>();

interface TestKey {
  readonly file: string;
  readonly recipient: string;
}

describeE2e('keys install', ['sops', 'age-keygen'], (controlPlane, { sops, 'age-keygen': keygen }) => {
  let keys: string;
  const scenes: FluxScene[] = [];

  /** Makes a TEST identity. */
  function identity(name: string): TestKey {
    const file = path.join(keys, name);
    execFileSync(keygen, ['-o', file], { stdio: 'pipe' });
    for (const [found] of readFileSync(file, 'utf8').matchAll(/AGE-SECRET-KEY-\S+/g)) {
      secrets.add(found);
      secrets.add(Buffer.from(found).toString('base64').slice(0, 24));
    }
    return { file, recipient: execFileSync(keygen, ['-y', file], { encoding: 'utf8' }).trim() };
  }

  /** A Secret, encrypted by the real sops. */
  function sealed(
    name: string,
    namespace: string,
    to: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): string {
    const file = path.join(keys, 'sealed.yaml');
    writeFileSync(
      file,
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nstringData:\n  password: test-value-${name}\n`,
    );
    writeFileSync(path.join(keys, '.sops.yaml'), 'creation_rules: []\n');
    const [flag = '--age'] = to[0]?.startsWith('age1') === true ? [] : ['--pgp'];
    const args = ['--encrypt', flag, to.join(','), '--encrypted-regex', '^(data|stringData)$', file];
    return execFileSync(sops, args, {
      ...{ encoding: 'utf8', cwd: keys },
      env: { PATH: process.env['PATH'] ?? '', HOME: keys, SOPS_CONFIG: '/dev/null', ...env },
    });
  }

  async function open(files: Readonly<Record<string, string>>, name: string): Promise<FluxScene> {
    const scene = await startScene(controlPlane, { files, name });
    scenes.push(scene);
    return scene;
  }

  /** Puts keys where sops looks for them. */
  function give(scene: FluxScene, ...files: readonly TestKey[]): void {
    const folder = path.join(scene.env['HOME'] ?? '', '.config/sops/age');
    mkdirSync(folder, { recursive: true });
    const text = files.map(({ file }) => readFileSync(file, 'utf8')).join('');
    writeFileSync(path.join(folder, 'keys.txt'), text, { mode: 0o600 });
  }

  /** Runs it, and sees to it that it shows no key. */
  async function install(
    scene: FluxScene,
    args: readonly string[] = [],
    how: Parameters<typeof sopskit>[2] = {},
  ): Promise<Ran> {
    const ran = await sopskit(scene, ['keys', 'install', ...args], how);
    for (const secret of secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
    expect(ran.stdout + ran.stderr).not.toMatch(/PRIVATE KEY BLOCK|\n {4}at |undefined|\[object/);
    return ran;
  }

  const live = (scene: FluxScene, name = 'sops-age') => controlPlane.get('secrets', scene.namespace, name);

  const password = async (scene: FluxScene, name: string): Promise<string> =>
    Buffer.from((await live(scene, name))?.data?.password ?? '', 'base64').toString();

  beforeAll(() => {
    keys = mkdtempSync(path.join(tmpdir(), 'sopskit-install-'));
  });
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  it('puts the key where Flux decrypts with it, and repeating it changes nothing', async () => {
    const [key, other] = [identity('main'), identity('unused')];
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'install',
    );
    give(scene, other, key);
    const revision = scene.push({ 'app/db.yaml': sealed('db', scene.namespace, [key.recipient]) });
    await scene.fetch(revision);
    await scene.notReady('app', 'sops-age');

    const dry = await install(scene, ['--dry-run']);
    expect(dry.status, dry.stderr).toBe(0);
    expect(dry.stdout).toContain(`Secret ${scene.namespace}/sops-age would be created`);
    expect(await live(scene)).toBeNull();

    const first = await install(scene);
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain('clusters/test of the repository, as its Kustomization there says');
    expect(first.stdout).toContain('created, read back and compared');
    expect(first.stdout).toMatch(new RegExp(`${scene.namespace}/app +1 +0`));
    expect(first.stdout).not.toContain(other.recipient);
    await scene.reconcile(revision, ['app']);
    expect(await password(scene, 'db')).toBe('test-value-db');

    const made = await live(scene);
    expect(Object.keys(made?.data)).toEqual(['age.agekey']);
    expect(made?.metadata.annotations).toBeUndefined();
    expect(made?.metadata.labels).toEqual({ 'reconcile.fluxcd.io/watch': 'Enabled' });
    const again = await install(scene, ['--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({
      state: 'unchanged',
      cluster: { name: 'clusters/test', by: 'live' },
      keys: [{ recipient: key.recipient, entry: 'age.agekey', wasThere: true }],
      kustomizations: [{ kustomization: `${scene.namespace}/app`, opened: ['app/db.yaml'], unopened: [] }],
    });
    expect((await live(scene))?.metadata.resourceVersion).toBe(made?.metadata.resourceVersion);
  });

  it('installs several identities where only together they open all, and refuses one that does not', async () => {
    const [one, two] = [identity('one'), identity('two')];
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'several',
    );
    const revision = scene.push({
      'app/a.yaml': sealed('a', scene.namespace, [one.recipient]),
      'app/b.yaml': sealed('b', scene.namespace, [two.recipient]),
    });
    give(scene, one);
    const refused = await install(scene);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('Flux could not open 1 file');
    expect(refused.stderr).toContain(`${scene.namespace}/app: app/b.yaml, for ${two.recipient}`);
    expect(refused.stderr).toContain('--partial');
    expect(await live(scene)).toBeNull();

    const partial = await install(scene, ['--partial']);
    expect(partial.status, partial.stderr).toBe(0);
    expect(partial.stdout).toContain('not opened: app/b.yaml');
    // the second one comes from a command, as SOPS_AGE_KEY_CMD has it
    const rest = await install(scene, [], { env: { SOPS_AGE_KEY_CMD: `cat ${two.file}` } });
    expect(rest.status, rest.stderr).toBe(0);
    await scene.reconcile(revision, ['app']);
    expect([await password(scene, 'a'), await password(scene, 'b')]).toEqual([
      'test-value-a',
      'test-value-b',
    ]);

    controlPlane.kubectl('delete', 'secret', 'sops-age', '-n', scene.namespace);
    give(scene, one, two);
    const both = await install(scene);
    expect(both.status, both.stderr).toBe(0);
    expect(Object.keys((await live(scene))?.data)).toEqual(['age.agekey']);
    await scene.annotate('kustomizations', 'app');
    await scene.reconcile(revision, ['app']);
  });

  it('lets the user choose where several keys would do', async () => {
    const [one, two] = [identity('choice-one'), identity('choice-two')];
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'choice',
    );
    scene.push({
      'app/a.yaml': sealed('a', scene.namespace, [one.recipient, two.recipient]),
      '.sops.yaml': `creation_rules:\n  - age:\n      - ${one.recipient} # homelab\n      - ${two.recipient} # laptop\n`,
    });
    give(scene, one, two);
    const ran = await install(scene);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain(`${one.recipient} (homelab)`);
    expect(ran.stderr).toContain(`${two.recipient} (laptop)`);
    expect(ran.stderr).toContain('--recipient');
    const chosen = await install(scene, ['--recipient', two.recipient]);
    expect(chosen.stdout).toContain(`${two.recipient} (laptop)`);
    // the one that is there is meant again
    expect((await install(scene)).stdout).toContain('nothing to change');
    const strange = await install(scene, [
      '--recipient',
      identity('stray').recipient,
      '--identity-file',
      one.file,
    ]);
    expect(strange.stderr).toContain('was not found on this machine');
  });

  it('tells which cluster is meant, and refuses the key of another', async () => {
    const [own, foreign] = [identity('own'), identity('foreign')];
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'wrong',
    );
    const sync = scene.syncManifest().replaceAll('clusters/test', 'clusters/prod');
    scene.push({
      'clusters/prod/flux-system/gotk-sync.yaml': sync.replaceAll(scene.namespace, 'prod-system'),
      'clusters/prod/app.yaml': kustomization('app', decryption('sops-age'))
        .replaceAll('$NS', 'prod-system')
        .replace('./app', './prod'),
      'app/a.yaml': sealed('a', scene.namespace, [own.recipient]),
      'prod/b.yaml': sealed('b', 'prod-system', [foreign.recipient]),
    });
    give(scene, foreign);
    const refused = await install(scene);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${foreign.recipient} is the key of another cluster`);
    expect(refused.stderr).toContain('all 1 of clusters/prod');
    for (const args of [['--recipient', foreign.recipient, '--partial'], ['--partial']])
      expect((await install(scene, args)).stderr).toContain('is the key of another cluster');
    const named = await install(scene, ['--cluster', 'prod']);
    expect(named.stderr).toContain('is another cluster than clusters/prod');
    expect(await live(scene)).toBeNull();

    scene.push({ 'prod/b.yaml': sealed('b', 'prod-system', [foreign.recipient, own.recipient]) });
    give(scene, own);
    const shared = await install(scene);
    expect(shared.status, shared.stderr).toBe(0);
    expect(shared.stdout).toContain(
      'it also opens 1 of 1 files that only clusters/prod decrypts: prod/b.yaml',
    );
    const exported = await sopskit(scene, ['keys', 'install', '--export']);
    expect(exported.stderr).toContain('several clusters');
    const prod = await sopskit(scene, ['keys', 'install', '--export', '--cluster', 'prod'], {
      env: { KUBECONFIG: '/nonexistent' },
    });
    expect(prod.status, prod.stderr).toBe(0);
    expect(prod.stdout).toContain('namespace: prod-system');
  });

  it('exports a manifest that kubectl applies', async () => {
    const key = identity('export');
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'export',
    );
    const revision = scene.push({ 'app/a.yaml': sealed('a', scene.namespace, [key.recipient]) });
    const { stdout, stderr } = await sopskit(scene, ['keys', 'install', '--export', '--identity-file', '-'], {
      input: readFileSync(key.file, 'utf8'),
    });
    expect(stderr).not.toContain(readFileSync(key.file, 'utf8').match(/AGE-SECRET-KEY-\S+/)?.[0]);
    expect(stderr).toContain(key.recipient);
    controlPlane.apply(stdout);
    await scene.reconcile(revision, ['app']);
    expect((await install(scene, ['--identity-file', key.file])).stdout).toContain('nothing to change');
  });

  it.skipIf(!hasGpg)('installs PGP keys without a passphrase, and refuses others', async () => {
    const home = makeGpgHome();
    try {
      const generate = (name: string, passphrase: string): string => {
        const ask = ['--pinentry-mode', 'loopback', '--passphrase', passphrase];
        home.gpg(...ask, '--quick-generate-key', `${name} (TEST KEY)`, 'rsa2048', 'encr,sign', 'never');
        const listed = home.gpg('--with-colons', '--list-secret-keys', name);
        return listed.match(/^fpr:+([0-9A-F]+):/m)?.[1] ?? '';
      };
      const [plain, locked] = [generate('plain', ''), generate('locked', 'test passphrase')];
      const scene = await open(
        { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
        'pgp',
      );
      const revision = scene.push({ 'app/a.yaml': sealed('a', scene.namespace, [plain], home.env) });
      const { GNUPGHOME = '' } = home.env;
      const ran = await install(scene, [], { env: { GNUPGHOME } });
      expect(ran.status, ran.stderr).toBe(0);
      expect(ran.stdout).toContain(`${plain}.asc`);
      await scene.reconcile(revision, ['app']);
      expect(await password(scene, 'a')).toBe('test-value-a');
      expect((await install(scene, [], { env: { GNUPGHOME } })).stdout).toContain('nothing to change');

      scene.push({ 'app/b.yaml': sealed('b', scene.namespace, [locked], home.env) });
      const refused = await install(scene, [], { env: { GNUPGHOME } });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(`Flux cannot use PGP key ${locked}: it is behind a passphrase`);
      expect(refused.stderr).toContain('gpg --passwd');
      expect(home.dialogs()).toBe(0);
      const file = path.join(keys, 'plain.asc');
      writeFileSync(file, home.gpg('--armor', '--export-secret-keys', plain));
      controlPlane.kubectl('delete', 'secret', 'sops-age', '-n', scene.namespace);
      scene.push({ 'app/b.yaml': null });
      const named = await install(scene, [], {
        env: { SOPSKIT_PGP_KEY_FILES: file, SOPS_GPG_EXEC: 'no-gpg' },
      });
      expect(named.status, named.stderr).toBe(0);
      expect((await install(scene, ['--identity-file', file])).stdout).toContain('nothing to change');
    } finally {
      home.remove();
    }
  });

  it('says what the cluster does not let it do, and what would', async () => {
    const key = identity('refusals');
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'refusals',
    );
    const { namespace } = scene;
    give(scene, key);
    scene.push({ 'app/a.yaml': sealed('a', namespace, [key.recipient]) });
    const create = (name: string, ...more: readonly string[]): string =>
      controlPlane.kubectl('create', 'secret', 'generic', name, '-n', namespace, ...more);

    const guest = await install(scene, ['--as', 'nobody-of-note']);
    expect(guest.stderr).toMatch(
      /User nobody-of-note may not list kustomizations.*\nhint: .*create clusterrole/,
    );
    const bare = mkdtempSync(path.join(tmpdir(), 'sopskit-bare-'));
    try {
      const outside = await sopskit({ env: scene.env, folder: bare }, [
        ...['keys', 'install', '-n', namespace, '--as', 'nobody-of-note'],
      ]);
      expect(outside.stderr).toContain(`may not get secrets sops-age in namespace ${namespace}`);
      expect(outside.stderr).toContain('--verb=get --resource=secrets --resource-name=sops-age');
    } finally {
      rmSync(bare, { recursive: true });
    }
    const names = ['-n', namespace, '--partial', '--secret-name'];
    create('kept');
    controlPlane.kubectl(
      ...['label', 'secret', 'kept', '-n', namespace],
      ...['kustomize.toolkit.fluxcd.io/name=keys', 'kustomize.toolkit.fluxcd.io/namespace=apps'],
    );
    const kept = await install(scene, [...names, 'kept']);
    expect(kept.stderr).toContain('is kept by Kustomization apps/keys');
    create('fixed');
    await controlPlane.patch('secrets', namespace, 'fixed', { immutable: true });
    expect((await install(scene, [...names, 'fixed'])).stderr).toContain('is immutable');
    create('garbage', '--from-literal=age.agekey=test garbage');
    const conflict = await install(scene, [...names, 'garbage']);
    expect(conflict.stderr).toContain('.data.age.agekey');
    expect(conflict.stderr).toContain('--force-conflicts');
    const forced = await install(scene, [...names, 'garbage', '--force-conflicts']);
    expect(forced.status, forced.stderr).toBe(0);
    create('broken', '--from-literal=x.agekey=test garbage', `--from-file=age.key=${key.file}`);
    const broken = await install(scene, ['-n', namespace, '--secret-name', 'broken', '--partial']);
    expect(broken.stdout).toContain('Flux fails on the entry x.agekey');
    expect(broken.stdout).toContain('Flux passes over the entry age.key, which holds a private key');
    const absent = await install(scene, ['-n', `${namespace}-absent`, '--partial']);
    expect(absent.stderr).toContain('--create-namespace');
    const ending = await controlPlane.createNamespace('ending');
    controlPlane.kubectl('delete', 'namespace', ending, '--wait=false');
    expect((await install(scene, ['-n', ending, '--partial'])).stderr).toContain('is being deleted');
    const argv = await sopskit(scene, ['keys', 'install', '--recipient', 'AGE-SECRET-KEY-1TESTTESTTEST']);
    expect(argv.stderr).not.toContain('TESTTEST');
    expect(argv.status).toBe(1);
  });

  it('takes keys out of last-applied-configuration, and keeps entries of others', async () => {
    const [key, other] = [identity('leak-own'), identity('leak-other')];
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'leaked',
    );
    give(scene, key);
    scene.push({ 'app/a.yaml': sealed('a', scene.namespace, [key.recipient]) });
    const value = readFileSync(other.file).toString('base64');
    const manifest = path.join(keys, 'leaked.yaml');
    writeFileSync(
      manifest,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: sops-age, namespace: ${scene.namespace}}\ndata: {age.agekey: ${value}}\n`,
    );
    controlPlane.kubectl('apply', '-f', manifest);
    expect(JSON.stringify((await live(scene))?.metadata.annotations)).toContain(value);
    const ran = await install(scene);
    expect(ran.stdout).toContain('last-applied-configuration');
    const after = await live(scene);
    expect(after?.metadata.annotations).toBeUndefined();
    expect(after?.data['age.agekey']).toBe(value);
    expect(Object.keys(after?.data)).toHaveLength(2);
    // a third key, and then none: what sopskit put there before stays
    const third = identity('leak-third');
    await install(scene, ['--identity-file', third.file, '--recipient', third.recipient]);
    expect(Object.keys((await live(scene))?.data)).toHaveLength(3);
  });

  it('never writes over a Secret that another installation makes at the same time', async () => {
    const two = [identity('race-one'), identity('race-two')];
    const scene = await open({ 'clusters/test/app.yaml': kustomization('app') }, 'race');
    for (const name of ['race-a', 'race-b', 'race-c']) {
      const ran = await Promise.all(
        two.map(({ file }) =>
          install(scene, ['-n', scene.namespace, '--secret-name', name, '--identity-file', file]),
        ),
      );
      const text = Buffer.from((await live(scene, name))?.data?.['age.agekey'] ?? '', 'base64').toString();
      const data = JSON.stringify((await live(scene, name))?.data ?? {});
      for (const [index, { status, stderr }] of ran.entries()) {
        if (status !== 0) expect(stderr).toContain('in the meantime');
        else if (!text.includes(two[index]?.recipient ?? '?'))
          expect(data).toContain(`age-${two[index]?.recipient.slice(-8)}.agekey`);
      }
      expect(ran.some(({ status }) => status === 0)).toBe(true);
    }
  });

  it('says that a given key opens nothing, and that a Secret is going away', async () => {
    const [own, stray] = [identity('given-own'), identity('given-stray')];
    const scene = await open(
      {
        'clusters/test/app.yaml': kustomization('app', decryption('sops-age')),
        'clusters/test/lost.yaml': kustomization('lost').replace('./app', './lost'),
      },
      'given',
    );
    scene.push({
      'app/a.yaml': sealed('a', scene.namespace, [own.recipient]),
      'lost/b.yaml': sealed('b', scene.namespace, [own.recipient]),
    });
    const given = ['--identity-file', stray.file];
    const before = await install(scene, given);
    expect(before.status).toBe(1);
    expect(before.stderr).toContain('does not open the one file');
    expect(before.stderr).toContain(`--recipient ${stray.recipient} --partial`);
    const first = await install(scene, ['--identity-file', own.file]);
    expect(first.stdout).toMatch(/lost reads encrypted files \(1, all of which this key opens/);
    const after = await install(scene, given);
    expect(after.status).toBe(1);
    expect(after.stderr).toContain('opens all of them without it');
    const ssh = path.join(keys, 'id_test');
    writeFileSync(ssh, '-----BEGIN OPENSSH PRIVATE KEY-----\ntest\n-----END OPENSSH PRIVATE KEY-----\n');
    expect((await install(scene, ['--identity-file', ssh])).stderr).toContain(
      'an SSH key, which Flux cannot',
    );
    await controlPlane.patch('secrets', scene.namespace, 'sops-age', {
      metadata: { finalizers: ['test.example.com/hold'] },
    });
    controlPlane.kubectl('delete', 'secret', 'sops-age', '-n', scene.namespace, '--wait=false');
    const going = await install(scene, ['--identity-file', own.file]);
    expect(going.status).toBe(1);
    expect(going.stderr).toContain('is being deleted, and its keys with it');
    expect((await install(scene, [...given, '--partial'])).stderr).toContain('test.example.com/hold');
    await controlPlane.patch('secrets', scene.namespace, 'sops-age', { metadata: { finalizers: null } });
    const partial = await install(scene, [...given, '--partial']);
    expect(partial.status, partial.stderr).toBe(0);
    expect(partial.stdout).toContain(stray.recipient);
  });

  it('names the rights for a namespace, which are those of the whole cluster', async () => {
    const key = identity('namespaces');
    const bare = mkdtempSync(path.join(tmpdir(), 'sopskit-bare-'));
    const scene = await open({}, 'rights');
    const absent = `${scene.namespace}-absent`;
    const user = `carl-${scene.namespace}`;
    const allow = (role: string, verbs: string, resource: string): void => {
      controlPlane.kubectl('create', 'clusterrole', role, `--verb=${verbs}`, `--resource=${resource}`);
      controlPlane.kubectl('create', 'clusterrolebinding', role, `--clusterrole=${role}`, `--user=${user}`);
    };
    const run = () =>
      sopskit({ env: scene.env, folder: bare }, [
        ...['keys', 'install', '-n', absent, '--as', user],
        ...['--create-namespace', '--identity-file', key.file],
      ]);
    try {
      expect((await run()).stderr).toContain(`namespace ${absent} is missing, it comes first`);
      allow(`${user}-secrets`, 'get,create,patch', 'secrets');
      const denied = await run();
      expect(denied.stderr).toContain(`may not patch namespaces ${absent}`);
      expect(denied.stderr).toMatch(/create clusterrole \S+ --verb=get,create,patch --resource=namespaces/);
      const [, rule = ''] = /(kubectl create clusterrole .*)$/m.exec(denied.stderr) ?? [];
      for (const command of rule.split(' && '))
        controlPlane.kubectl(...command.replaceAll("'", '').split(' ').slice(1));
      const made = await run();
      expect(made.status, made.stderr).toBe(0);
    } finally {
      rmSync(bare, { recursive: true });
      for (const kind of ['clusterrole', 'clusterrolebinding']) {
        const all = controlPlane.kubectl('get', kind, '-o', 'name').split('\n');
        const own = all.filter((name) => name.includes(user));
        if (own.length > 0) controlPlane.kubectl('delete', ...own);
      }
      controlPlane.kubectl('delete', 'namespace', absent, '--wait=false', '--ignore-not-found');
    }
  });

  it('says what is not known when the server dies half-way', async () => {
    const key = identity('dying');
    const scene = await open(
      { 'clusters/test/app.yaml': kustomization('app', decryption('sops-age')) },
      'dying',
    );
    give(scene, key);
    scene.push({ 'app/a.yaml': sealed('a', scene.namespace, [key.recipient]) });
    for (const how of ['before', 'answer', 'after'] as const) {
      await controlPlane.delete('secrets', scene.namespace, 'sops-age').catch(() => {});
      const server = await dyingServer(controlPlane, how);
      try {
        const ran = await install(scene, ['--kubeconfig', server.kubeconfig]);
        expect(ran.status).toBe(1);
        expect(ran.stderr).toMatch(/not known/);
        expect(ran.stderr).toMatch(/again (?:is safe|does no harm)/);
      } finally {
        await server.stop();
      }
    }
    expect((await install(scene)).stdout).toContain('nothing to change');
  });
});
