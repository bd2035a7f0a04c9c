import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, sopskit } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { type FluxScene, startScene } from './flux-scene.ts';

const canary = 'canary-7f3e-password';

const appsKustomization = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: $NS
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  decryption:
    provider: sops
    secretRef:
      name: sops-age
  postBuild:
    substitute:
      region: north
`;

const baseMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: base
  namespace: $NS
data:
  key: value
`;

const templates = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'values.yaml': 'color: red\nauth:\n  user: admin\n  password: ""\nextra: []\n',
  'templates/settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-settings
  labels:
    app.kubernetes.io/managed-by: {{ .Release.Service }}
data:
  color: {{ .Values.color | quote }}
  user: {{ .Values.auth.user | quote }}
`,
  'templates/secret.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-login
stringData:
  password: {{ .Values.auth.password | quote }}
  session: {{ randAlphaNum 24 | quote }}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector:
    app: {{ .Release.Name }}
  ports:
    - port: 80
      targetPort: 8080
`,
};

describeE2e('restructure adopt', ['kustomize', 'helm', 'age-keygen'], (controlPlane, tools) => {
  const scenes: FluxScene[] = [];
  let folder = '';
  let server: Server;
  let repository = '';
  let recipient = '';
  const keyFile = (): string => path.join(folder, 'keys.txt');

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-adopt-'));
    execFileSync(tools['age-keygen'], ['-o', keyFile()], { stdio: 'pipe' });
    recipient = /public key: (age1\w+)/.exec(readFileSync(keyFile(), 'utf8'))?.[1] ?? '';
    for (const [name, text] of Object.entries(templates)) {
      mkdirSync(path.dirname(path.join(folder, 'web', name)), { recursive: true });
      writeFileSync(path.join(folder, 'web', name), text);
    }
    mkdirSync(path.join(folder, 'charts'));
    helm('package', path.join(folder, 'web'), '-d', path.join(folder, 'charts'));
    server = createServer((request, response) => {
      try {
        response.end(readFileSync(path.join(folder, 'charts', path.basename(request.url ?? ''))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    helm('repo', 'index', path.join(folder, 'charts'), '--url', repository);
  });
  afterAll(async () => {
    for (const scene of scenes) await scene.remove();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** helm must not hold up this process, which serves the charts: only for what needs none. */
  function helm(...args: readonly string[]): string {
    return execFileSync(tools.helm, args, {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: controlPlane.kubeconfig },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  async function begin(): Promise<FluxScene> {
    const rules = `creation_rules:\n  - path_regex: ^apps/\n    encrypted_regex: ^(data|stringData)$\n    age: ${recipient}\n`;
    const files = {
      '.sops.yaml': rules,
      'clusters/test/apps.yaml': appsKustomization,
      'apps/base.yaml': baseMap,
    };
    const scene = await startScene(controlPlane, { files, name: 'adopt' });
    scenes.push(scene);
    const key = Buffer.from(readFileSync(keyFile())).toString('base64');
    controlPlane.apply(
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: sops-age\n  namespace: ${scene.namespace}\ndata:\n  age.agekey: ${key}\n`,
    );
    await controlPlane.waitFor('apps', () => scene.kustomization('apps'));
    await scene.annotate('kustomizations', 'apps');
    await scene.ready('apps', scene.git('rev-parse', 'HEAD').trim());
    return scene;
  }

  const adopt = (scene: FluxScene, ...args: readonly string[]): Promise<Ran> =>
    sopskit(scene, ['restructure', 'adopt', ...args, '-n', scene.namespace, '--into', 'apps'], {
      tools: [tools.helm, tools.kustomize],
      env: { SOPS_AGE_KEY_FILE: keyFile() },
    });

  it('takes a Helm release over, its secrets encrypted, and names what the chart makes afresh', async () => {
    const scene = await begin();
    const values = ['--set', `auth.password=${canary}`, '--set', 'color=blue'];
    helm('install', 'shop', path.join(folder, 'web'), '-n', scene.namespace, ...values);
    const shown = await adopt(scene, 'HelmRelease/shop', '--repo', repository);
    expect(shown.stderr).toBe('');
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('makes these fields afresh each time');
    expect(shown.stdout).toContain(`Secret ${scene.namespace}/shop-login: data.session`);
    expect(shown.stdout).toContain('auth.password');
    expect(shown.stdout + shown.stderr).not.toContain(canary);

    const done = await adopt(scene, 'HelmRelease/shop', '--repo', repository, '--apply', '--yes');
    expect(done.stderr).toContain('done: adopt HelmRelease/shop');
    expect(done.status).toBe(0);
    expect(done.stdout + done.stderr).not.toContain(canary);
    expect(scene.git('log', '-p', '--all')).not.toContain(canary);
    const live = await controlPlane.get('helmreleases', scene.namespace, 'shop');
    expect(live?.spec).toMatchObject({
      releaseName: 'shop',
      targetNamespace: scene.namespace,
      storageNamespace: scene.namespace,
      values: { color: 'blue' },
      valuesFrom: [{ kind: 'Secret', name: 'shop-values' }],
      chart: { spec: { chart: 'web', version: '1.2.3', sourceRef: { kind: 'HelmRepository' } } },
    });
    expect(live?.spec.values.auth).toBeUndefined();
    const secret = await controlPlane.get('secrets', scene.namespace, 'shop-values');
    const text = Buffer.from(secret?.data['values.yaml'] ?? '', 'base64').toString();
    expect(text).toContain(`password: ${canary}`);
    // once more only looks
    const again = await adopt(scene, 'HelmRelease/shop', '--repo', repository, '--apply', '--yes');
    expect(again.stderr).toContain('1 of 1 steps are pushed already');
    expect(again.status).toBe(0);
  });

  it('refuses a release that Flux would change', async () => {
    const scene = await begin();
    helm('install', 'blog', path.join(folder, 'web'), '-n', scene.namespace);
    await controlPlane.patch('configmaps', scene.namespace, 'blog-settings', {
      data: { color: 'somebody-elses' },
    });
    const { status, stderr } = await adopt(scene, 'HelmRelease/blog', '--repo', repository);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `ConfigMap ${scene.namespace}/blog-settings was changed in the cluster since: data.color`,
    );
    expect(stderr).not.toContain('somebody-elses');
    const template = '$' + '{region}';
    helm('install', 'wiki', path.join(folder, 'web'), '-n', scene.namespace, '--set', `color=${template}`);
    const substituted = await adopt(scene, 'HelmRelease/wiki', '--repo', repository);
    expect(substituted.stderr).toContain(
      `would change HelmRelease ${scene.namespace}/wiki: spec.values.color`,
    );
    const unknown = await adopt(scene, 'HelmRelease/blgo', '--repo', repository);
    expect(unknown.stderr).toContain('release: not found');
    expect(unknown.status).toBe(1);
    const nowhere = await adopt(scene, 'HelmRelease/blog');
    expect(nowhere.stderr).toContain('--repo URL');
    expect(nowhere.status).toBe(1);
  });

  it('takes live objects over, without a change to any of them', async () => {
    const scene = await begin();
    controlPlane.apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: ${scene.namespace}\ndata:\n  a: "1"\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: login\n  namespace: ${scene.namespace}\nstringData:\n  password: ${canary}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: ${scene.namespace}\nspec:\n  ports:\n  - port: 80\n`,
      'kubectl',
    );
    const before = await uids(scene);
    const done = await adopt(scene, 'cm/settings', 'Secret/login', 'svc/web', '--apply', '--yes');
    expect(done.stderr).toContain('done: adopt');
    expect(done.stdout + done.stderr).not.toContain(canary);
    expect(done.status).toBe(0);
    expect(await uids(scene)).toEqual(before);
    const owner = 'kustomize.toolkit.fluxcd.io/name';
    for (const [resource, name] of [
      ['configmaps', 'settings'],
      ['secrets', 'login'],
      ['services', 'web'],
    ] as const)
      expect((await controlPlane.get(resource, scene.namespace, name))?.metadata.labels[owner]).toBe('apps');
    const written = readFileSync(path.join(scene.folder, 'apps/service-web.yaml'), 'utf8');
    expect(written).not.toMatch(/clusterIP|uid|resourceVersion|status|managedFields/);
    expect(readFileSync(path.join(scene.folder, 'apps/secret-login.yaml'), 'utf8')).toContain(
      'ENC[AES256_GCM,',
    );
    // taken back, they are nobody's again, and are still the same ones
    const undone = await sopskit(scene, ['restructure', 'undo', '--apply', '--yes'], {
      tools: [tools.kustomize],
      env: { SOPS_AGE_KEY_FILE: keyFile() },
    });
    expect(undone.stdout).toContain('Nothing is deleted: ');
    expect(undone.stderr).toContain('done: take back');
    expect(await scene.inventory('apps')).toEqual([`${scene.namespace}_base__ConfigMap`]);
    expect(await uids(scene)).toEqual(before);
  });

  it('refuses objects that Flux would change, or that are not there, or somebody else’s', async () => {
    const scene = await begin();
    const template = '$' + '{region}';
    controlPlane.apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: template\n  namespace: ${scene.namespace}\ndata:\n  where: "${template}"\n`,
    );
    const changed = await adopt(scene, 'ConfigMap/template');
    expect(changed.stderr).toContain(`ConfigMap ${scene.namespace}/template: data.where`);
    expect(changed.status).toBe(1);
    expect((await adopt(scene, 'ConfigMap/nothing')).stderr).toContain('the cluster has no ConfigMap');
    expect((await adopt(scene, 'ConfigMap/base')).stderr).toContain('in the repository already');
    expect((await adopt(scene, 'Secret/sops-age')).stderr).toContain('locked in itself');
    expect((await adopt(scene, 'GitRepository/flux-system')).stderr).toContain(
      'belongs to the Kustomization',
    );
    expect(scene.git('status', '--porcelain')).toBe('');
  });
});

async function uids(scene: FluxScene): Promise<unknown> {
  return [
    await scene.uid('configmaps', 'settings'),
    await scene.uid('secrets', 'login'),
    await scene.uid('services', 'web'),
  ];
}
