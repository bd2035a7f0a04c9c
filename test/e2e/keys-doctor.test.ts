import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json } from './control-plane.ts';
import { describeE2e } from './describe-e2e.ts';
import { canary, configMap, decryption, kustomization, Scenes } from './doctor-scene.ts';
import type { FluxScene } from './flux-scene.ts';
import {
  codes,
  finding,
  KeysDoctor,
  mend,
  sealedSecret,
  type TestKey,
  testKey,
  type as typeLine,
  verdict,
} from './keys-doctor-scene.ts';

describeE2e('keys doctor', [], (controlPlane) => {
  const scenes = new Scenes(controlPlane);
  let folder: string;
  let right: TestKey;
  let other: TestKey;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-keys-doctor-'));
    [right, other] = await Promise.all([testKey(), testKey()]);
  });
  afterAll(async () => {
    await scenes.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes a Secret of these entries. */
  function secret(scene: FluxScene, name: string, entries: Readonly<Record<string, string>>): void {
    const files = Object.entries(entries).map(([entry, text]) => {
      const file = path.join(folder, entry);
      writeFileSync(file, text);
      return `--from-file=${entry}=${file}`;
    });
    controlPlane.kubectl('create', 'secret', 'generic', name, '-n', scene.namespace, ...files);
  }

  /** A scene with a Kustomization for each name, over an encrypted Secret of that name. */
  async function open(
    name: string,
    specs: Readonly<Record<string, string>>,
    recipients: readonly string[],
  ): Promise<{ scene: FluxScene; files: Record<string, string>; doctor: KeysDoctor }> {
    const scene = await scenes.open({ files: { 'clusters/test/none.yaml': configMap('none') }, name });
    const files: Record<string, string> = {};
    for (const [key, spec] of Object.entries(specs)) {
      files[`clusters/test/${key}.yaml`] = kustomization(key, spec);
      files[`${key}/object.yaml`] = await sealedSecret(`${key}-data`, scene.namespace, recipients);
    }
    return { scene, files, doctor: new KeysDoctor(scene, [right, other]) };
  }

  it('finds what is wrong with Secrets, and what it says mends it', async () => {
    const { scene, files, doctor } = await open(
      'keysdoctor',
      {
        good: decryption('good'),
        suffix: decryption('suffix'),
        garbage: decryption('garbage'),
        ssh: decryption('ssh'),
        idle: decryption('idle'),
        applied: decryption('applied'),
        kept: decryption('kept'),
        wrong: decryption('wrong'),
        ghost: decryption('ghost'),
        noref: '  decryption:\n    provider: sops\n',
      },
      [right.recipient],
    );
    const ns = scene.namespace;
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'a TEST key',
      '-f',
      path.join(folder, 'id'),
    ]);
    secret(scene, 'good', { 'age.agekey': right.text });
    secret(scene, 'suffix', { 'age.key': right.text, 'readme.txt': 'no key' });
    secret(scene, 'garbage', { 'age.agekey': right.text, 'notes.agekey': `${canary}\n` });
    const sshKey = execFileSync('cat', [path.join(folder, 'id')], { encoding: 'utf8' });
    secret(scene, 'ssh', { 'age.agekey': right.text, 'ssh.agekey': sshKey });
    secret(scene, 'idle', { 'age.agekey': right.text, 'old.agekey': other.text });
    secret(scene, 'wrong', { 'age.agekey': other.text });
    secret(scene, 'kept', { 'age.agekey': right.text });
    controlPlane.kubectl(
      'label',
      'secret',
      'kept',
      '-n',
      ns,
      'helm.toolkit.fluxcd.io/name=keys',
      `helm.toolkit.fluxcd.io/namespace=${ns}`,
    );
    const clear = path.join(folder, 'applied.json');
    const data = { 'age.agekey': Buffer.from(right.text).toString('base64') };
    writeFileSync(
      clear,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'applied', namespace: ns },
        data,
      }),
    );
    controlPlane.kubectl('apply', '-f', clear);
    const revision = scene.push(files);
    await scene.reconcile(revision);
    for (const name of ['good', 'idle', 'applied', 'kept']) await scene.ready(name, revision);
    for (const name of ['suffix', 'garbage', 'ssh', 'wrong', 'ghost', 'noref'])
      await scene.notReady(name, '');

    const found = await doctor.live();
    expect(found.status).toBe(1);
    expect(found.json.file).toBeNull();
    expect(codes(found, 'good')).toEqual([]);
    expect(verdict(found, 'good')).toBe('opens');

    const missing = finding(found, 'cluster-key.secret-missing', 'ghost');
    expect(missing.message).toContain(`Secret ${ns}/ghost`);
    expect(missing.message).toContain(`${ns}/good`);
    expect(missing.mend[0]).toMatch(/^sopskit keys install --context admin .*-n \S+ --secret-name ghost$/);
    const ignored = finding(found, 'cluster-key.ignored-entry', 'suffix');
    expect(ignored.level).toBe('error');
    expect(ignored.message).toContain(
      `age.key of Secret ${ns}/suffix, which holds the age identity of ${right.recipient}`,
    );
    finding(found, 'cluster-key.unopened-file', 'suffix');
    expect(finding(found, 'cluster-key.broken-entry', 'garbage').message).toContain('notes.agekey');
    expect(finding(found, 'cluster-key.unusable-key', 'ssh').message).toContain('an SSH key');
    const idle = finding(found, 'cluster-key.idle-entry', 'idle');
    expect(idle.message).toContain(other.recipient);
    expect(idle.mend[0]).toContain(`sopskit keys retire ${other.recipient} --context admin`);
    expect(codes(found, 'idle')).toEqual(['cluster-key.idle-entry']);
    expect(finding(found, 'cluster-key.kept', 'kept').message).toContain(`HelmRelease ${ns}/keys`);
    expect(verdict(found, 'kept')).toBe('opens');
    const unopened = finding(found, 'cluster-key.unopened-file', 'wrong');
    expect(unopened.message).toContain(right.recipient);
    expect(unopened.place.file).toBe('wrong/object.yaml');
    const leaked = finding(found, 'cluster-key.last-applied', 'applied');
    for (const name of ['suffix', 'garbage', 'ssh', 'wrong', 'ghost'])
      expect(finding(found, 'cluster-key.not-ready', name).message).toContain(
        `Kustomization ${ns}/${name} is not ready`,
      );
    for (const name of ['suffix', 'garbage', 'ssh', 'wrong', 'ghost', 'noref'])
      expect(verdict(found, name)).toBe('fails');
    expect(finding(found, 'cluster-key.no-secret', 'noref').message).toContain('no decryption.secretRef');

    const text = await doctor.run(['--cluster', '-n', ns]);
    expect(text.status).toBe(1);
    expect(text.stdout).toMatch(/^no private key was found/);
    expect(text.stdout).toContain('KUSTOMIZATION');
    expect(text.stdout).toMatch(new RegExp(`${ns}/good +sops +${ns}/good: found +1 +opens all`));

    mend(scene, ignored);
    mend(scene, finding(found, 'cluster-key.broken-entry', 'garbage'));
    mend(scene, finding(found, 'cluster-key.unusable-key', 'ssh'));
    mend(scene, leaked);
    for (const name of ['suffix', 'garbage', 'ssh'])
      typeLine(scene, finding(found, 'cluster-key.not-ready', name).mend.at(-1));
    for (const name of ['suffix', 'garbage', 'ssh']) await scene.ready(name, revision);
    const after = await doctor.live();
    for (const name of ['garbage', 'ssh', 'applied']) {
      expect(codes(after, name)).toEqual([]);
      expect(verdict(after, name)).toBe('opens');
    }
    // what holds no key stays a note, and is no reason to fail
    expect(codes(after, 'suffix')).toEqual(['cluster-key.ignored-entry']);
    expect(verdict(after, 'suffix')).toBe('opens');
  });

  it('says which command of sopskit mends it', async () => {
    const { scene, files, doctor } = await open(
      'keysdoctor',
      { ghost: decryption('ghost'), wrong: decryption('wrong') },
      [right.recipient],
    );
    secret(scene, 'wrong', { 'age.agekey': other.text });
    const revision = scene.push(files);
    await scene.reconcile(revision);
    for (const name of ['ghost', 'wrong']) await scene.notReady(name, '');
    const here = { SOPS_AGE_KEY: right.text };
    const found = await doctor.live({ env: here });
    mend(scene, finding(found, 'cluster-key.secret-missing', 'ghost'), here);
    const unopened = finding(found, 'cluster-key.unopened-file', 'wrong');
    expect(unopened.mend[0]).toContain(`--secret-name wrong --recipient ${right.recipient}`);
    mend(scene, unopened, here);
    for (const name of ['ghost', 'wrong']) await scene.ready(name, revision);
    const after = await doctor.live({ env: here });
    expect(codes(after, 'ghost')).toEqual([]);
    expect(codes(after, 'wrong')).toEqual(['cluster-key.idle-entry']);
    const idle = finding(after, 'cluster-key.idle-entry', 'wrong');
    for (const command of idle.mend) typeLine(scene, `${command} --yes`, here);
    const last = await doctor.live({ env: here });
    expect(last.findings).toEqual([]);
    expect(last.status).toBe(0);
    expect(verdict(last, 'wrong')).toBe('opens');
  });

  it('keeps the keys of two clusters apart', async () => {
    const names = { staging: right.recipient, prod: other.recipient };
    const scene = await scenes.open({ files: {}, name: 'keysdoctor', path: 'clusters/prod' });
    const ns = scene.namespace;
    const doctor = new KeysDoctor(scene, [right, other]);
    const sync = scene.syncManifest().replaceAll('clusters/prod', 'clusters/staging');
    const rules = Object.entries(names).map(
      ([name, key]) =>
        `  - path_regex: ^${name}/\n    encrypted_regex: ^(data|stringData)$\n    age: ${key} # ${name}\n`,
    );
    const revision = scene.push({
      '.sops.yaml': `creation_rules:\n${rules.join('')}`,
      'clusters/staging/flux-system/gotk-sync.yaml': sync,
      'clusters/staging/staging.yaml': kustomization('staging', decryption('key')),
      'clusters/prod/prod.yaml': kustomization('prod', decryption('key')),
      'staging/object.yaml': await sealedSecret('staging-data', ns, [right.recipient]),
      'prod/object.yaml': await sealedSecret('prod-data', ns, [other.recipient]),
      'prod/both.yaml': await sealedSecret('prod-both', ns, [other.recipient, right.recipient]),
    });
    secret(scene, 'key', { 'age.agekey': other.text });
    await scene.reconcile(revision, ['flux-system', 'prod']);
    const env = { SOPS_AGE_KEY: `${right.text}${other.text}` };
    for (const found of [await doctor.look([], { env }), await doctor.live({ env })]) {
      const readable = finding(found, 'cluster-key.other-cluster', 'prod');
      expect(readable.place.file).toBe('prod/both.yaml');
      expect(readable.message).toContain(
        `the key of clusters/staging opens it: ${right.recipient} (staging)`,
      );
      expect(found.findings.map(({ code }) => code)).toEqual(['cluster-key.other-cluster']);
      expect(found.status).toBe(1);
    }
    const live = await doctor.live({ env });
    expect(live.json.flux.clusters.map((one: Json) => [one.name, one.context])).toEqual([
      ['clusters/prod', 'admin'],
      ['clusters/staging', null],
    ]);
    expect(verdict(live, 'prod')).toBe('opens');
    expect(verdict(live, 'staging')).toBe('untried');
    mend(scene, finding(live, 'cluster-key.other-cluster', 'prod'), env);
    expect((await doctor.live({ env })).findings).toEqual([]);
    // a rule that forgets its cluster
    scene.write({
      '.sops.yaml': `creation_rules:\n${rules.join('').replace(other.recipient, right.recipient)}`,
    });
    const rule = finding(await doctor.live({ env }), 'cluster-key.rule', 'prod');
    expect(rule.message).toContain(other.recipient);
    // a context of another cluster than the path that was asked for
    const wrong = await doctor.run(['--cluster', '--path', 'clusters/staging'], { env });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--path');
  });

  it('finds what the cluster never tells: ciphertext, MACs, drift', async () => {
    const { scene, files, doctor } = await open(
      'keysdoctor',
      { good: decryption('key'), refused: '', edited: decryption('key'), damaged: decryption('key') },
      [right.recipient],
    );
    const ns = scene.namespace;
    secret(scene, 'key', { 'age.agekey': right.text });
    for (const name of ['stored', 'generated', 'drifted'])
      files[`clusters/test/${name}.yaml`] = kustomization(name, name === 'drifted' ? decryption('key') : '');
    files['stored/object.yaml'] = await sealedSecret('stored', ns, [right.recipient], 'stringData');
    files['drifted/object.yaml'] = configMap('drifted');
    files['generated/kustomization.yaml'] =
      `namespace: ${ns}\nsecretGenerator:\n  - name: generated\n    files: [object.yaml]\n`;
    files['generated/object.yaml'] = await sealedSecret('generated', ns, [right.recipient]);
    files['edited/object.yaml'] = (files['edited/object.yaml'] ?? '').replace('of: test', 'of: others');
    files['damaged/object.yaml'] = (files['damaged/object.yaml'] ?? '').replace(
      /password: ENC\[AES256_GCM,data:..../,
      'password: ENC[AES256_GCM,data:AAAA',
    );
    const revision = scene.push(files);
    await scene.reconcile(revision);
    for (const name of ['good', 'stored', 'generated', 'edited', 'drifted'])
      await scene.ready(name, revision);
    for (const name of ['refused', 'damaged']) await scene.notReady(name, '');
    controlPlane.apply(kustomization('stray', decryption('key')).replaceAll('$NS', ns));
    controlPlane.kubectl(
      'patch',
      'kustomization',
      'drifted',
      '-n',
      ns,
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/spec/decryption"}]',
    );

    const found = await doctor.live();
    expect(found.status).toBe(1);
    expect(codes(found, 'good')).toEqual([]);
    expect(verdict(found, 'good')).toBe('opens');
    // Flux says Ready of these
    expect(finding(found, 'flux.ciphertext-stored', 'stored').place.file).toBe('stored/object.yaml');
    expect(finding(found, 'cluster-key.ciphertext-live', 'stored').message).toContain(
      `Secret ${ns}/stored (password)`,
    );
    finding(found, 'flux.ciphertext-stored', 'generated');
    for (const name of ['stored', 'generated']) expect(verdict(found, name)).toBe('stored');
    const mac = finding(found, 'cluster-key.mac', 'edited');
    expect(mac.place.file).toBe('edited/object.yaml');
    expect(verdict(found, 'edited')).toBe('opens');
    finding(found, 'flux.ciphertext-refused', 'refused');
    finding(found, 'cluster-key.damaged-value', 'damaged');
    for (const name of ['refused', 'damaged']) {
      finding(found, 'cluster-key.not-ready', name);
      expect(verdict(found, name)).toBe('fails');
    }
    expect(found.json.flux.unchecked).toEqual([]);
    expect(finding(found, 'cluster-key.live-only', 'stray').message).toContain(`${ns}/stray`);
    const drift = finding(found, 'cluster-key.live-differs', 'drifted');
    expect(drift.message).toContain('has no decryption, the repository decryption with sops and Secret key');

    // without the cluster, nobody here has the key
    const apart = await doctor.look(['-n', ns]);
    expect(apart.status).toBe(1);
    expect(apart.json.flux.unchecked).toHaveLength(3);
    finding(apart, 'flux.ciphertext-stored', 'stored');
    expect(verdict(apart, 'good')).toBe('untried');
    const here = await doctor.look(['-n', ns], { env: { SOPS_AGE_KEY: right.text } });
    expect(here.json.opens).toBe(true);
    expect(here.json.flux.unchecked).toEqual([]);
    finding(here, 'cluster-key.mac', 'edited');

    mend(scene, drift);
    await controlPlane.waitFor(
      'the decryption that git has',
      async () => (await scene.kustomization('drifted'))?.spec?.decryption?.secretRef?.name === 'key',
    );
    for (const command of mac.mend)
      expect(typeLine(scene, command, { SOPS_AGE_KEY: right.text })).not.toBe('');
    const mended: Record<string, string> = {
      'edited/object.yaml': await sealedSecret('edited', ns, [right.recipient]),
      'damaged/object.yaml': await sealedSecret('damaged', ns, [right.recipient]),
    };
    for (const name of ['stored', 'generated', 'refused'])
      mended[`clusters/test/${name}.yaml`] = kustomization(name, decryption('key'));
    const second = scene.push(mended);
    await scene.reconcile(second);
    for (const name of ['stored', 'generated', 'refused', 'edited', 'damaged', 'drifted'])
      await scene.ready(name, second);
    await scene.suspend('stray');
    controlPlane.kubectl('delete', 'kustomization', 'stray', '-n', ns);
    const after = await doctor.live();
    expect(after.findings).toEqual([]);
    expect(after.status).toBe(0);
    expect(after.json.flux.healthy).toBe(true);
  });

  it('names a provider that there is not', async () => {
    const { scene, files, doctor } = await open('keysdoctor', { plain: '' }, [right.recipient]);
    files['clusters/test/plain.yaml'] = kustomization(
      'plain',
      '  decryption:\n    provider: sosp\n    secretRef: {name: key}\n',
    );
    await scene.fetch(scene.push(files));
    await scene.notReady('flux-system', 'spec.decryption.provider');
    const found = await doctor.live();
    const provider = finding(found, 'cluster-key.provider', 'flux-system');
    expect(provider.message).toContain('"sosp"');
    expect(provider.place).toMatchObject({ file: 'clusters/test/plain.yaml' });
    expect(verdict(found, 'flux-system')).toBe('fails');
    files['clusters/test/plain.yaml'] = kustomization('plain', decryption('key'));
    secret(scene, 'key', { 'age.agekey': right.text });
    const revision = scene.push(files);
    await scene.reconcile(revision, ['flux-system', 'plain']);
    expect((await doctor.live()).findings).toEqual([]);
  });

  it('goes on with what it may see, and says what would let it see more', async () => {
    const { scene, files, doctor } = await open('keysdoctor', { good: decryption('key') }, [right.recipient]);
    const ns = scene.namespace;
    secret(scene, 'key', { 'age.agekey': right.text });
    await scene.reconcile(scene.push(files), ['flux-system', 'good']);
    const user = `reader-of-${ns}`;
    controlPlane.kubectl(
      'create',
      'clusterrole',
      user,
      '--verb=get,list',
      '--resource=kustomizations.kustomize.toolkit.fluxcd.io,gitrepositories.source.toolkit.fluxcd.io',
    );
    controlPlane.kubectl('create', 'clusterrolebinding', user, `--clusterrole=${user}`, `--user=${user}`);
    try {
      const found = await doctor.live({}, '--as', user);
      expect(found.status).toBe(2);
      const denied = finding(found, 'cluster-key.may-not-read', 'good');
      expect(denied.message).toContain(`User ${user} may not get secrets key in namespace ${ns}`);
      expect(denied.fix).toContain('resourceNames: [key], verbs: [get]');
      expect(verdict(found, 'good')).toBe('unknown');
      expect(found.json.flux.unchecked).toEqual(['good/object.yaml']);
      mend(scene, denied);
      const after = await doctor.live({}, '--as', user);
      expect(verdict(after, 'good')).toBe('opens');
      expect(codes(after, 'good')).toEqual([]);
    } finally {
      controlPlane.kubectl('delete', 'clusterrole', user);
      controlPlane.kubectl('delete', 'clusterrolebinding', user);
    }
  });

  it('knows the Secret and the release of the controller', async () => {
    const { scene, files, doctor } = await open(
      'keysdoctor',
      { global: '  decryption:\n    provider: sops\n', quantum: decryption('quantum') },
      [right.recipient],
    );
    const ns = scene.namespace;
    const generated = typeLine(scene, 'sopskit keys generate --post-quantum --output -');
    const quantum = /AGE-SECRET-KEY-PQ-\w+/.exec(generated)?.[0] ?? '';
    secret(scene, 'quantum', { 'age.agekey': right.text, 'pq.agekey': `${quantum}\n` });
    await scene.reconcile(scene.push(files));
    const image = 'ghcr.io/fluxcd/kustomize-controller:v1.8.2';
    controlPlane.apply(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: kustomize-controller
  namespace: ${ns}
  labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/version: v2.8.1}
spec:
  replicas: 0
  selector: {matchLabels: {app: kustomize-controller}}
  template:
    metadata: {labels: {app: kustomize-controller}}
    spec:
      containers:
        - {name: manager, image: '${image}', args: [--sops-age-secret=controllers]}
`);
    try {
      const found = await doctor.live();
      const missing = finding(found, 'cluster-key.controller-secret', 'global');
      expect(missing.secret).toEqual({ namespace: ns, name: 'controllers' });
      const old = finding(found, 'cluster-key.post-quantum', 'quantum');
      expect(old.message).toContain('pq.agekey');
      expect(`${found.stdout}`).not.toContain(quantum);
      mend(scene, old);
      secret(scene, 'controllers', { 'age.agekey': right.text, 'more.asc': 'no key' });
      const after = await doctor.live();
      expect(codes(after, 'quantum')).toEqual([]);
      expect(codes(after, 'global').filter((code) => code.startsWith('cluster-key.controller'))).toEqual([]);
      expect(finding(after, 'cluster-key.ignored-entry', 'global').message).toContain(
        'of the Secret of --sops-age-secret',
      );
      const [one] = after.json.flux.clusters[0].kustomizations.filter(
        ({ key }: { key: string }) => key === `${ns}/global`,
      );
      expect(one).toMatchObject({ global: true, secretState: 'found', files: [{ opens: true }] });
    } finally {
      controlPlane.kubectl('delete', 'deployment', 'kustomize-controller', '-n', ns);
    }
  });

  it('tells of the repository, where the cluster cannot be asked', async () => {
    const { scene, files, doctor } = await open('keysdoctor', { plain: '' }, [right.recipient]);
    files['plain/object.yaml'] = await sealedSecret(
      'plain',
      scene.namespace,
      [right.recipient],
      'stringData',
    );
    scene.write(files);
    const config = path.join(folder, 'dead.yaml');
    writeFileSync(
      config,
      `apiVersion: v1
kind: Config
current-context: dead
clusters: [{name: dead, cluster: {server: 'https://127.0.0.1:9', insecure-skip-tls-verify: true}}]
users: [{name: dead, user: {token: x}}]
contexts: [{name: dead, context: {cluster: dead, user: dead}}]
`,
    );
    const dead = ['--cluster', '--kubeconfig', config];
    const found = await doctor.look(dead);
    expect(found.status).toBe(2);
    finding(found, 'flux.ciphertext-stored', 'plain');
    expect(found.json.flux.failure).toMatchObject({ code: 'cluster.unreachable' });
    const text = await doctor.run(dead);
    expect(text.status).toBe(2);
    expect(text.stdout).toContain('flux.ciphertext-stored');
    expect(text.stderr).toContain('cannot be reached');
    const guest = await doctor.run(['--cluster', '--context', 'guest']);
    expect(guest.status).toBe(2);
    expect(guest.stderr).toContain('may not list kustomizations');
  });
});
