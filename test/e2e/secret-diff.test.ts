import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import type { FluxScene } from './flux-scene.ts';
import {
  canary,
  changes,
  diffed,
  ran,
  secret,
  secretIn,
  startSecretScene,
  writeSealed,
} from './secret-scene.ts';

describeE2e(
  'secret diff',
  ['age-keygen', 'kustomize'],
  (controlPlane, { 'age-keygen': keygen, kustomize }) => {
    let scene: FluxScene;
    const how = { tools: [kustomize] };
    const noKey = { ...how, env: { HOME: '/nonexistent' } };

    beforeAll(async () => {
      scene = await startSecretScene(controlPlane, keygen);
      await writeSealed(scene, {
        'apps/db.yaml': secret('db', { password: canary, user: `${canary}-user` }),
        'apps/web.yaml': secret('web', { token: `${canary}-${'$'}{SUFFIX}` }, '  labels: {team: web}\n'),
        'apps/gen.env': `TOKEN=${canary}-generated\n`,
      });
      scene.write({
        'apps/kustomization.yaml': `resources: [none.yaml, db.yaml, web.yaml]
namespace: $NS
secretGenerator:
  - {name: gen, envs: [gen.env]}
  - {name: fixed, envs: [gen.env], options: {disableNameSuffixHash: true}}
`,
      });
      const child = scene.git('show', 'HEAD:clusters/test/apps.yaml');
      scene.write({ 'clusters/test/apps.yaml': `${child}  postBuild: {substitute: {SUFFIX: one}}\n` });
      await scene.reconcile(scene.push({}), ['flux-system', 'apps']);
    });
    afterAll(async () => {
      await scene.remove();
    });

    it('says the same of what Flux has applied, generators and variables too', async () => {
      const { stdout } = await ran(scene, ['secret', 'diff'], 0, how);
      expect(stdout).toBe('context admin, clusters/test: 4 Secrets, the same as in the repository\n');
      const answer = await diffed(scene, [], 0, how);
      expect(answer).toMatchObject({
        context: 'admin',
        cluster: 'clusters/test',
        result: 'same',
        unlooked: [],
      });
      expect(secretIn(answer, 'db')).toMatchObject({
        ...{ namespace: scene.namespace, state: 'same', differences: [] },
        ...{ kustomization: `${scene.namespace}/apps`, file: 'apps/db.yaml' },
      });
    });

    it('compares what comes from a file, by manifest, generator and folder', async () => {
      const names = async (...words: string[]): Promise<string[]> => {
        const { secrets } = await diffed(scene, words, 0, how);
        return secrets.map(({ name }: { name: string }) => name.replace(/-\w{10}$/, '')).sort();
      };
      expect(await names('apps/db.yaml')).toEqual(['db']);
      expect(await names('apps/gen.env')).toEqual(['fixed', 'gen']);
      expect(await names('apps')).toEqual(['db', 'fixed', 'gen', 'web']);
      await writeSealed(scene, { 'apps/gen.env': `TOKEN=${canary}-later\n` });
      for (const words of [[], ['apps'], ['apps/gen.env'], ['apps/kustomization.yaml']]) {
        const { secrets } = await diffed(scene, words, 1, how);
        const gen = secrets.filter(({ name }: { name: string }) => name.startsWith('gen-'));
        expect(gen).toMatchObject([{ state: 'different', liveName: expect.stringMatching(/^gen-\w{10}$/) }]);
      }
      const list = scene.git('show', 'HEAD:apps/kustomization.yaml');
      scene.write({ 'apps/kustomization.yaml': list.replace(', web.yaml', ''), 'apps/web.yaml': null });
      const left = async (...words: string[]): Promise<string[]> =>
        (await diffed(scene, words, 1, how)).secrets
          .filter(({ state }: { state: string }) => state === 'extra')
          .map(({ name }: { name: string }) => name);
      expect(await left('apps')).toEqual(['web']);
      expect(await left('apps/kustomization.yaml')).toEqual([]);
      scene.git('checkout', '-q', 'apps');
      expect((await ran(scene, ['secret', 'diff', 'apps/none.yaml'], 2, how)).stderr).toContain(
        'there is no Secret to compare in',
      );
    });

    it('compares by name only what cannot be opened, and never calls it equal', async () => {
      const answer = await diffed(scene, ['apps/db.yaml'], 2, noKey);
      // the generator's name hangs on what it cannot open, and with it the whole build
      expect(answer.result).toBe('unknown');
      expect(answer.unlooked[0].why).toContain('cannot be opened with the identities here');
      expect(changes(answer, 'db')).toEqual(['unknown data/password', 'unknown data/user']);
      expect(secretIn(answer, 'db').notes.join()).toContain('only the names of its keys are compared');
      const alone = await diffed(scene, ['-n', scene.namespace, 'single.yaml'], 2, {
        ...noKey,
        ...(await single()),
      });
      expect(changes(alone, 'db')).toEqual(['unknown data/password', 'unknown data/user']);
      expect(secretIn(alone, 'db').state).toBe('unknown');
    });

    /** A file that no Kustomization reads, with the same Secret. */
    async function single(): Promise<object> {
      await writeSealed(scene, { 'single.yaml': secret('db', { password: canary, user: `${canary}-user` }) });
      return {};
    }

    it('compares a file that no Kustomization reads as it stands', async () => {
      await single();
      const answer = await diffed(scene, ['single.yaml'], 0, how);
      expect(secretIn(answer, 'db')).toMatchObject({
        kustomization: null,
        file: 'single.yaml',
        state: 'same',
      });
      expect(answer.notes.join()).toContain('no Kustomization of clusters/test reads single.yaml');
      scene.write({ 'single.yaml': null });
    });

    it('tells of a label that Flux wrote and the repository has no more, and of no other', async () => {
      await controlPlane.patch('secrets', scene.namespace, 'web', { metadata: { labels: { others: 'x' } } });
      const web = scene.git('show', 'HEAD:apps/web.yaml');
      scene.write({ 'apps/web.yaml': web.replace(/\n +labels: \{team: web\}/, '') });
      expect(changes(await diffed(scene, ['apps/web.yaml'], 1, how), 'web')).toEqual(['removed label/team']);
      scene.git('checkout', '-q', 'apps');
    });

    it('tells what differs, and values only when asked', async () => {
      const ns = scene.namespace;
      const values = (of: Record<string, string>): object => ({ stringData: of });
      await controlPlane.patch('secrets', ns, 'db', values({ password: `${canary}-live`, extra: canary }));
      await controlPlane.patch('secrets', ns, 'web', { metadata: { labels: { team: null, mine: 'x' } } });
      const key = Buffer.from([0, 255, 1, 2]).toString('base64');
      await controlPlane.patch('secrets', ns, 'db', { data: { user: null, binary: key } });
      const answer = await diffed(scene, [], 1, how);
      expect(changes(answer, 'db')).toEqual([
        'removed data/binary',
        'removed data/extra',
        'changed data/password',
        'added data/user',
      ]);
      expect(changes(answer, 'web')).toEqual(['added label/team']);
      expect(JSON.stringify(answer)).not.toContain('"repository"');
      const shown = await ran(scene, ['secret', 'diff', 'apps/db.yaml', '--show-values'], 1, how);
      expect(shown.stdout).toContain(`        - ${canary}-live\n        + ${canary}\n`);
      expect(shown.stdout).toContain(`        - binary, 4 bytes, base64: ${key}\n`);
      const json = await diffed(scene, ['apps/db.yaml', '--show-values'], 1, how);
      expect(secretIn(json, 'db').differences[2]).toMatchObject({
        repository: { text: canary },
        cluster: { text: `${canary}-live` },
      });
      // without a key: what is certain is a difference all the same
      expect((await ran(scene, ['secret', 'diff', 'apps/db.yaml'], 1, how)).stdout).toContain(
        'only in the cluster',
      );
    });

    it('tells of ciphertext that is stored as the value, of a Secret that is gone, of types and immutable', async () => {
      const ns = scene.namespace;
      await scene.suspend('apps');
      await controlPlane.patch('secrets', ns, 'db', {
        stringData: { password: 'ENC[AES256_GCM,data:x,type:str]' },
      });
      await controlPlane.delete('secrets', ns, 'web');
      controlPlane.kubectl(
        'create',
        'secret',
        'generic',
        'typed',
        '-n',
        ns,
        '--type=example.com/x',
        '--from-literal=a=b',
      );
      await controlPlane.patch('secrets', ns, 'typed', { immutable: true });
      await writeSealed(scene, { 'typed.yaml': secret('typed', { a: 'c' }) });
      const answer = await diffed(scene, ['apps', 'typed.yaml'], 1, how);
      expect(changes(answer, 'db')).toContain('ciphertext data/password');
      expect(secretIn(answer, 'web').state).toBe('missing');
      expect(secretIn(answer, 'web').notes.join()).toContain(`Kustomization ${ns}/apps is suspended`);
      expect(changes(answer, 'typed')).toEqual(['changed type', 'changed immutable', 'changed data/a']);
      const { stdout } = await ran(scene, ['secret', 'diff', 'apps', 'typed.yaml'], 1, how);
      expect(stdout).toContain('the cluster holds ciphertext (ENC[…])');
      expect(stdout).toContain('type  Opaque in the repository, example.com/x in the cluster');
      expect(stdout).toContain('it is immutable in the cluster');
      scene.write({ 'typed.yaml': null });
      await scene.suspend('apps', false);
      await controlPlane.waitFor('the Secret again', () => controlPlane.get('secrets', ns, 'web'));
    });

    it('pairs what a generator makes anew with what it made before, and tells of the inventory’s rest', async () => {
      await writeSealed(scene, { 'apps/gen.env': `TOKEN=${canary}-generated\nMORE=${canary}\n` });
      const kustomization = scene.git('show', 'HEAD:apps/kustomization.yaml');
      scene.write({ 'apps/kustomization.yaml': kustomization.replace(', web.yaml', '') });
      const answer = await diffed(scene, [], 1, how);
      const gen = answer.secrets.find(({ name }: { name: string }) => name.startsWith('gen-'));
      expect(gen.liveName).toMatch(/^gen-\w{10}$/);
      expect(gen.differences).toMatchObject([{ key: 'MORE', change: 'added' }]);
      expect(secretIn(answer, 'web')).toMatchObject({
        state: 'extra',
        kustomization: `${scene.namespace}/apps`,
      });
      // what others have in the namespace is not told
      expect(JSON.stringify(answer)).not.toContain('sops-age');
      scene.git('checkout', '-q', 'apps');
    });

    it('says why it could not look', async () => {
      const denied = await ran(scene, ['secret', 'diff', '--context', 'guest'], 2, how);
      expect(denied.stderr).toContain('User guest may not');
      expect((await ran(scene, ['secret', 'diff', '--context', 'nope'], 2, how)).stderr).toContain(
        'no context nope',
      );
      expect((await ran(scene, ['secret', 'diff', 'nope.yaml'], 2, how)).stderr).toContain('no such file');
      expect((await ran(scene, ['secret', 'diff', '--flag'], 2, how)).stderr).toContain('--flag');
      const broken = await diffed(scene, [], 2, { env: { PATH: '/nonexistent' } });
      expect(broken.unlooked.length).toBeGreaterThan(0);
    });
  },
);
