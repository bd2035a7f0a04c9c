import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldIn, textIn } from '../../src/cluster/fields.ts';
import { inCluster } from '../../src/cluster/in-cluster.ts';
import { chooseContext, readKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import type { System } from '../../src/system/system.ts';

describe('the kubeconfig', () => {
  let folder: string;
  const at = (...names: string[]): string => path.join(folder, ...names);

  function system(variables: Record<string, string> = {}): System {
    const real = nodeSystem();
    const env = { get: (name: string) => variables[name], all: () => variables };
    return { ...real, env, files: { ...real.files, cwd: folder, home: at('home') } };
  }

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-kubeconfig-'));
    mkdirSync(at('one'));
    writeFileSync(
      at('one', 'config'),
      `current-context: a
clusters:
- name: c
  cluster: {server: 'https://one', certificate-authority: ca.crt}
users:
- name: u
  user: {client-certificate: ../admin.crt, client-key: /abs/admin.key, exec: {command: ./login}}
- name: v
  user: {exec: {command: aws}}
contexts:
- name: a
  context: {cluster: c, user: u, namespace: apps}
- name: no-user
  context: {cluster: c}
- name: bad-user
  context: {cluster: c, user: ghost}
- name: bad-cluster
  context: {cluster: ghost, user: u}
`,
    );
    writeFileSync(
      at('two'),
      JSON.stringify({
        'current-context': 'b',
        clusters: [{ name: 'c', cluster: { server: 'https://two' } }],
        contexts: [{ name: 'b', context: { cluster: 'c', user: 'v' } }],
      }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is put together from several files: the first that has a name wins', () => {
    const KUBECONFIG = [at('absent'), 'one/config', at('two')].join(path.delimiter);
    const config = readKubeconfig(system({ KUBECONFIG }), null);
    expect([config.currentContext, [...config.contexts.keys()]]).toEqual([
      'a',
      ['a', 'no-user', 'bad-user', 'bad-cluster', 'b'],
    ]);
    const chosen = chooseContext(config, 'b');
    expect([textIn(chosen.cluster, 'server'), chosen.namespace]).toEqual(['https://one', 'default']);
    expect(textIn(chosen.user, 'exec', 'command')).toBe('aws');
  });

  it('has paths from its own folder', () => {
    const { cluster, user } = chooseContext(readKubeconfig(system(), 'one/config'), null);
    expect(textIn(cluster, 'certificate-authority')).toBe(at('one', 'ca.crt'));
    expect(textIn(user, 'client-certificate')).toBe(at('admin.crt'));
    expect(textIn(user, 'client-key')).toBe('/abs/admin.key');
    expect(textIn(user, 'exec', 'command')).toBe(at('one', 'login'));
  });

  it('says what a context lacks', () => {
    const config = readKubeconfig(system(), 'one/config');
    expect(fieldIn(chooseContext(config, 'no-user').user, 'token')).toBeUndefined();
    expect(() => chooseContext(config, 'bad-user')).toThrow('names the user ghost, which is not in');
    expect(() => chooseContext(config, 'bad-cluster')).toThrow('names the cluster ghost');
    expect(() => chooseContext({ ...config, currentContext: '' }, null)).toThrow('No context is chosen');
  });

  it('may be empty, and must not be broken', () => {
    writeFileSync(at('empty'), '\n');
    expect(readKubeconfig(system(), 'empty').contexts.size).toBe(0);
    expect(readKubeconfig(system(), null).files).toEqual([at('home', '.kube', 'config')]);
    for (const text of ['users: {}', 'users: [{user: {token: canary}}]', '[canary', 'canary']) {
      writeFileSync(at('broken'), text);
      expect(() => readKubeconfig(system(), 'broken')).toThrow(/is broken: (?!.*canary)/);
    }
  });

  it('is the pod’s own where there is none', () => {
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    const files = new Map([
      [`${account}/token`, 'x'],
      [`${account}/namespace`, 'apps\n'],
    ]);
    const real = system({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' });
    const pod: System = {
      ...real,
      files: {
        ...real.files,
        kindOf: (name) => (files.has(name) ? 'file' : null),
        read: (name) => (files.has(name) ? Buffer.from(files.get(name) ?? '') : null),
      },
    };
    const found = inCluster(pod);
    expect([found?.namespace, found === null ? '' : textIn(found.cluster, 'server')]).toEqual([
      'apps',
      'https://[fd00::1]:443',
    ]);
    expect(inCluster(real)).toBeNull();
  });
});
