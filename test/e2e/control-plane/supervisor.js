/*
 * Runs a control plane of Flux for tests, as a process of its own: etcd, kube-apiserver, source-controller,
 * kustomize-controller and a git server, all on loopback and in one temporary folder.
 *
 * Takes a JSON text as its argument (see `control-plane.ts`), prints one line of JSON on standard output once all is
 * ready (`{ "address": … }` or `{ "error": … }`), and stops everything when its standard input ends: also where the
 * process that started it was killed.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGitServer } from './git-server.js';
import { freePorts, startServer, stopServer, untilReady } from './processes.js';

const request = JSON.parse(process.argv[2] ?? '{}');
const folder = mkdtempSync(path.join(tmpdir(), 'sopskit-e2e-'));
const servers = [];
let stopping = null;

process.stdin.resume();
process.stdin.on('end', stop);
process.stdin.on('close', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdout.on('error', stop);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

try {
  const address = await start();
  process.stdout.write(`${JSON.stringify({ address })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error?.message ?? error) })}\n`);
  await stop();
}

function stop() {
  stopping ??= (async () => {
    for (const server of servers.reverse()) await stopServer(server);
    process.exit(0);
  })();
  return stopping;
}

async function start() {
  for (const name of ['home', 'git', 'etcd', 'certs', 'storage', 'source-tmp', 'kustomize-tmp'])
    mkdirSync(at(name));
  const env = { PATH: process.env.PATH ?? '', HOME: at('home'), TMPDIR: folder };
  const [etcd, peer, api, git, ...others] = await freePorts(9);
  const tokens = { admin: token(), guest: token() };
  writeKeys(tokens);
  makeClientCertificates();
  await startDatabase(env, etcd, peer);
  const server = await startApi(env, etcd, api, tokens.admin);
  const ca = at('certs', 'apiserver.crt');
  const kubeconfig = at('kubeconfig.yaml');
  writeFileSync(kubeconfig, kubeconfigText(server, readFileSync(ca), tokens), { mode: 0o600 });
  applyDefinitions(env, kubeconfig);
  await startGitServer(at('git'), git, { ...env, GIT_CONFIG_NOSYSTEM: '1' });
  await startFlux(env, kubeconfig, others);
  const { binaries } = request;
  return { folder, server, ca, kubeconfig, tokens, git: local(git), repositories: at('git'), binaries };
}

async function startDatabase(env, port, peer) {
  const etcd = run('etcd', env, [
    ...['--data-dir', at('etcd'), '--unsafe-no-fsync', '--log-level=error'],
    ...['--listen-client-urls', local(port), '--advertise-client-urls', local(port)],
    ...['--listen-peer-urls', local(peer), '--initial-advertise-peer-urls', local(peer)],
    ...['--initial-cluster', `default=${local(peer)}`],
  ]);
  await untilReady('etcd', etcd, `${local(port)}/health`, {}, ({ body }) => body.includes('"true"'));
}

/** A certificate authority for clients, and a certificate of it for `system:masters`; they go with this folder. */
function makeClientCertificates() {
  mkdirSync(at('client-ca'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: at('client-ca'), stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test clients');
  const issuer = ['-CA', 'ca.crt', '-CAkey', 'ca.key'];
  const subject = ['-subj', '/O=system:masters/CN=admin'];
  openssl('req', '-x509', ...key, ...issuer, '-keyout', 'admin.key', '-out', 'admin.crt', ...subject);
}

async function startApi(env, etcd, port, admin) {
  const server = `https://127.0.0.1:${port}`;
  const apiserver = run('kube-apiserver', env, [
    `--etcd-servers=${local(etcd)}`,
    `--cert-dir=${at('certs')}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    `--service-account-issuer=${server}`,
    `--service-account-key-file=${at('sa.pub')}`,
    `--service-account-signing-key-file=${at('sa.key')}`,
    `--token-auth-file=${at('tokens.csv')}`,
    `--client-ca-file=${at('client-ca', 'ca.crt')}`,
  ]);
  const options = { rejectUnauthorized: false, headers: { authorization: `Bearer ${admin}` } };
  const isReady = ({ status }) => status === 200 && existsSync(at('certs', 'apiserver.crt'));
  await untilReady('kube-apiserver', apiserver, `${server}/readyz`, options, isReady);
  return server;
}

function applyDefinitions(env, kubeconfig) {
  const kubectl = (...args) =>
    execFileSync(request.binaries.kubectl, ['--kubeconfig', kubeconfig, ...args], { env, stdio: 'pipe' });
  kubectl('apply', '--server-side', ...request.crds.flatMap((file) => ['-f', file]));
  kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
  kubectl('create', 'namespace', 'flux-system');
}

async function startFlux(env, kubeconfig, [storage, sourceMetrics, sourceHealth, metrics, health]) {
  const controller = { ...env, KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: 'flux-system' };
  const source = run('source-controller', { ...controller, TMPDIR: at('source-tmp') }, [
    `--storage-path=${at('storage')}`,
    `--storage-addr=127.0.0.1:${storage}`,
    `--storage-adv-addr=${request.artifactHost ?? `127.0.0.1:${storage}`}`,
    ...controllerFlags(sourceMetrics, sourceHealth),
    ...(request.sourceFlags ?? []),
  ]);
  const kustomize = run('kustomize-controller', { ...controller, TMPDIR: at('kustomize-tmp') }, [
    '--requeue-dependency=2s',
    ...controllerFlags(metrics, health),
    ...(request.kustomizeFlags ?? []),
  ]);
  await untilReady('source-controller', source, `${local(sourceHealth)}/readyz`, {});
  await untilReady('kustomize-controller', kustomize, `${local(health)}/readyz`, {});
}

function at(...names) {
  return path.join(folder, ...names);
}

function run(name, env, args) {
  const server = startServer(request.binaries[name], args, env, path.join(folder, `${name}.log`));
  servers.push(server);
  return server;
}

function controllerFlags(metrics, health) {
  return [
    '--events-addr=',
    `--metrics-addr=127.0.0.1:${metrics}`,
    `--health-addr=127.0.0.1:${health}`,
    '--interval-jitter-percentage=0',
  ];
}

function local(port) {
  return `http://127.0.0.1:${port}`;
}

function token() {
  return `test-token-${randomBytes(16).toString('hex')}`;
}

function writeKeys(tokens) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(at('sa.pub'), publicKey);
  writeFileSync(at('sa.key'), privateKey, { mode: 0o600 });
  const lines = [`${tokens.admin},admin,admin,"system:masters"`, `${tokens.guest},guest,guest`];
  writeFileSync(at('tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function kubeconfigText(server, ca, tokens) {
  const users = Object.entries(tokens);
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: admin',
    'clusters:',
    '- name: test',
    '  cluster:',
    `    server: ${server}`,
    `    certificate-authority-data: ${ca.toString('base64')}`,
    'users:',
    ...users.flatMap(([name, secret]) => [`- name: ${name}`, '  user:', `    token: ${secret}`]),
    'contexts:',
    ...users.flatMap(([name]) => [`- name: ${name}`, '  context:', '    cluster: test', `    user: ${name}`]),
    '',
  ].join('\n');
}
