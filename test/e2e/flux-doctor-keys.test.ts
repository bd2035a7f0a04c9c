import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { canary, configMap, decryption, kustomization, of, problems, run, Scenes } from './doctor-scene.ts';

describeE2e('flux doctor on keys', ['sops', 'age-keygen'], (controlPlane, { sops, 'age-keygen': keygen }) => {
  let keys: string;
  const scenes = new Scenes(controlPlane);

  /** Makes a TEST identity, and returns its file and recipient. */
  function identity(name: string): { readonly file: string; readonly recipient: string } {
    const file = path.join(keys, name);
    execFileSync(keygen, ['-o', file], { stdio: 'pipe' });
    return { file, recipient: execFileSync(keygen, ['-y', file], { encoding: 'utf8' }).trim() };
  }

  function sealed(manifest: string, recipient: string, scene: string): string {
    const file = path.join(keys, 'sealed.yaml');
    writeFileSync(file, manifest.replaceAll('$NS', scene));
    // a rule of its own: without one, sops would look in the folders above
    const rule = `{age: ${recipient}, encrypted_regex: '^(data|stringData|spec)$'}`;
    writeFileSync(path.join(keys, '.sops.yaml'), `creation_rules: [${rule}]\n`);
    return execFileSync(sops, ['--encrypt', file], {
      encoding: 'utf8',
      cwd: keys,
      env: { PATH: '', HOME: keys },
    });
  }

  beforeAll(() => {
    keys = mkdtempSync(path.join(tmpdir(), 'sopskit-doctor-'));
  });
  afterAll(async () => {
    await scenes.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  it('explains encryption that goes wrong', async () => {
    const [right, wrong] = [identity('right'), identity('wrong')];
    const scene = await scenes.open({
      files: { 'clusters/test/none.yaml': configMap('none') },
      name: 'keys',
    });
    const ns = scene.namespace;
    const secret = (name: string, field = 'data'): string =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: ${ns}\n${field}:\n  password: ${
        field === 'data' ? Buffer.from(canary).toString('base64') : canary
      }\n`;
    const make = (name: string, file: string, key: string): void => {
      controlPlane.kubectl('create', 'secret', 'generic', name, '-n', ns, `--from-file=${key}=${file}`);
    };
    make('suffix', right.file, 'age.key');
    make('other', wrong.file, 'age.agekey');
    writeFileSync(path.join(keys, 'garbage'), canary);
    make('garbage', path.join(keys, 'garbage'), 'age.agekey');
    make('right', right.file, 'age.agekey');
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: r\n  namespace: ${ns}\nspec:\n  interval: 1m\n  values: {a: ${canary}}\n`;
    const names = {
      missing: decryption('ghost'),
      suffix: decryption('suffix'),
      other: decryption('other'),
      garbage: decryption('garbage'),
      'no-reference': '  decryption:\n    provider: sops\n',
      plain: '',
      'string-data': '',
      release: '',
      damaged: decryption('right'),
    };
    const files: Record<string, string> = {};
    for (const [name, more] of Object.entries(names)) {
      files[`clusters/test/${name}.yaml`] = kustomization(name, more);
      const manifest =
        name === 'release' ? release : secret(name, name === 'string-data' ? 'stringData' : 'data');
      files[`${name}/object.yaml`] = sealed(manifest, right.recipient, ns);
    }
    files['damaged/object.yaml'] = (files['damaged/object.yaml'] ?? '').replace(
      /password: ENC\[AES256_GCM,data:(....)/,
      'password: ENC[AES256_GCM,data:AAAA',
    );
    await scene.reconcile(scene.push(files));
    for (const name of Object.keys(names)) {
      if (name === 'string-data') continue;
      await scene.notReady(name, '');
    }
    await scene.ready('string-data', scene.git('rev-parse', 'HEAD').trim());
    const found = await problems(scene);
    of(found, 'missing', 'decryption.secret-missing');
    expect(of(found, 'missing', 'decryption.secret-missing').mend[0]).toContain(
      `sopskit keys install -n ${ns} --secret-name ghost`,
    );
    expect(of(found, 'suffix', 'decryption.no-identity').what).toContain(
      'has age.key, and the controller takes only',
    );
    expect(of(found, 'other', 'decryption.wrong-identity').what).toContain(right.recipient);
    of(found, 'garbage', 'decryption.identity-garbage');
    expect(of(found, 'no-reference', 'decryption.no-identity').what).toContain('has no secretRef');
    of(found, 'plain', 'decryption.not-configured');
    of(found, 'release', 'decryption.sealed-custom-resource');
    of(found, 'damaged', 'decryption.damaged');
    expect(of(found, 'string-data', 'applied.ciphertext').what).toContain(
      `Secret ${ns}/string-data (password)`,
    );
    expect((await run(scene, '-n', ns)).status).toBe(1);
  });
});
