import type { RequestOptions } from 'node:https';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import { entriesOf } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import type { ConnectionOptions } from './connection.ts';
import { type ExecCredential, runCredentialPlugin } from './exec-login.ts';
import { fieldIn, flagIn, textIn, textMapIn, textsIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';

/** What every request to the API server carries: TLS, proxy, credentials. */
export interface Login {
  /** Options for `https.request`: agent, headers, certificates. Kept until they end. */
  options(): Promise<RequestOptions>;
  /** Logs in anew at the next request: what was used is no longer accepted. */
  forget(): void;
}

/** How long a token is used before its file, or its provider, is asked again; client-go does it every minute. */
const tokenLife = 60_000;

/**
 * Logs in as a context says: client certificates, tokens and token files, passwords, `exec` programs, and the providers
 * that client-node knows (OIDC). TLS, proxies and headers are client-node's.
 */
export function logIn(system: System, context: ChosenContext, options: ConnectionOptions): Login {
  let made: { readonly options: RequestOptions; readonly until: number } | null = null;
  return {
    async options() {
      if (made === null || made.until <= system.now().getTime()) made = await make(system, context, options);
      return made.options;
    },
    forget() {
      made = null;
    },
  };
}

async function make(
  system: System,
  context: ChosenContext,
  asked: ConnectionOptions,
): Promise<{ options: RequestOptions; until: number }> {
  const exec = fieldIn(context.user, 'exec');
  const credential = exec?.kind === 'mapping' ? await runCredentialPlugin(system, exec, context) : null;
  const { KubeConfig } = await import('@kubernetes/client-node').catch(notInstalled);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clusterOf(system, context), userOf(system, context, credential));
  const options: RequestOptions = { headers: impersonation(context.user, asked) };
  try {
    await config.applyToHTTPSOptions(options);
    // connections are kept; idle ones do not keep the process
    if (typeof options.agent === 'object') Object.assign(options.agent, { keepAlive: true });
  } catch (error) {
    throw new SopskitError('cluster.config', `Context ${context.name}: ${reasonOf(error)}`, { cause: error });
  }
  const lasts = credential === null ? tokenLife : (credential.expires?.getTime() ?? Number.POSITIVE_INFINITY);
  return { options, until: credential === null ? system.now().getTime() + lasts : lasts - 10_000 };
}

type Loaded = Parameters<
  InstanceType<typeof import('@kubernetes/client-node')['KubeConfig']>['loadFromClusterAndUser']
>;

function clusterOf(system: System, { cluster }: ChosenContext): Loaded[0] {
  const server = textIn(cluster, 'server').replace(/\/$/, '');
  const proxyUrl = textIn(cluster, 'proxy-url') || proxyFor(system.env, server);
  return {
    name: 'cluster',
    server,
    // client-node wants it said that a server without TLS is meant; the address says it
    skipTLSVerify: flagIn(cluster, 'insecure-skip-tls-verify') || server.startsWith('http:'),
    ...given({
      caData: textIn(cluster, 'certificate-authority-data'),
      caFile:
        textIn(cluster, 'certificate-authority-data') === '' ? textIn(cluster, 'certificate-authority') : '',
      tlsServerName: textIn(cluster, 'tls-server-name'),
      proxyUrl: proxyUrl ?? '',
    }),
  };
}

function userOf(system: System, context: ChosenContext, credential: ExecCredential | null): Loaded[1] {
  const { user } = context;
  const at = (name: string): string => textIn(user, name);
  const provider = fieldIn(user, 'auth-provider');
  return {
    name: 'user',
    ...given({
      token: credential?.token || tokenOf(system, context),
      certData: base64Of(credential?.certificate) || at('client-certificate-data'),
      certFile: credential?.certificate || at('client-certificate-data') ? '' : at('client-certificate'),
      keyData: base64Of(credential?.key) || at('client-key-data'),
      keyFile: credential?.key || at('client-key-data') ? '' : at('client-key'),
      username: at('username'),
      password: at('password'),
    }),
    ...(provider?.kind === 'mapping'
      ? { authProvider: { name: textIn(provider, 'name'), config: plain(provider) } }
      : {}),
  };
}

/** The token itself, or that in its file: the file wins, as it is the one that is kept fresh. */
function tokenOf({ files }: System, { name, user }: ChosenContext): string {
  const file = textIn(user, 'tokenFile');
  if (file === '') return textIn(user, 'token');
  const bytes = files.read(file);
  if (bytes !== null) return Buffer.from(bytes).toString().trim();
  if (textIn(user, 'token') !== '') return textIn(user, 'token');
  throw new SopskitError('cluster.config', `Context ${name}: there is no token file ${file}`);
}

function impersonation(
  user: Mapping,
  { asUser, asGroups }: ConnectionOptions,
): Record<string, string | string[]> {
  const name = asUser ?? textIn(user, 'as');
  const groups = asUser === null && asGroups.length === 0 ? textsIn(user, 'as-groups') : asGroups;
  if (name === '') {
    if (groups.length === 0) return {};
    throw new SopskitError('usage.invalid', '--as-group has no effect without a user', {
      hint: 'Give the user with --as.',
    });
  }
  const uid = asUser === null ? textIn(user, 'as-uid') : '';
  const extra = fieldIn(user, 'as-user-extra');
  const extras = asUser === null && extra?.kind === 'mapping' ? entriesOf(extra) : [];
  return {
    'Impersonate-User': name,
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': [...groups] }),
    ...(uid === '' ? {} : { 'Impersonate-Uid': uid }),
    ...Object.fromEntries(
      extras.map(({ key }) => [
        `Impersonate-Extra-${encodeURIComponent(String(key))}`,
        extra?.kind === 'mapping' ? [...textsIn(extra, String(key))] : [],
      ]),
    ),
  };
}

function plain(provider: Mapping): Record<string, string> {
  return Object.fromEntries(textMapIn(provider, 'config'));
}

/** Leaves out what is empty. */
function given(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function base64Of(pem: string | undefined): string {
  return pem === undefined || pem === '' ? '' : Buffer.from(pem).toString('base64');
}

/** A system error names the file; anything else may hold what it read. */
function reasonOf(error: unknown): string {
  const failure = error as NodeJS.ErrnoException;
  if (failure?.code === 'ENOENT') return `there is no file ${failure.path}`;
  if (failure?.code === 'EACCES') return `the file ${failure.path} may not be read`;
  return 'its login failed';
}

/** A part that is not there is no mistake of sopskit, but of its installation. */
function notInstalled(cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
  throw new SopskitError(
    'cluster.config',
    'This installation of sopskit is incomplete: the module @kubernetes/client-node, which speaks with clusters, is not there or lacks a part',
    { hint: 'Install sopskit anew, such as with npm install -g sopskit.', cause },
  );
}
