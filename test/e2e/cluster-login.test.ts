import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/connect.ts';
import type { ConnectionOptions } from '../../src/cluster/connection.ts';
import { chooseContext, readKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { logIn } from '../../src/cluster/login.ts';
import { openTransport } from '../../src/cluster/transport.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { jsonFormat } from '../../src/formats/json/json-format.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { System } from '../../src/system/system.ts';
import { describeE2e } from './describe-e2e.ts';
import { authority, certificate } from './test-certificates.ts';
import { httpProxy, socksProxy, type Tunnel } from './tunnels.ts';

const none: ConnectionOptions = { kubeconfig: null, context: null, asUser: null, asGroups: [] };
const canary = 'canary-value-71d0';

describeE2e('logging in', [], (controlPlane) => {
  let folder: string;
  let namespace: string;
  const warnings: string[] = [];
  const tunnels: Tunnel[] = [];

  function systemWith(variables: Record<string, string> = {}): System {
    const all: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: folder, ...variables };
    const env = { get: (name: string) => all[name], all: () => all };
    const real = nodeSystem();
    return {
      ...real,
      env,
      warn: (message) => void warnings.push(message),
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
    writeFileSync(file, JSON.stringify(config, null, 1));
    return file;
  }

  async function open(
    parts: Parameters<typeof kubeconfig>[0],
    variables = {},
    options: Partial<ConnectionOptions> = {},
  ): Promise<Cluster> {
    return await connect(systemWith(variables), { ...none, kubeconfig: kubeconfig(parts), ...options });
  }

  async function failure(work: Promise<unknown>): Promise<SopskitError> {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SopskitError)) throw new Error(`no refusal: ${String(error)}`);
    expect(`${error.message} ${error.hint}`).not.toMatch(/canary|PRIVATE KEY/);
    expect(error.hint).not.toBeUndefined();
    return error;
  }

  /** Whom the API server takes a kubeconfig's user for. */
  async function whoAmI(
    file: string,
  ): Promise<{ username: string; groups?: string[]; uid?: string; extra?: object }> {
    const system = systemWith();
    const login = logIn(system, chooseContext(readKubeconfig(system, file), null), {
      ...none,
      kubeconfig: file,
    });
    const [body] = jsonFormat.parse(
      Buffer.from('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'),
    ).branches;
    if (body === undefined) throw new Error('no body');
    const answer = await openTransport(controlPlane.server, login).ask(
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body },
      {
        verb: 'create',
        resource: 'x',
        namespace: '',
        name: '',
        context: 'test',
        server: controlPlane.server,
        flags: '',
      },
    );
    if (answer === null) throw new Error('no answer');
    return JSON.parse(Buffer.from(jsonFormat.emit([answer], { indent: 0 })).toString()).status.userInfo;
  }

  const nothing = () => ({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'nothing' });
  const at = (name: string): string => path.join(folder, name);
  const ca = () => path.join(controlPlane.clientCertificates, 'ca');

  /** A token of the API server's own, which is a JWT with an end. */
  async function accountToken(name: string): Promise<string> {
    const url = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await controlPlane.request('POST', url, { metadata: { name } }).catch(() => undefined);
    const wish = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    };
    return (await controlPlane.request('POST', `${url}/${name}/token`, wish)).status.token;
  }

  const ended = `e30.${Buffer.from('{"exp":1000000000}').toString('base64url')}.${canary}`;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sopskit-login-'));
    namespace = await controlPlane.createNamespace('login');
  });
  afterAll(() => {
    for (const tunnel of tunnels) tunnel.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('by a client certificate says what is wrong with it', async () => {
    const over = certificate(folder, 'over', { ca: ca(), subject: '/O=system:masters/CN=late', days: -1 });
    const expired = await open({ user: { 'client-certificate': over.crt, 'client-key': over.key } });
    expect((await failure(expired.get(nothing()))).message).toMatch(
      /does not accept the login of context test: the client certificate of user u has expired \(20/,
    );
    const own = authority(folder, 'other-ca');
    const foreign = certificate(folder, 'foreign', { ca: own, subject: '/CN=x', days: 1 });
    const stranger = await open({ user: { 'client-certificate': foreign.crt, 'client-key': foreign.key } });
    expect((await failure(stranger.get(nothing()))).message).toContain(
      'of an authority that it does not know',
    );

    const sealed = at('sealed.key');
    execFileSync('openssl', [
      'pkey',
      '-in',
      foreign.key,
      '-aes256',
      '-passout',
      `pass:${canary}`,
      '-out',
      sealed,
    ]);
    const refused = (user: object) => failure(open({ user }));
    expect((await refused({ 'client-certificate': foreign.crt, 'client-key': sealed })).message).toBe(
      `The client key ${sealed} is encrypted with a passphrase, which neither kubectl nor sopskit asks for`,
    );
    expect((await refused({ 'client-certificate': foreign.crt, 'client-key': over.key })).message).toContain(
      'does not belong to the certificate',
    );
    expect((await refused({ 'client-certificate': foreign.crt })).message).toContain(
      'certificate, and no key',
    );
    expect(
      (await refused({ 'client-certificate': foreign.key, 'client-key': foreign.key })).message,
    ).toContain('There is no certificate in');
    const junk = Buffer.from(canary).toString('base64');
    expect((await refused({ 'client-certificate': foreign.crt, 'client-key-data': junk })).message).toBe(
      'There is no private key in client-key-data of user u',
    );
  });

  it('by a token reads its file again', async () => {
    writeFileSync(at('token'), `${controlPlane.token}\n`);
    let now = new Date();
    const system = { ...systemWith(), now: () => now };
    const cluster = await connect(system, {
      ...none,
      kubeconfig: kubeconfig({ user: { tokenFile: 'token' } }),
    });
    expect(await cluster.get(nothing())).toBeNull();
    writeFileSync(at('token'), ended);
    expect(await cluster.get(nothing())).toBeNull();
    now = new Date(now.getTime() + 61_000);
    expect((await failure(cluster.get(nothing()))).message).toContain(
      `the token in ${at('token')} has expired`,
    );
    writeFileSync(at('token'), '');
    expect((await failure(cluster.get(nothing()))).message).toContain('is empty');
    writeFileSync(at('token'), controlPlane.token);
    expect(await cluster.get(nothing())).toBeNull();
  });

  it('by a password, or by nothing, says so', async () => {
    const basic = await open({ user: { username: 'admin', password: canary } });
    expect((await failure(basic.get(nothing()))).message).toContain(
      'a user name and a password, which API servers',
    );
    const nobody = await open({ user: {} });
    expect((await failure(nobody.get(nothing()))).message).toMatch(
      /^Context test logs in as nobody, and nobody \(system:anonymous\) may not (read|get) /,
    );
    const both = { username: 'a', password: canary, token: canary };
    expect((await failure(open({ user: both }))).message).toContain('has a token and a password');
    expect((await failure(open({ user: { 'auth-provider': { name: 'azure' } } }))).hint).toContain(
      'kubelogin',
    );
  });

  it('as another user carries the groups, the uid and the extras of the kubeconfig', async () => {
    const file = kubeconfig({
      user: {
        token: controlPlane.token,
        as: 'someone',
        'as-groups': ['one', 'two'],
        'as-uid': 'u-1',
        'as-user-extra': { 'example.com/Scope': ['a', 'b'] },
      },
    });
    expect(await whoAmI(file)).toEqual({
      username: 'someone',
      uid: 'u-1',
      groups: ['one', 'two', 'system:authenticated'],
      extra: { 'example.com/scope': ['a', 'b'] },
    });
    const guest = { kubeconfig: controlPlane.kubeconfig, context: 'guest', asUser: 'someone' };
    const posing = await connect(systemWith(), { ...none, ...guest, asGroups: ['one'] });
    const denied = await failure(posing.get(nothing()));
    expect(denied.message).toBe('User guest may not impersonate user someone and group one (context guest)');
    const commands = (/kubectl create .*$/.exec(denied.hint ?? '')?.[0] ?? '').split(' && ');
    for (const command of commands) controlPlane.kubectl(...command.split(' ').slice(1));
    try {
      await controlPlane.waitFor('the rule', async () =>
        (await failure(posing.get(nothing()))).message.startsWith('User someone may not get secrets nothing'),
      );
    } finally {
      controlPlane.kubectl('delete', 'clusterrolebinding,clusterrole', 'sopskit-impersonate');
    }
  });

  it('by a program speaks both versions, and tells what it did wrong', async () => {
    const script = at('plugin.sh');
    const answer = (version: string, status: string): string =>
      `{"apiVersion":"client.authentication.k8s.io/${version}","kind":"ExecCredential"${status}}`;
    const plugin = (body: string, more: object = {}): object => {
      writeFileSync(
        script,
        `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" > ${at('info.json')}\necho run >> ${at('runs')}\n${body}\n`,
        {
          mode: 0o755,
        },
      );
      return {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: script,
          interactiveMode: 'IfAvailable',
          ...more,
        },
      };
    };
    const token = `,"status":{"token":"${controlPlane.token}"}`;
    const runs = (): number => readFileSync(at('runs'), 'utf8').trim().split('\n').length;

    for (const version of ['v1', 'v1beta1']) {
      const user = plugin(`echo '${answer(version, token)}'`, {
        apiVersion: `client.authentication.k8s.io/${version}`,
        provideClusterInfo: true,
      });
      const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
      const cluster = await open({ user, cluster: { extensions } });
      expect(await cluster.get(nothing())).toBeNull();
      const info = JSON.parse(readFileSync(at('info.json'), 'utf8'));
      expect([info.apiVersion, info.spec.interactive, info.spec.cluster.config]).toEqual([
        `client.authentication.k8s.io/${version}`,
        false,
        { audience: 'x' },
      ]);
    }

    const over = `,"status":{"token":"${controlPlane.token}","expirationTimestamp":"2020-01-01T00:00:00Z"}`;
    const renewing = await open({ user: plugin(`echo '${answer('v1', over)}'`) });
    const before = runs();
    await renewing.get(nothing());
    expect(runs()).toBeGreaterThan(before + 1);

    const pair = certificate(folder, 'exec', { ca: ca(), subject: '/O=system:masters/CN=exec', days: 1 });
    const pem = (file: string): string =>
      JSON.stringify(readFileSync(file, 'utf8')).replaceAll('\\n', '\\\\n');
    const byPair = `,"status":{"clientCertificateData":${pem(pair.crt)},"clientKeyData":${pem(pair.key)}}`;
    const certified = await open({ user: plugin(`printf '${answer('v1', byPair)}'`) });
    expect(await certified.get(nothing())).toBeNull();

    const cases: readonly (readonly [object, RegExp])[] = [
      [
        plugin('', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
        /v1alpha1 with its program, which kubectl knows no more/,
      ],
      [plugin('', { interactiveMode: 'Always' }), /needs a terminal/],
      [
        plugin('', { command: at('ghost'), installHint: '\u001b[31mGet it from there.' }),
        /which is not there/,
      ],
    ];
    for (const [user, message] of cases) expect((await failure(open({ user }))).message).toMatch(message);
    expect((await failure(open({ user: cases[2]?.[0] ?? {} }))).hint).toBe('Get it from there.');
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        `echo '${answer('v1beta1', token)}'`,
        /answers in client.authentication.k8s.io\/v1beta1, and the kubeconfig says/,
      ],
      [`echo '${answer('v1', '')}'`, /gave no status/],
      [`echo '${answer('v1', ',"status":{}')}'`, /neither a token nor a certificate/],
      [`echo '${answer('v1', ',"status":{"clientKeyData":"canary"}')}'`, /only one of certificate and key/],
      [`echo ${canary}`, /printed no ExecCredential/],
      [`echo ${canary}; echo log in first >&2; exit 4`, /ended with 4: log in first/],
    ];
    for (const [body, message] of wrong)
      expect((await failure(open({ user: plugin(body) }))).message).toMatch(message);
    const refused = await open({ user: plugin(`echo '${answer('v1', `,"status":{"token":"${canary}"}`)}'`) });
    expect((await failure(refused.get(nothing()))).message).toContain(`it is what ${script} gave`);
  });

  it('by a program that waits ends in time, with what the program started', async () => {
    const script = at('waiting.sh');
    writeFileSync(script, `#!/bin/sh\nsleep 300 &\necho $! > ${at('pid')}\nwait\n`, { mode: 0o755 });
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: script, interactiveMode: 'Never' };
    const isAlive = (): boolean => {
      try {
        return !readFileSync(`/proc/${readFileSync(at('pid'), 'utf8').trim()}/stat`, 'utf8').includes(') Z');
      } catch {
        return false;
      }
    };
    const late = await failure(open({ user: { exec } }, {}, { requestTimeout: 500 }));
    expect([late.code, late.message]).toEqual([
      'cluster.timeout',
      `The login of user u did not end within 0.5 s: ${script} was ended`,
    ]);
    expect(isAlive()).toBe(false);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await expect(open({ user: { exec } }, {}, { signal: stop.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(isAlive()).toBe(false);
  });

  it('by OIDC refreshes the token, and keeps it in the kubeconfig', async () => {
    const token = await accountToken('oidc');
    const own = authority(folder, 'idp-ca');
    const pair = certificate(folder, 'idp', { ca: own, subject: '/CN=idp', days: 1, names: 'DNS:localhost' });
    const asked: string[] = [];
    let answers: (form: URLSearchParams, password: string) => readonly [number, object] = () => [500, {}];
    const idp = createSecureServer(
      { key: readFileSync(pair.key), cert: readFileSync(pair.crt) },
      (request, response) => {
        let text = '';
        request.on('data', (chunk) => {
          text += chunk;
        });
        request.on('end', () => {
          asked.push(`${request.method} ${request.url}`);
          const password = Buffer.from(
            (request.headers.authorization ?? '').replace('Basic ', ''),
            'base64',
          ).toString();
          const [status, body] = request.url?.endsWith('/openid-configuration')
            ? ([200, { token_endpoint: `${issuer}/token` }] as const)
            : answers(new URLSearchParams(text), password);
          response.writeHead(status).end(JSON.stringify(body));
        });
      },
    );
    await new Promise<void>((resolve) => idp.listen(0, 'localhost', resolve));
    const issuer = `https://localhost:${(idp.address() as { port: number }).port}`;
    const provider = (more: object): object => ({
      'auth-provider': {
        name: 'oidc',
        config: {
          ...{ 'idp-issuer-url': issuer, 'client-id': 'kube', 'client-secret': 's3' },
          ...{ 'idp-certificate-authority': `${own}.crt`, 'id-token': ended, 'refresh-token': 'refresh-1' },
          ...more,
        },
      },
    });
    try {
      answers = (form, password) =>
        password === 'kube:s3' && form.get('refresh_token') === 'refresh-1'
          ? [200, { id_token: token, refresh_token: 'refresh-2' }]
          : [400, { error: 'invalid_grant', error_description: canary }];
      const file = kubeconfig({ user: provider({}) });
      const cluster = await connect(systemWith(), { ...none, kubeconfig: file });
      expect((await failure(cluster.get(nothing()))).message).toContain(
        `User system:serviceaccount:${namespace}:oidc may not get secrets nothing`,
      );
      expect(asked).toEqual(['GET /.well-known/openid-configuration', 'POST /token']);
      const kept = readFileSync(file, 'utf8');
      expect([kept.includes(token), kept.includes('"refresh-2"'), kept.includes('refresh-1')]).toEqual([
        true,
        true,
        false,
      ]);
      const again = await connect(systemWith(), { ...none, kubeconfig: file });
      expect((await failure(again.get(nothing()))).code).toBe('cluster.denied');
      expect(asked.length).toBe(2);
      expect(warnings).toEqual([]);

      answers = (form, password) =>
        password === '' && form.get('client_secret') === 's3'
          ? [200, { id_token: token, refresh_token: 'refresh-2' }]
          : [401, { error: 'invalid_client' }];
      const locked = kubeconfig({ user: provider({}) });
      writeFileSync(`${locked}.lock`, '');
      const unkept = await connect(systemWith(), { ...none, kubeconfig: locked });
      expect((await failure(unkept.get(nothing()))).code).toBe('cluster.denied');
      expect(warnings.join()).toContain('gave a new refresh token, and it could not be kept');
      expect(warnings.join()).not.toContain('refresh-2');

      answers = () => [400, { error: 'invalid_grant', error_description: canary }];
      expect((await failure(open({ user: provider({}) }))).message).toBe(
        'The OIDC login of user u was not renewed: the provider answered invalid_grant',
      );
      answers = () => [200, { access_token: canary }];
      expect((await failure(open({ user: provider({}) }))).message).toContain('gave no id_token');
      expect((await failure(open({ user: provider({ 'refresh-token': '' }) }))).message).toContain(
        'no refresh-token',
      );
      const blind = provider({ 'idp-certificate-authority': '' });
      expect((await failure(open({ user: blind }))).message).toMatch(
        /cannot be renewed: the provider https:\/\/localhost:\d+ cannot be reached: its certificate is not of/,
      );
      const away = provider({ 'idp-issuer-url': 'https://127.0.0.1:1' });
      expect((await failure(open({ user: away }))).message).toContain('nothing listens there');
    } finally {
      idp.closeAllConnections();
      idp.close();
    }
  });

  it('in a pod takes the token that is mounted, and a renewed one', async () => {
    const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';
    copyFileSync(controlPlane.address.ca, at('ca.crt'));
    writeFileSync(at('namespace'), namespace);
    writeFileSync(at('token'), await accountToken('pod'));
    const url = new URL(controlPlane.server);
    const variables = { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: url.port };
    let now = new Date();
    const real = systemWith(variables);
    const there = (file: string): string => file.replace(mounted, folder);
    const files = {
      ...real.files,
      read: (file: string) => real.files.read(there(file)),
      kindOf: (file: string) => real.files.kindOf(there(file)),
    };
    const cluster = await connect({ ...real, files, now: () => now }, none);
    expect([cluster.context, cluster.namespace, cluster.flags]).toEqual(['in-cluster', namespace, '']);
    const who = async (): Promise<string> => (await failure(cluster.get(nothing()))).message;
    expect(await who()).toContain(`User system:serviceaccount:${namespace}:pod may not get`);
    const denied = await failure(cluster.get(nothing()));
    expect(denied.hint).toContain(`--serviceaccount=${namespace}:pod`);
    writeFileSync(at('token'), await accountToken('renewed'));
    now = new Date(now.getTime() + 61_000);
    expect(await who()).toContain(`User system:serviceaccount:${namespace}:renewed may not get`);
  });

  it('through a proxy checks the server’s certificate, and names the proxy where that refuses', async () => {
    const [http, socks, refusing, closed] = [
      await httpProxy(),
      await socksProxy(),
      await httpProxy(407),
      await socksProxy(true),
    ] as const;
    tunnels.push(http, socks, refusing, closed);
    for (const proxy of [http, socks]) {
      const cluster = await open({
        cluster: { 'proxy-url': proxy.address, 'tls-server-name': 'kubernetes.default.svc' },
      });
      expect(await cluster.version()).toBe('v1.36.3');
      expect(proxy.asked).toContain(new URL(controlPlane.server).host);
      const other = await open({
        cluster: { 'proxy-url': proxy.address, 'tls-server-name': 'elsewhere.example' },
      });
      expect((await failure(other.version())).message).toContain('its certificate is for another name');
    }
    const message = async (proxy: string): Promise<string> =>
      (await failure((await open({ cluster: { 'proxy-url': proxy } })).version())).message;
    expect(await message(refusing.address)).toContain(`the proxy ${refusing.address} wants a login (407)`);
    expect(await message(closed.address)).toContain(`the proxy ${closed.address} refused the connection`);
    expect(await message(`http://user:${canary}@127.0.0.1:1`)).toContain(
      'the proxy http://127.0.0.1:1 cannot be reached: nothing listens there',
    );
    expect((await failure(open({ cluster: { 'proxy-url': 'nonsense' } }))).message).toContain(
      'no address of a proxy',
    );
  });

  it('checks the server’s certificate, whatever else is said', async () => {
    const own = authority(folder, 'server-ca');
    const over = certificate(folder, 'server', {
      ca: own,
      subject: '/CN=s',
      days: -1,
      names: 'IP:127.0.0.1',
    });
    const server = createSecureServer({ key: readFileSync(over.key), cert: readFileSync(over.crt) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
    const ownCa = readFileSync(`${own}.crt`).toString('base64');
    const expired = await open({ cluster: { server: address, 'certificate-authority-data': ownCa } });
    const refused = await failure(expired.version());
    expect([refused.message, refused.hint]).toEqual([
      expect.stringContaining('its certificate has expired'),
      expect.stringContaining('the clock of this machine'),
    ]);
    server.close();
    const insecure = { 'insecure-skip-tls-verify': true };
    expect((await failure(open({ cluster: insecure }))).message).toContain('says not to check it');
    const data = { 'certificate-authority-data': Buffer.from(canary).toString('base64') };
    expect((await failure(open({ cluster: data }))).message).toContain('There is no certificate in');
    const nowhere = await open({ cluster: { server: 'https://no-such-host.invalid' } });
    expect((await failure(nowhere.version())).message).toContain('its name does not resolve');
  });

  it('says what an odd kubeconfig lacks, and chooses no context by itself', async () => {
    const file = at('odd');
    const connectTo = (text: string) => {
      writeFileSync(file, text);
      return connect(systemWith(), { ...none, kubeconfig: file });
    };
    expect((await failure(connectTo(''))).message).toContain('no cluster and no context in');
    expect(
      (await failure(connectTo('apiVersion: v1\nkind: Config\nclusters: null\nusers: []\n'))).message,
    ).toContain(file);
    const one = JSON.parse(readFileSync(kubeconfig({}), 'utf8'));
    const { 'current-context': _, ...unchosen } = one;
    expect((await failure(connectTo(JSON.stringify(unchosen)))).hint).toContain('use-context: test');
    const two = {
      ...unchosen,
      contexts: [...one.contexts, { name: 'second', context: one.contexts[0].context }],
    };
    expect((await failure(connectTo(JSON.stringify(two)))).hint).toContain('test, second');
    const unnamed = { ...one, contexts: [{ name: 'test', context: { cluster: 'gone', user: 'u' } }] };
    expect((await failure(connectTo(JSON.stringify(unnamed)))).message).toContain('names the cluster gone');
  });
});
