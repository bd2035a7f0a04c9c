// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { decryption, kustomization } from './doctor-scene.ts';
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

describeE2e('secret diff of what is not plain', ['age-keygen', 'kustomize'], (controlPlane, tools) => {
  let scene: FluxScene;
  let ns: string;
  const how = { tools: [tools.kustomize] };
  const noKey = { ...how, env: { HOME: '/nonexistent' } };

  beforeAll(async () => {
    scene = await startSecretScene(controlPlane, tools['age-keygen']);
    ns = scene.namespace;
    await writeSealed(scene, {
      'vars/one.yaml': secret('with-variable', { fixed: canary, varied: `${canary}-${'${FROM_CLUSTER}'}` }),
      'nohash/gen.env': `TOKEN=${canary}-generated\n`,
      'nohash/whole.conf': `${canary}-conf\n`,
      'plain/sealed.yaml': secret('stored', { password: canary }),
      'moved/db.yaml': secret('db', { password: canary }).replace('  namespace: $NS\n', ''),
    });
    const generator = '  - {name: of-env, envs: [gen.env]}\n  - {name: of-file, files: [whole.conf]}\n';
    scene.write({
      'nohash/kustomization.yaml': `namespace: ${ns}\ngeneratorOptions: {disableNameSuffixHash: true}\nsecretGenerator:\n${generator}`,
      'moved/kustomization.yaml': 'namePrefix: pre-\nresources: [db.yaml]\npatches: [{path: patch.yaml}]\n',
      'moved/patch.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: db, annotations: {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}}\n',
      'clusters/test/vars.yaml': kustomization(
        'vars',
        `${decryption('sops-age')}  postBuild: {substituteFrom: [{kind: ConfigMap, name: live-only}]}\n`,
      ),
      'clusters/test/nohash.yaml': kustomization('nohash', decryption('sops-age')),
      'clusters/test/plain.yaml': kustomization('plain'),
      'clusters/test/moved.yaml': kustomization('moved', `${decryption('sops-age')}  targetNamespace: $NS\n`),
      'clusters/other/flux-system/gotk-sync.yaml': scene
        .syncManifest()
        .replace('./clusters/test', './clusters/other')
        .replaceAll(`namespace: ${ns}`, 'namespace: other-flux'),
      'clusters/other/secret.yaml': secret('other', { password: 'x' }),
    });
    controlPlane.kubectl('create', 'configmap', 'live-only', '-n', ns, '--from-literal=FROM_CLUSTER=live');
    await scene.reconcile(scene.push({}), ['flux-system', 'vars', 'nohash', 'plain', 'moved']);
  });
  afterAll(async () => {
    await scene.remove();
  });

  it('does not know values that hang on variables of the cluster', async () => {
    const answer = await diffed(scene, ['vars'], 2, how);
    expect(changes(answer, 'with-variable')).toEqual(['unknown data/varied']);
    await controlPlane.patch('secrets', ns, 'with-variable', { stringData: { fixed: 'x' } });
    const changed = await diffed(scene, ['vars'], 1, how);
    expect(changes(changed, 'with-variable')).toEqual(['changed data/fixed', 'unknown data/varied']);
  });

  it('compares generated Secrets by name where their files cannot be opened', async () => {
    expect((await diffed(scene, ['nohash'], 0, how)).result).toBe('same');
    const answer = await diffed(scene, ['nohash'], 2, noKey);
    expect(changes(answer, 'of-env')).toEqual(['unknown data/TOKEN']);
    expect(changes(answer, 'of-file')).toEqual(['unknown data/whole.conf']);
    const { stdout } = await ran(scene, ['secret', 'diff', 'nohash', '--show-values'], 2, noKey);
    expect(stdout).toContain('only its name is compared');
    expect(stdout).not.toMatch(/canary|ENC\[AES/);
  });

  it('tells of ciphertext that Flux has stored', async () => {
    const answer = await diffed(scene, ['plain/sealed.yaml'], 1, how);
    expect(changes(answer, 'stored')).toEqual(['ciphertext data/password']);
  });

  it('follows namespace, prefix and patches, and says where Flux does not write', async () => {
    for (const word of ['moved/db.yaml', 'moved/patch.yaml'])
      expect(secretIn(await diffed(scene, [word], 0, how), 'pre-db').namespace).toBe(ns);
    expect(changes(await diffed(scene, ['moved'], 2, noKey), 'pre-db')).toEqual(['unknown data/password']);
    await controlPlane.patch('secrets', ns, 'pre-db', { stringData: { password: 'x' } });
    const answer = await diffed(scene, ['moved'], 1, how);
    expect(secretIn(answer, 'pre-db').notes.join()).toContain('ssa: ifnotpresent');
    for (const words of [['moved'], []]) {
      const nothing = await ran(scene, ['secret', 'diff', ...words, '-n', 'elsewhere'], 2, how);
      expect(nothing.stderr).toContain('no Secret to compare in namespace elsewhere');
    }
  });

  it('does not compare what another cluster reads', async () => {
    const answer = await diffed(scene, ['clusters/other/secret.yaml'], 2, how);
    expect(answer.unlooked[0].why).toContain('of clusters/other reads it');
    const refused = await ran(scene, ['secret', 'diff', '--cluster', 'other'], 2, how);
    expect(refused.stderr).toContain('context admin is another cluster than clusters/other');
    expect((await ran(scene, ['secret', 'diff', '--cluster', 'nope'], 2, how)).stderr).toContain('nope');
  });

  it('needs no more than to read Secrets, where there is no doubt', async () => {
    const user = `reader-${ns}`;
    controlPlane.kubectl(
      'create',
      'role',
      'r',
      '-n',
      ns,
      '--verb=get',
      '--resource=secrets',
      '--resource-name=stored',
    );
    controlPlane.kubectl('create', 'rolebinding', 'r', '-n', ns, '--role=r', `--user=${user}`);
    const alone = { ...how, env: { HOME: scene.env['HOME'] ?? '' } };
    await ran(scene, ['secret', 'diff', 'plain', '--as', user], 2, alone);
    scene.write({ 'clusters/other': null });
    const { stdout } = await ran(scene, ['secret', 'diff', 'plain', '--as', user], 1, alone);
    expect(stdout).toContain('what Kustomizations have applied is not known');
    const some = await diffed(scene, ['plain', 'nohash', '--as', user], 1, alone);
    expect(some.unlooked.map(({ what }: { what: string }) => what)).toEqual([
      `Secret ${ns}/of-env`,
      `Secret ${ns}/of-file`,
    ]);
  });

  it('compares manifests that no Kustomization reads, and says which it could not', async () => {
    scene.write({
      'outside/one.yaml': secret('one', { a: 'x' }).replace('  namespace: $NS\n', ''),
      'outside/two.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'two' }, data: { a: 'eA==' } }],
      }),
      'outside/three.yaml': `${secret('three', { a: 'x' })}---\n${secret('..', { a: 'x' })}`,
      'outside/chart/templates/s.yaml': secret('{{ .Values.name }}', { a: '{{ .Values.a }}' }),
    });
    for (const name of ['one', 'two'])
      controlPlane.kubectl('create', 'secret', 'generic', name, '-n', ns, '--from-literal=a=x');
    const answer = await diffed(scene, ['outside', '-n', ns], 1, how);
    const states = answer.secrets.map(({ name, state }: Record<string, string>) => `${name} ${state}`).sort();
    expect(states).toEqual(['one same', 'three missing', 'two same']);
    const unlooked = answer.unlooked.map(({ what }: { what: string }) => what);
    expect(unlooked).toEqual(['outside/chart/templates/s.yaml', 'a Secret in outside/three.yaml']);
    scene.write({ outside: null });
  });

  it('compares manifests where there is no Flux', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-no-flux-'));
    const bin = new URL('../../bin/sopskit.js', import.meta.url).pathname;
    const diff = (...args: string[]) =>
      spawnSync(process.execPath, [bin, 'secret', 'diff', ...args], {
        cwd: folder,
        env: scene.env,
        encoding: 'utf8',
      });
    expect(diff().stderr).toContain('there is no file in .');
    expect(diff().status).toBe(2);
    writeFileSync(
      path.join(folder, 'stored.yaml'),
      secret('stored', { password: 'x' }).replaceAll('$NS', ns),
    );
    expect(diff()).toMatchObject({ status: 1, stderr: '' });
    expect(diff().stdout).toContain('ciphertext (ENC[…])');
    rmSync(folder, { recursive: true });
  });
});
