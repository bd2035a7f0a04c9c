import type { RequestOptions } from 'node:https';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { ConnectionOptions } from './connection.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { flagIn, textIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';
import { oidcLogin } from './oidc-login.ts';
import { checkAuthority, readPem } from './pem.ts';
import { posingHeaders } from './posing.ts';
import { proxyFor } from './proxy.ts';

/** What every request to the API server carries: TLS, proxy, credentials. */
export interface Login {
  /** Options for `https.request`: agent, headers, certificates. Kept until they end. */
  options(): Promise<RequestOptions>;
  /** Logs in anew at the next request: what was used is no longer accepted. */
  forget(): void;
  /** Why what was shown last may not be accepted: `the client certificate of user u has expired`. */
  doubt?(): string | null;
  /** The proxy in between, without a password; absent or `null`: none. */
  readonly proxy?: string | null;
}

/**
 * Logs in as a context says: client certificates, tokens and token files, `exec` programs, OIDC. Agents for TLS and
 * proxies are client-node's.
 */
export function logIn(system: System, context: ChosenContext, options: ConnectionOptions): Login {
  const { cluster } = context;
  const proxy = proxyOf(system, context);
  const oidc = oidcLogin(system, context, options, async (server, authority) => {
    const via = proxyFor(system.env, server);
    return { options: await dial({ server, authority, proxy: via }), proxy: shownProxy(via) };
  });
  let made: { readonly options: RequestOptions; readonly of: Credentials } | null = null;
  const make = async (): Promise<RequestOptions> => {
    const of = await credentialsOf(system, context, options, oidc);
    // a pool of connections for each login: TLS shows the certificate when it connects
    const agent = await dial({
      ...{ server: textIn(cluster, 'server'), authority: await authorityOf(system, context), proxy },
      ...{ client: of.client, insecure: flagIn(cluster, 'insecure-skip-tls-verify') },
      servername: textIn(cluster, 'tls-server-name'),
    });
    const headers: Record<string, string | string[]> = posingHeaders(context.user, options);
    if (of.token !== '') headers['authorization'] = `Bearer ${of.token}`;
    if (of.password !== '') headers['authorization'] = `Basic ${Buffer.from(of.password).toString('base64')}`;
    made = { options: { ...agent, headers }, of };
    return made.options;
  };
  return {
    proxy: shownProxy(proxy),
    async options() {
      return made !== null && made.of.until > system.now().getTime() ? made.options : await make();
    },
    forget() {
      made = null;
    },
    doubt: () => made?.of.doubt ?? null,
  };
}

interface Peer {
  readonly server: string;
  /** PEM; empty: the authorities that this machine trusts. */
  readonly authority: string;
  readonly proxy: string | null;
  readonly client?: { readonly certificate: string; readonly key: string } | null;
  readonly insecure?: boolean;
  readonly servername?: string;
}

/** Makes the options for requests to a server: an agent with what TLS needs, and a proxy. Connections are kept. */
async function dial(peer: Peer): Promise<RequestOptions> {
  const { server, authority, proxy, client = null, insecure = false, servername = '' } = peer;
  const { KubeConfig } = await import('@kubernetes/client-node').catch(notInstalled);
  const config = new KubeConfig();
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
  config.loadFromClusterAndUser(
    {
      name: 'cluster',
      server,
      // client-node wants it said that a server without TLS is meant; the address says it
      skipTLSVerify: insecure || server.startsWith('http:'),
      ...(authority === '' ? {} : { caData: base64(authority) }),
      ...(servername === '' ? {} : { tlsServerName: servername }),
      ...(proxy === null ? {} : { proxyUrl: proxy }),
    },
    {
      name: 'user',
      ...(client === null ? {} : { certData: base64(client.certificate), keyData: base64(client.key) }),
    },
  );
  // a variable of Node's must not turn the check of certificates off
  const options: RequestOptions = { rejectUnauthorized: true };
  await config.applyToHTTPSOptions(options);
  // connections are kept; idle ones do not keep the process
  if (typeof options.agent === 'object') Object.assign(options.agent, { keepAlive: true });
  return options;
}

async function authorityOf(system: System, { name, cluster }: ChosenContext): Promise<string> {
  const authority = readPem(system, cluster, 'certificate-authority', `context ${name}`);
  if (authority === null) return '';
  if (flagIn(cluster, 'insecure-skip-tls-verify'))
    throw new SopskitError(
      'cluster.config',
      `Context ${name} names an authority for the server’s certificate, and says not to check it (insecure-skip-tls-verify)`,
      { hint: 'Remove one of them; kubectl refuses it, too.' },
    );
  await checkAuthority(authority);
  return authority.text;
}

function proxyOf({ env }: System, { name, cluster }: ChosenContext): string | null {
  const proxy = textIn(cluster, 'proxy-url') || proxyFor(env, textIn(cluster, 'server'));
  if (proxy === null || (URL.canParse(proxy) && /^(https?|socks5h?):\/\/./.test(proxy))) return proxy;
  throw new SopskitError('cluster.config', `The proxy of context ${name} is no address of a proxy`, {
    hint: 'proxy-url in the kubeconfig, or $HTTPS_PROXY, begins with http://, https:// or socks5://.',
  });
}

function shownProxy(proxy: string | null): string | null {
  return proxy === null ? null : proxy.replace(/\/\/[^/]*@/, '//').replace(/\/+$/, '');
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
