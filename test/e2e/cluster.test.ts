import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/connect.ts';
import type { ConnectionOptions } from '../../src/cluster/connection.ts';
import { textIn } from '../../src/cluster/fields.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { jsonFormat } from '../../src/formats/json/json-format.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { System } from '../../src/system/system.ts';
import type { Mapping } from '../../src/tree/value.ts';
import { describeE2e } from './describe-e2e.ts';

const none: ConnectionOptions = { kubeconfig: null, context: null, asUser: null, asGroups: [] };
const canary = 'canary-value-3f9a';

function tree(object: unknown): Mapping {
  const [first] = jsonFormat.parse(Buffer.from(JSON.stringify(object))).branches;
  if (first === undefined) throw new Error('no object');
  return first;
}

async function failure(work: Promise<unknown>): Promise<SopskitError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SopskitError)) throw new Error(`no refusal: ${String(error)}`);
  expect(`${error.message} ${error.hint}`).not.toContain(canary);
  return error;
}

describeE2e('cluster', [], (controlPlane) => {
  let folder: string;
  let namespace: string;
  let cluster: Cluster;

  /** A user's machine: an empty HOME, and these variables. */
  function systemWith(variables: Record<string, string> = {}): System {
    const all: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: folder, ...variables };
    const env = { get: (name: string) => all[name], all: () => all };
    const real = nodeSystem();
    return {
      ...real,
      env,
      files: { ...real.files, cwd: folder, home: folder },
      processes: nodeProcesses(env, nodeTermination()),
    };
  }

  function kubeconfig(parts: { cluster?: object; user?: object; context?: object }): string {
    const file = path.join(folder, `config-${Math.random().toString(36).slice(2)}`);
    const ca = readFileSync(controlPlane.address.ca).toString('base64');
    const made = { server: controlPlane.server, 'certificate-authority-data': ca };
    const config = {
      'current-context': 'test',
      clusters: [{ name: 'c', cluster: { ...made, ...parts.cluster } }],
      users: [{ name: 'u', user: { ...(parts.user ?? { token: controlPlane.token }) } }],
      contexts: [{ name: 'test', context: { cluster: 'c', user: 'u', ...parts.context } }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  async function open(parts: Parameters<typeof kubeconfig>[0], variables = {}): Promise<Cluster> {
    return await connect(systemWith(variables), { ...none, kubeconfig: kubeconfig(parts) });
  }

  const secret = (name: string): { apiVersion: string; kind: string; namespace: string; name: string } => ({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace,
    name,
  });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-cluster-'));
    namespace = await controlPlane.createNamespace('cluster');
    cluster = await connect(systemWith(), { ...none, kubeconfig: controlPlane.kubeconfig });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('reads and writes objects', async () => {
    expect(await cluster.version()).toBe('v1.36.3');
    expect([cluster.context, cluster.namespace]).toEqual(['admin', 'default']);
    const manifest = (value: string): Mapping =>
      tree({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'one', namespace },
        stringData: { a: value },
      });
    const made = await cluster.apply(manifest('x'));
    expect(textIn(made, 'data', 'a')).toBe('eA==');
    expect(textIn((await cluster.get(secret('one'))) ?? made, 'metadata', 'uid')).toBe(
      textIn(made, 'metadata', 'uid'),
    );
    const patched = await cluster.patch(secret('one'), tree({ metadata: { labels: { l: 'm' } } }), {
      fieldManager: 'flux-client-side-apply',
    });
    expect(textIn(patched, 'metadata', 'labels', 'l')).toBe('m');
    const live = await controlPlane.get('secrets', namespace, 'one');
    expect(live.metadata.managedFields.map((one: { manager: string }) => one.manager).sort()).toEqual([
      'flux-client-side-apply',
      'sopskit',
    ]);
    expect((await cluster.list({ apiVersion: 'v1', kind: 'Secret' }, namespace, 'l=m')).length).toBe(1);
    expect((await cluster.list({ apiVersion: 'v1', kind: 'Secret' }, namespace, 'l=n')).length).toBe(0);
    await cluster.apply(manifest('y'), { dryRun: true });
    expect((await controlPlane.get('secrets', namespace, 'one')).data.a).toBe('eA==');

    const other = await failure(cluster.delete(secret('one'), { uid: 'another' }));
    expect([other.code, other.message]).toEqual([
      'cluster.changed',
      expect.stringContaining('Somebody else replaced secrets one'),
    ]);
    await cluster.delete(secret('one'));
    await cluster.delete(secret('one'));
    expect(await cluster.get(secret('one'))).toBeNull();
  });

  it('lists all pages, and keeps numbers as they are', async () => {
    const name = `${namespace}-many`;
    await Promise.all(
      Array.from({ length: 620 }, (_, index) =>
        controlPlane.request('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
          metadata: { name: `m-${index}`, labels: { set: name } },
        }),
      ),
    );
    const all = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, null, `set=${name}`);
    expect(all.length).toBe(620);
    expect(textIn(all[0] as Mapping, 'kind')).toBe('ConfigMap');
    const release = await cluster.apply(
      tree({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'numbers', namespace },
        spec: { interval: '1m', values: { small: 3, half: 0.5 } },
      }),
    );
    const numbers = jsonFormat.emit([release], { indent: 0 });
    expect(JSON.parse(Buffer.from(numbers).toString()).spec.values).toEqual({ small: 3, half: 0.5 });
  });

  it('takes the words that kubectl takes for a kind', async () => {
    for (const typed of [
      'ks',
      'Kustomization',
      'kustomizations',
      'kustomizations.kustomize.toolkit.fluxcd.io',
    ])
      expect(await cluster.resolve(typed)).toEqual([
        { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
      ]);
    expect(await cluster.resolve('deploy')).toEqual([{ apiVersion: 'apps/v1', kind: 'Deployment' }]);
    expect(await cluster.resolve('deployments.v1.apps')).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    ]);
    expect(await cluster.resolve('nope')).toEqual([]);
    expect(await cluster.serves({ apiVersion: 'example.com/v1', kind: 'Nope' })).toBe(false);
    expect(
      await cluster.get({ apiVersion: 'example.com/v1', kind: 'Nope', namespace, name: 'x' }),
    ).toBeNull();
    const refused = await failure(cluster.apply(tree({ apiVersion: 'example.com/v1', kind: 'Nope' })));
    expect([refused.code, refused.hint]).toEqual([
      'cluster.not-found',
      expect.stringContaining('CustomResource'),
    ]);
  });

  it('reads events of both shapes', async () => {
    const object = { kind: 'ConfigMap', name: 'told', namespace, apiVersion: 'v1' };
    await controlPlane.request('POST', `/api/v1/namespaces/${namespace}/events`, {
      metadata: { name: 'old', annotations: { a: 'b' } },
      involvedObject: object,
      type: 'Normal',
      reason: 'First',
      message: 'one',
      lastTimestamp: '2020-01-01T00:00:00Z',
      source: { component: 'older' },
    });
    await controlPlane.request('POST', `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, {
      metadata: { name: 'new' },
      regarding: object,
      type: 'Warning',
      reason: 'Second',
      action: 'Acting',
      note: 'two',
      eventTime: '2021-01-01T00:00:00.000000Z',
      reportingController: 'newer',
      reportingInstance: 'x',
    });
    const events = await cluster.events(object);
    expect(events.map(({ reason, message, reporter }) => [reason, message, reporter])).toEqual([
      ['First', 'one', 'older'],
      ['Second', 'two', 'newer'],
    ]);
    expect(events.map(({ time }) => time.getUTCFullYear())).toEqual([2020, 2021]);
    expect(events[0]?.annotations.get('a')).toBe('b');
  });

  it('never repeats a value that the server refuses', async () => {
    const invalid = await failure(
      cluster.apply(
        tree({
          apiVersion: 'helm.toolkit.fluxcd.io/v2',
          kind: 'HelmRelease',
          metadata: { name: 'x', namespace },
          spec: { interval: canary },
        }),
      ),
    );
    expect([invalid.code, invalid.message]).toEqual([
      'cluster.refused',
      expect.stringContaining('spec.interval'),
    ]);
    const label = tree({ metadata: { labels: { l: `${canary} with blanks` } } });
    const made = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'two', namespace } };
    await cluster.apply(tree(made));
    const unknown = await failure(cluster.apply(tree({ ...made, more: canary })));
    expect(unknown.message).toContain('.more: field not declared in schema');
    await failure(cluster.patch(secret('two'), label));
    await failure(cluster.patch(secret('two'), tree({ data: { key: `${canary}%` } })));
    await failure(cluster.patch(secret('two'), tree({ type: canary })));
    const away = await failure(cluster.patch(secret('ghost'), tree({ metadata: {} })));
    expect(away.code).toBe('cluster.not-found');
  });

  it('tells conflicts of fields from those of versions, and says whose', async () => {
    const made = (data: object, metadata: object = {}): Mapping =>
      tree({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shared', namespace, ...metadata }, data });
    const first = await cluster.apply(made({ a: 'eA==' }), { fieldManager: 'somebody' });
    const fields = await failure(cluster.apply(made({ a: 'eQ==' })));
    expect([fields.code, fields.message]).toEqual([
      'cluster.conflict',
      `The API server refused to apply secrets shared in namespace ${namespace}: other managers have fields of it (somebody has .data.a)`,
    ]);
    const [resourceVersion, uid] = ['resourceVersion', 'uid'].map((name) => textIn(first, 'metadata', name));
    const locked = { resourceVersion, uid };
    await cluster.apply(made({ b: 'eA==' }, locked));
    for (const stale of [
      made({ b: 'eQ==' }, locked),
      made({ b: 'eQ==' }, { ...locked, resourceVersion: '1' }),
    ])
      expect((await failure(cluster.apply(stale))).message).toBe(
        `Somebody else changed secrets shared in namespace ${namespace} in the meantime`,
      );
    const merged = cluster.patch(secret('shared'), tree({ metadata: locked, data: { b: null } }));
    expect((await failure(merged)).code).toBe('cluster.changed');
    await cluster.delete(secret('shared'), { uid: uid ?? '' });
    expect((await failure(cluster.apply(made({ b: 'eQ==' }, locked)))).code).toBe('cluster.changed');
    expect(await cluster.get(secret('shared'))).toBeNull();
  });

  it('says what a namespace lacks, and what cannot be changed', async () => {
    const made = (where: string, more: object = {}): Mapping =>
      tree({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'fixed', namespace: where }, ...more });
    const missing = await failure(cluster.apply(made('no-such-namespace')));
    expect([missing.code, missing.message, missing.hint]).toEqual([
      'cluster.not-found',
      'There is no namespace no-such-namespace in the cluster of context admin',
      expect.stringContaining('create namespace no-such-namespace'),
    ]);
    const ending = await controlPlane.createNamespace('ending');
    await controlPlane.request('DELETE', `/api/v1/namespaces/${ending}`);
    expect((await failure(cluster.apply(made(ending)))).message).toContain('the namespace is being deleted');
    await cluster.apply(made(namespace, { immutable: true, data: { a: 'eA==' } }));
    const fixed = await failure(cluster.patch(secret('fixed'), tree({ data: { a: 'eQ==' } })));
    expect([fixed.message, fixed.hint]).toEqual([
      expect.stringContaining('field is immutable when `immutable` is set'),
      expect.stringContaining('delete secrets fixed -n'),
    ]);
  });

  it('repeats no value that a policy of the cluster repeats', async () => {
    const name = `${namespace}-policy`;
    const admission = '/apis/admissionregistration.k8s.io/v1';
    const [policies, bindings] = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map(
      (kind) => `${admission}/${kind}`,
    ) as [string, string];
    const rule = {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['secrets'],
    };
    await controlPlane.request('POST', policies, {
      metadata: { name },
      spec: {
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          resourceRules: [rule],
        },
        validations: [{ expression: 'false', messageExpression: "'no: ' + string(object.data['a'])" }],
      },
    });
    await controlPlane.request('POST', bindings, {
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
    try {
      const made = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'judged', namespace } };
      const base64 = Buffer.from(canary).toString('base64');
      const told = await controlPlane.waitFor('the policy', () =>
        cluster.apply(tree({ ...made, data: { a: base64 } })).then(
          () => null,
          (error: unknown) => failure(Promise.reject(error)),
        ),
      );
      expect(told.message).toContain(`the ValidatingAdmissionPolicy ${name} denied it`);
      expect(`${told.message} ${told.hint}`).not.toContain(base64);
    } finally {
      await controlPlane.request('DELETE', `${bindings}/${name}`);
      await controlPlane.request('DELETE', `${policies}/${name}`);
    }
  });

  it('names what a user may not do', async () => {
    const guest = await connect(systemWith(), {
      ...none,
      kubeconfig: controlPlane.kubeconfig,
      context: 'guest',
    });
    const denied = await failure(guest.list({ apiVersion: 'v1', kind: 'Secret' }, namespace));
    expect([denied.code, denied.message, denied.hint]).toEqual([
      'cluster.denied',
      `User guest may not list secrets in namespace ${namespace} (context guest)`,
      expect.stringContaining(`kubectl create role sopskit-list-secrets-guest -n ${namespace} --verb=list`),
    ]);
    const posing = {
      ...none,
      kubeconfig: controlPlane.kubeconfig,
      asUser: 'someone',
      asGroups: ['some', 'group'],
    };
    const poser = await connect(systemWith(), posing);
    expect((await failure(poser.get(secret('one')))).message).toContain(
      'User someone may not get secrets one',
    );
    const master = await connect(systemWith(), { ...posing, asGroups: ['system:masters'] });
    expect(await master.get(secret('nothing'))).toBeNull();
    expect((await failure(connect(systemWith(), { ...posing, asUser: null }))).code).toBe('usage.invalid');
  });

  it('says why a server cannot be reached', async () => {
    const wrongToken = await open({ user: { token: canary } });
    expect((await failure(wrongToken.version())).message).toContain(
      'does not accept the login of context test',
    );
    const wrongAuthority = readFileSync(path.join(controlPlane.clientCertificates, 'ca.crt')).toString(
      'base64',
    );
    const strange = await open({ cluster: { 'certificate-authority-data': wrongAuthority } });
    expect((await failure(strange.version())).message).toContain('its certificate is not of the authority');
    const trusting = await open({
      cluster: { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true },
    });
    expect(await trusting.version()).toBe('v1.36.3');
    const named = await open({ cluster: { 'tls-server-name': 'kubernetes.default.svc' } });
    expect(await named.version()).toBe('v1.36.3');

    const closed = await open({ cluster: { server: 'https://127.0.0.1:1' } });
    expect(await failure(closed.version())).toMatchObject({
      code: 'cluster.unreachable',
      message: expect.stringContaining('nothing listens there'),
    });
    const plain = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    const noTls = await open({ cluster: { server: `https://127.0.0.1:${port}` } });
    expect((await failure(noTls.version())).message).toContain('does not speak TLS');
    const noApi = await open({ cluster: { server: `http://127.0.0.1:${port}` } });
    expect((await failure(noApi.version())).message).toContain('is no Kubernetes API server');
    plain.close();
  });

  it('logs in with whatever a kubeconfig has', async () => {
    const at = (name: string): string => path.join(controlPlane.clientCertificates, name);
    const base64 = (name: string): string => readFileSync(at(name)).toString('base64');
    const admin = await open({
      user: { 'client-certificate-data': base64('admin.crt'), 'client-key-data': base64('admin.key') },
    });
    expect(await admin.get(secret('nothing'))).toBeNull();
    const files = await open({
      user: { 'client-certificate': at('admin.crt'), 'client-key': at('admin.key') },
    });
    expect(await files.get(secret('nothing'))).toBeNull();
    expect((await failure(open({ user: { 'client-certificate': 'ghost.crt' } }))).message).toContain(
      'ghost.crt',
    );

    writeFileSync(path.join(folder, 'token'), `${controlPlane.token}\n`);
    const byFile = await open({ user: { tokenFile: 'token' } });
    expect(await byFile.get(secret('nothing'))).toBeNull();

    const plugin = path.join(folder, 'plugin.sh');
    const answer = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };
    writeFileSync(
      plugin,
      `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" > info.json\necho run >> runs\n` +
        `case "$1" in fail) echo "please log in" >&2; echo ${canary}; exit 3;; esac\n` +
        `echo '${JSON.stringify(answer).slice(0, -1)},"status":{"token":"'"$TOKEN"'"}}'\n`,
      { mode: 0o755 },
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin.sh',
      args: ['a'],
      env: [{ name: 'TOKEN', value: controlPlane.token }],
      provideClusterInfo: true,
      interactiveMode: 'IfAvailable',
    };
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      const byPlugin = await open({ user: { exec } });
      expect(await byPlugin.get(secret('nothing'))).toBeNull();
      expect(await byPlugin.get(secret('nothing'))).toBeNull();
      expect(readFileSync('runs', 'utf8')).toBe('run\n');
      const info = JSON.parse(readFileSync('info.json', 'utf8'));
      expect(info.spec.cluster.server).toBe(controlPlane.server);
      const failed = await failure(open({ user: { exec: { ...exec, args: ['fail'] } } }));
      expect(failed.message).toContain('ended with 3: please log in');
    } finally {
      process.chdir(cwd);
    }
    const away = await failure(
      open({ user: { exec: { ...exec, command: 'no-such-plugin', installHint: 'Get it.' } } }),
    );
    expect([away.message, away.hint]).toEqual([expect.stringContaining('no-such-plugin'), 'Get it.']);
  });

  it('finds its configuration where kubectl does', async () => {
    const [one, two] = [kubeconfig({ context: { namespace: 'here' } }), path.join(folder, 'two')];
    writeFileSync(two, 'contexts:\n- name: other\n  context: {cluster: c, user: u, namespace: there}\n');
    const KUBECONFIG = [path.join(folder, 'absent'), one, two].join(path.delimiter);
    const both = await connect(systemWith({ KUBECONFIG }), { ...none, context: 'other' });
    expect([both.context, both.namespace, await both.version()]).toEqual(['other', 'there', 'v1.36.3']);
    expect((await connect(systemWith({ KUBECONFIG }), none)).namespace).toBe('here');

    mkdirSync(path.join(folder, '.kube'), { recursive: true });
    writeFileSync(path.join(folder, '.kube', 'config'), readFileSync(one));
    expect(await (await connect(systemWith(), none)).version()).toBe('v1.36.3');
    rmSync(path.join(folder, '.kube'), { recursive: true });

    const nothing = await failure(connect(systemWith(), none));
    expect([nothing.code, nothing.message]).toEqual([
      'cluster.config',
      expect.stringContaining(path.join(folder, '.kube', 'config')),
    ]);
    expect((await failure(connect(systemWith(), { ...none, kubeconfig: 'ghost' }))).message).toContain(
      'ghost',
    );
    const mistyped = await failure(connect(systemWith({ KUBECONFIG }), { ...none, context: 'othr' }));
    expect(mistyped.hint).toBe('Did you mean other?');
    writeFileSync(two, `users: [\n  ${canary}`);
    expect((await failure(connect(systemWith(), { ...none, kubeconfig: two }))).message).toContain(
      'is broken',
    );
  });
});
