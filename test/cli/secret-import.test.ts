import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretWorld } from './secret-world.ts';

const canary = 'CANARY-import-4711';
const base64 = Buffer.from(canary).toString('base64');
let world: SecretWorld;
beforeEach(() => {
  world = new SecretWorld();
});
afterEach(() => world.remove());

/** As kubectl prints a live Secret. */
function live(name: string, more: { readonly type?: string; readonly metadata?: object } = {}): object {
  return {
    apiVersion: 'v1',
    data: { password: base64 },
    kind: 'Secret',
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${base64}"}}`,
        'example.com/kept': 'yes',
      },
      creationTimestamp: '2026-01-02T03:04:05Z',
      labels: { app: name, 'kustomize.toolkit.fluxcd.io/name': 'apps' },
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:data': {} } }],
      name,
      namespace: 'app',
      resourceVersion: '4711',
      uid: '00000000-0000-0000-0000-000000000000',
      ...more.metadata,
    },
    type: more.type ?? 'Opaque',
  };
}

const cleaned = `apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: app
  labels:
    app: db
  annotations:
    example.com/kept: "yes"
type: Opaque
data:
  password: ${base64}
`;

describe('secret import', () => {
  it('takes what kubectl prints, without what the server added', async () => {
    const made = await world.ok(['secret', 'import', '-'], { stdin: JSON.stringify(live('db')) });
    expect(await world.plain('db.yaml')).toBe(cleaned);
    expect(world.read('db.yaml')).not.toContain(base64);
    expect(made.stderr).toContain(
      'without metadata.annotations[kubectl.kubernetes.io/last-applied-configuration], metadata.creationTimestamp',
    );
    expect(made.stderr).toContain('Flux makes this Secret');
  });

  it.each([
    ['kapp.k14s.io/original', JSON.stringify({ data: { password: base64 } }), false],
    ['banzaicloud.com/last-applied', 'H4sIAAAA', false],
    ['objectset.rio.cattle.io/applied', 'H4sIAAAA', false],
    ['example.com/plain', `it is ${canary}.`, true],
    ['example.com/base64', `x: ${base64}`, true],
    ['example.com/packed', gzipSync(JSON.stringify({ data: { a: base64 } })).toString('base64'), true],
    [
      'example.com/twice',
      Buffer.from(Buffer.from(`a: ${canary}`).toString('base64')).toString('base64'),
      true,
    ],
    ['example.com/shifted', Buffer.from(`password=${canary};`).toString('base64'), true],
    ['example.com/old', '{"kind":"Secret","data":{"password":"b3RoZXI="}}', true],
    ['example.com/pin', '{"pin":"4711"}', true],
  ])('leaves out the annotation %s that repeats a value', async (name, note, isTold) => {
    const secret = live('db', {
      metadata: { annotations: { [name]: note, 'example.com/kept': 'yes 47110' } },
    });
    const data = { password: base64, pin: Buffer.from('4711').toString('base64'), flag: 'dHJ1ZQ==' };
    const made = await world.ok(['secret', 'import', '-'], { stdin: JSON.stringify({ ...secret, data }) });
    expect(world.read('db.yaml')).not.toContain(name);
    expect(await world.plain('db.yaml')).toContain('annotations:\n    example.com/kept: yes 47110\n');
    expect(made.stderr).toContain(`metadata.annotations[${name}]`);
    expect(made.stderr.includes(`annotation ${name} `)).toBe(isTold);
    expect(made.stderr).not.toContain(canary);
  });

  it('leaves out a label that is a value, unless the name has it too', async () => {
    const labels = { app: 'db-admin', token: canary, on: 'true' };
    const data = { user: Buffer.from('db-admin').toString('base64'), password: base64, on: 'dHJ1ZQ==' };
    const secret = { ...live('my-db-admin', { metadata: { labels } }), data };
    const made = await world.ok(['secret', 'import', '-'], { stdin: JSON.stringify(secret) });
    expect(await world.plain('my-db-admin.yaml')).toContain('labels:\n    app: db-admin\n    "on": "true"\n');
    expect(made.stderr).toContain('label token repeats the value of password, and is left out');
  });

  it('leaves out what Flux decrypts with, unless it is meant', async () => {
    const key = Buffer.from('AGE-SECRET-KEY-TEST').toString('base64');
    const items = [live('db'), { ...live('sops-age'), data: { 'any.agekey': key } }];
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const made = await world.ok(['secret', 'import', '-'], { stdin });
    expect(made.stderr).toContain('Secret app/sops-age is left out: it is what Flux decrypts with');
    expect(world.files()).toEqual(['.sops.yaml', 'db.yaml']);
    const meant = await world.ok(['secret', 'import', '-', '--name', 'sops-age'], { stdin });
    expect(meant.stderr).toContain('warning: Secret app/sops-age: it is what Flux decrypts with');
    expect(world.files()).toContain('sops-age.yaml');
  });

  it.each([
    'NAME   TYPE     DATA   AGE\ndb     Opaque   1      5m\n',
    'NAMESPACE   NAME   TYPE     DATA   AGE\napp   db     Opaque   1      5m\n',
    'db     Opaque   1      3d4h\n',
    'secret/db\n',
    'Name:         db\nNamespace:    app\n',
  ])('names -o yaml for what kubectl prints without it: %j', async (stdin) => {
    const refused = await world.run(['secret', 'import', '-'], { stdin });
    expect(refused.stderr).toContain('Add -o yaml');
  });

  it('reads YAML, and names the file that is still in clear', async () => {
    world.write(
      'live',
      `apiVersion: v1\ndata:\n  password: ${base64}\nkind: Secret\nmetadata:\n  annotations:\n    example.com/kept: "yes"\n  labels:\n    app: db\n  name: db\n  namespace: app\n  uid: x\ntype: Opaque\n`,
    );
    const made = await world.ok(['secret', 'import', 'live', '--output', 'a.yaml']);
    expect(await world.plain('a.yaml')).toBe(cleaned);
    expect(made.stderr).toContain('live still holds the values in clear');
  });

  it('writes a file for each Secret of a list, and leaves the others out', async () => {
    const items = [
      live('db'),
      live('web'),
      live('token', { type: 'kubernetes.io/service-account-token' }),
      live('sh.helm.release.v1.x.v1', { type: 'helm.sh/release.v1' }),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: {} },
    ];
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items, metadata: { resourceVersion: '' } });
    const made = await world.ok(['secret', 'import', '-', '--folder', 'apps'], { stdin: list });
    expect(world.files().filter((file) => file.startsWith('apps/'))).toEqual([
      'apps/db.yaml',
      'apps/web.yaml',
    ]);
    expect(made.stderr).toContain('left out ConfigMap');
    expect(made.stderr).toContain('Secret app/token is left out');
    expect(made.stderr).toContain('Helm');
    await world.ok(['secret', 'import', '-', '--any-type', '--output', 't.yaml'], {
      stdin: JSON.stringify(items[2]),
    });
    expect(await world.plain('t.yaml')).toContain('type: kubernetes.io/service-account-token');
  });

  it('writes nothing where one of several cannot be written', async () => {
    world.write('web.yaml', 'mine: true\n');
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [live('db'), live('web')] });
    const refused = await world.run(['secret', 'import', '-'], { stdin: list });
    expect(refused.stderr).toContain('there already');
    expect(world.files()).toEqual(['.sops.yaml', 'web.yaml']);
    const twice = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [live('db'), live('db')] });
    expect((await world.run(['secret', 'import', '-'], { stdin: twice })).stderr).toContain(
      'both would go to this file',
    );
    expect(world.files()).toEqual(['.sops.yaml', 'web.yaml']);
  });

  it.each([
    [
      'a SealedSecret',
      { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', spec: { encryptedData: { a: canary } } },
      'only the controller in the cluster',
    ],
    [
      'an ExternalSecret',
      { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', spec: { a: canary } },
      'in another store',
    ],
    [
      'an encrypted file',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { a: canary }, sops: {} },
      'encrypted already',
    ],
    ['another object', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: canary } }, 'no Secret to import'],
    [
      'a Secret without a name',
      { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { a: canary } },
      'has no name',
    ],
    [
      'a path for a name',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: '../x' }, data: { a: canary } },
      'name of a Secret',
    ],
    ['broken JSON', `{"a": "${canary}"`, 'JSON'],
    ['broken YAML', `a: [${canary}\n- x`, 'YAML'],
    ['nothing', ' \n', 'the input is empty'],
  ])('refuses %s, and shows no value', async (_, input, said) => {
    const stdin = typeof input === 'string' ? input : JSON.stringify(input);
    const refused = await world.run(['secret', 'import', '-'], { stdin });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr + refused.stdout.toString()).not.toContain('CANARY');
    expect(world.files()).toEqual(['.sops.yaml']);
  });

  it('warns of a Secret that something else writes', async () => {
    const metadata = {
      ownerReferences: [{ kind: 'ExternalSecret', name: 'x' }],
      annotations: { 'cert-manager.io/certificate-name': 'c' },
    };
    const made = await world.ok(['secret', 'import', '-'], {
      stdin: JSON.stringify(live('db', { metadata })),
    });
    expect(made.stderr).toContain('the object that owns it (ExternalSecret) makes this Secret');
    expect(made.stderr).toContain('cert-manager makes this Secret');
  });

  it('takes one Secret for --output, and prints it to -', async () => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [live('db'), live('web')] });
    expect(
      (await world.run(['secret', 'import', '-', '--output', 'x.yaml'], { stdin: list })).stderr,
    ).toContain('--output takes one Secret');
    const printed = await world.ok(['secret', 'import', '-', '-o', '-'], {
      stdin: JSON.stringify(live('db')),
    });
    expect(printed.stdout.toString()).toContain('password: ENC[');
    expect((await world.run(['secret', 'import'])).stderr).toContain('kubectl get secret');
  });
});
