import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BadServer, badServer, deeds } from './bad-servers.ts';
import { type Ran, type RunHow, sopskit } from './command-line.ts';
import { describeE2e } from './describe-e2e.ts';
import { configMap, decryption, kustomization } from './doctor-scene.ts';
import { type FluxScene, startScene } from './flux-scene.ts';
import { authority, certificate } from './test-certificates.ts';
import { httpProxy, type Tunnel } from './tunnels.ts';

/** Every command that speaks to a cluster; `NS` is the scene's namespace. */
const commands: readonly (readonly string[])[] = [
  ['keys', 'install'],
  ['keys', 'rotate', '--yes'],
  ['keys', 'retire', 'RECIPIENT', '--yes'],
  ['keys', 'doctor', '--cluster'],
  ['secret', 'import', 'secret/live', '-n', 'NS', '--folder', 'imported'],
  ['secret', 'diff'],
  ['flux', 'doctor', '-n', 'NS'],
  ['flux', 'plan', '--live'],
  ['restructure', 'add', 'more', '--apply', '--yes'],
  ['restructure', 'adopt', 'Secret/live', '-n', 'NS', '--into', 'apps'],
];
const value = 'canary-value-of-a-live-secret';

describeE2e(
  'a cluster that is not as it should be',
  ['sops', 'age-keygen'],
  (controlPlane, { sops, 'age-keygen': keygen }) => {
    let folder: string;
    let scene: FluxScene;
    let recipient: string;
    const unprintable: string[] = [value, Buffer.from(value).toString('base64'), 'canary-'];
    const closing: (() => void)[] = [];

    function kubeconfig(parts: { cluster?: object; user?: object }): string {
      const file = path.join(folder, `config-${Math.random().toString(36).slice(2)}`);
      const ca = readFileSync(controlPlane.address.ca).toString('base64');
      const cluster = { server: controlPlane.server, 'certificate-authority-data': ca, ...parts.cluster };
      const config = {
        'current-context': 'bad',
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'u', user: parts.user ?? { token: controlPlane.token } }],
        contexts: [{ name: 'bad', context: { cluster: 'c', user: 'u' } }],
      };
      writeFileSync(file, JSON.stringify(config));
      return file;
    }

    const server = (address: string): string =>
      kubeconfig({ cluster: { server: address, 'certificate-authority-data': undefined } });

    /** All that a command could half-write: the cluster's Secrets, the working copy, the keys of the user. */
    async function everything(): Promise<string> {
      const secrets = (await controlPlane.list('secrets', scene.namespace)).map(
        ({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`,
      );
      const home = scene.env['HOME'] ?? '';
      const files = execFileSync(
        'find',
        [home, '-path', '*/.cache', '-prune', '-o', '-type', 'f', '-exec', 'sha256sum', '{}', '+'],
        {
          encoding: 'utf8',
        },
      );
      return [...secrets, scene.git('status', '--porcelain'), scene.git('rev-parse', 'HEAD'), files].join(
        '\n',
      );
    }

    async function run(words: readonly string[], flags: readonly string[], how: RunHow = {}): Promise<Ran> {
      const args = words.map((word) => word.replace('NS', scene.namespace).replace('RECIPIENT', recipient));
      const ran = await sopskit(scene, [...args, ...flags], how);
      const said = ran.stdout + ran.stderr;
      for (const text of unprintable) expect(said, words.join(' ')).not.toContain(text);
      expect(said, words.join(' ')).not.toMatch(/\n {4}at |undefined|\[object|node:internal/);
      return ran;
    }

    /** Runs all commands, a few at a time: each fails, says why and what to do, soon, and leaves everything as it was. */
    async function allFail(
      flags: readonly string[],
      message: RegExp,
      options: {
        readonly env?: Record<string, string>;
        readonly hint?: RegExp;
        readonly within?: number;
      } = {},
    ): Promise<void> {
      const before = await everything();
      const left = [...commands];
      const work = async (): Promise<void> => {
        for (let words = left.shift(); words !== undefined; words = left.shift()) {
          const started = performance.now();
          const ran = await run(words, flags, options.env === undefined ? {} : { env: options.env });
          const about = `${words.join(' ')}\n${ran.stdout}${ran.stderr}`;
          expect(ran.signal, about).toBeNull();
          expect(ran.status, about).not.toBe(0);
          expect(ran.stderr, about).toMatch(message);
          expect(ran.stderr, about).toMatch(options.hint ?? /kubectl|--context|--kubeconfig/);
          expect(performance.now() - started, about).toBeLessThan(options.within ?? 15_000);
        }
      };
      await Promise.all([work(), work(), work()]);
      expect(await everything()).toBe(before);
    }

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'sopskit-bad-'));
      const keyFile = path.join(folder, 'key');
      execFileSync(keygen, ['-o', keyFile], { stdio: 'pipe' });
      const key = readFileSync(keyFile, 'utf8');
      unprintable.push(/AGE-SECRET-KEY-\S+/.exec(key)?.[0] ?? 'no key');
      recipient = execFileSync(keygen, ['-y', keyFile], { encoding: 'utf8' }).trim();
      scene = await startScene(controlPlane, {
        name: 'bad',
        wait: false,
        files: {
          'clusters/test/apps.yaml': kustomization('apps', decryption('sops-age')),
          'apps/plain.yaml': configMap('plain'),
          'more/plain.yaml': configMap('more'),
          '.sops.yaml': `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${recipient}\n`,
        },
      });
      const home = path.join(scene.env['HOME'] ?? '', '.config/sops/age');
      execFileSync('mkdir', ['-p', home]);
      writeFileSync(path.join(home, 'keys.txt'), key, { mode: 0o600 });
      const plain = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\n  namespace: ${scene.namespace}\nstringData:\n  password: ${value}\n`;
      scene.write({ 'apps/login.yaml': plain });
      execFileSync(sops, ['--encrypt', '--in-place', 'apps/login.yaml'], {
        cwd: scene.folder,
        env: scene.env,
      });
      const live = { metadata: { name: 'live' }, stringData: { password: value } };
      const secrets = `/api/v1/namespaces/${scene.namespace}/secrets`;
      await controlPlane.request('POST', secrets, live);
      const held = { metadata: { name: 'sops-age' }, stringData: { 'age.agekey': key } };
      await controlPlane.request('POST', secrets, held);
      const commit = scene.push({});
      await scene.reconcile(commit);
      await controlPlane.waitFor('the Secret in git', () =>
        controlPlane.get('secrets', scene.namespace, 'login'),
      );
    });
    afterAll(async () => {
      for (const close of closing) close();
      await scene.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is none: no kubeconfig', async () => {
      await allFail([], /There is no kubeconfig/, { env: { KUBECONFIG: path.join(folder, 'absent') } });
    });

    it('is another context', async () => {
      await allFail(['--context', 'gust'], /There is no context gust/, { hint: /Did you mean guest/ });
    });

    it('does not listen, or has no name', async () => {
      await allFail(['--kubeconfig', server('https://127.0.0.1:1')], /nothing listens there/);
      await allFail(['--kubeconfig', server('https://no-such-host.invalid')], /its name does not resolve/);
    });

    it('does not accept the login', async () => {
      const ca = path.join(controlPlane.clientCertificates, 'ca');
      const over = certificate(folder, 'over', { ca, subject: '/O=system:masters/CN=late', days: -1 });
      const expired = kubeconfig({ user: { 'client-certificate': over.crt, 'client-key': over.key } });
      await allFail(['--kubeconfig', expired], /the client certificate of user u has expired/);
      const refused = kubeconfig({ user: { token: 'canary-token' } });
      await allFail(['--kubeconfig', refused], /does not accept the login of context bad/);
    });

    it('has a certificate that has expired', async () => {
      const own = authority(folder, 'own');
      const over = certificate(folder, 'server', {
        ca: own,
        subject: '/CN=s',
        days: -1,
        names: 'IP:127.0.0.1',
      });
      const tls = createSecureServer({ key: readFileSync(over.key), cert: readFileSync(over.crt) });
      await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
      closing.push(() => tls.close());
      const { port } = tls.address() as { port: number };
      const ca = readFileSync(`${own}.crt`).toString('base64');
      const file = kubeconfig({
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca },
      });
      await allFail(['--kubeconfig', file], /its certificate has expired/);
    });

    it('allows nothing: the rule that would is named', async () => {
      await allFail(['--context', 'guest'], /User guest may not (get|list) \S+/, {
        hint: /kubectl create (cluster)?role sopskit-\S+ .*--verb=(get|list).* && kubectl create (cluster)?rolebinding .*--user=guest/,
      });
    });

    it('allows too little: the rules that are named are enough', async () => {
      const user = `${scene.namespace}-user`;
      const made: string[][] = [];
      try {
        for (const words of [
          ['keys', 'install', '-n', 'NS', '--secret-name', 'fresh'],
          ['secret', 'import', 'secret/live', '-n', 'NS', '--output', '-'],
        ]) {
          let ran = await run(words, ['--as', user]);
          for (let rules = 0; ran.status !== 0 && rules < 12; rules++) {
            const commands = /kubectl create (?:cluster)?role .*? && kubectl create .*? --user=\S+/.exec(
              ran.stderr.replace(/\s+/g, ' '),
            )?.[0];
            expect(commands, ran.stderr).toBeDefined();
            expect(ran.stderr).toContain(`User ${user} may not`);
            for (const command of (commands ?? '').replace(/[.;]$/, '').split(' && ')) {
              const args = command.split(' ').slice(1);
              controlPlane.kubectl(...args);
              made.push(args);
            }
            ran = await run(words, ['--as', user]);
          }
          expect(ran.status, ran.stderr).toBe(0);
        }
        const fresh = await controlPlane.get('secrets', scene.namespace, 'fresh');
        expect(Object.keys(fresh?.data ?? {})).toEqual(['age.agekey']);
      } finally {
        for (const [, kind = '', name = '', ...rest] of made)
          controlPlane.kubectl('delete', kind, name, ...(rest[0] === '-n' ? rest.slice(0, 2) : []));
        await controlPlane.delete('secrets', scene.namespace, 'fresh').catch(() => undefined);
      }
    });

    it('is behind a proxy that refuses', async () => {
      const proxy: Tunnel = await httpProxy(403);
      closing.push(() => proxy.close());
      const file = kubeconfig({ cluster: { 'proxy-url': proxy.address } });
      await allFail(['--kubeconfig', file], /the proxy http:\/\/\S+ refused the connection \(403\)/);
    });

    const messages: Record<keyof typeof deeds, RegExp> = {
      'accepts and never answers': /gave no answer within 1 s/,
      'sends the head of an answer, and then nothing': /began to answer, and did not end within 1 s/,
      'dies in the middle of its answer': /cut in the middle of its answer/,
      'cuts the connection': /the connection was cut/,
      'answers a web page': /is no Kubernetes API server/,
      'answers a web page for what it has not': /is no Kubernetes API server/,
      'answers another JSON': /is no Kubernetes API server/,
      'leads to a log-in page': /is no Kubernetes API server/,
      'sends without end': /sends more than an API server would|did not end within 1 s/,
    };
    for (const [name, deed] of Object.entries(deeds))
      it(name, async () => {
        const bad: BadServer = await badServer(deed);
        closing.push(() => bad.close());
        const file = server(`http://${bad.address}`);
        await allFail(
          ['--kubeconfig', file, '--request-timeout', '1s'],
          messages[name as keyof typeof deeds],
        );
      });

    it('hangs, or ends, before TLS is spoken', async () => {
      const silent = await badServer(deeds['accepts and never answers']);
      const ending = await badServer((socket) => socket.end());
      closing.push(
        () => silent.close(),
        () => ending.close(),
      );
      const tls = ({ address }: BadServer): string => server(`https://${address}`);
      await allFail(['--kubeconfig', tls(silent), '--request-timeout', '1'], /gave no answer within 1 s/);
      await allFail(['--kubeconfig', tls(ending), '--request-timeout', '1s'], /the connection was cut/);
    });

    it('has a log-in program that waits: it ends in time, and at Ctrl-C', async () => {
      const script = path.join(folder, 'waits.sh');
      const pids = path.join(folder, 'pids');
      writeFileSync(script, `#!/bin/sh\necho $$ >> ${pids}\nsleep 300 &\necho $! >> ${pids}\nwait\n`, {
        mode: 0o755,
      });
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: script,
        interactiveMode: 'Never',
      };
      const file = kubeconfig({ user: { exec } });
      const alive = (): readonly string[] =>
        readFileSync(pids, 'utf8')
          .trim()
          .split('\n')
          .filter((pid) => {
            try {
              return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
            } catch {
              return false;
            }
          });
      await allFail(
        ['--kubeconfig', file, '--request-timeout', '1s'],
        /did not end within 1 s: \S+waits.sh was ended/,
      );
      expect(alive()).toEqual([]);
      for (const words of commands) {
        writeFileSync(pids, '');
        const ran = await run(words, ['--kubeconfig', file], {
          onSpawn(child) {
            const timer = setInterval(() => {
              if (readFileSync(pids, 'utf8').split('\n').length < 3) return;
              clearInterval(timer);
              child.kill('SIGINT');
            }, 20);
          },
        });
        expect([ran.status, ran.signal], `${words.join(' ')}\n${ran.stderr}`).toSatisfy(
          ([status, signal]: unknown[]) => signal === 'SIGINT' || status === 85,
        );
        // what was killed takes a moment to be gone
        await expect.poll(alive, { timeout: 2000 }).toEqual([]);
      }
    });

    it('hangs: Ctrl-C ends each command at once', async () => {
      for (const words of commands) {
        let kill = (): unknown => undefined;
        const silent = await badServer(() => kill());
        let at = 0;
        const ran = await run(words, ['--kubeconfig', server(`http://${silent.address}`)], {
          onSpawn(child) {
            kill = () => {
              at = performance.now();
              return child.kill('SIGINT');
            };
          },
        });
        silent.close();
        expect([ran.status, ran.signal], `${words.join(' ')}\n${ran.stderr}`).toSatisfy(
          ([status, signal]: unknown[]) => signal === 'SIGINT' || status === 85,
        );
        expect(performance.now() - at, words.join(' ')).toBeLessThan(2000);
      }
    });

    it('refuses a flag that is no duration', async () => {
      const ran = await run(['keys', 'install'], ['--request-timeout', 'soon']);
      expect([ran.status, ran.stderr]).toEqual([
        1,
        expect.stringContaining('--request-timeout "soon" is no duration'),
      ]);
    });
  },
);
