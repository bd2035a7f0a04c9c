import { SopskitError } from '../errors/sopskit-error.ts';
import type { Doing } from './doing.ts';

/** How the request was made that got no answer. */
export interface Attempt {
  /** How long was waited, in milliseconds. */
  readonly patience: number;
  /** The proxy in between, without a password; `null`: none. */
  readonly proxy: string | null;
  /** Whether an answer had begun. */
  readonly answered: boolean;
}

type Failure = NodeJS.ErrnoException & {
  readonly errors?: readonly Failure[];
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
};

/** Makes the error for a request that got no answer: no connection, no TLS, no end. */
export function unreachable(error: unknown, doing: Doing, attempt: Attempt): SopskitError {
  if (error instanceof SopskitError) return error;
  const failure = error as Failure;
  // an attempt at several addresses fails with all of their errors
  const code = failure.errors?.[0]?.code ?? failure.code ?? '';
  const { server, flags } = doing;
  if (code === 'ETIMEDOUT') return tooLate(doing, attempt, error);
  if (code === 'ANSWER_TOO_LARGE')
    return new SopskitError(
      'cluster.refused',
      `What answers at ${server} sends more than an API server would, and was cut off`,
      {
        hint: `kubectl${flags} config view --minify shows the address; kubectl${flags} get --raw /version tries it.`,
        cause: error,
      },
    );
  const atProxy = proxyTrouble(failure, code, doing, attempt);
  if (atProxy !== null) return atProxy;
  const why =
    attempt.answered && isCut(code)
      ? 'the connection was cut in the middle of its answer'
      : (reasons.get(code) ??
        (code.startsWith('HPE_') ? 'it does not speak HTTP' : null) ??
        (code === '' ? 'the connection failed' : `the connection failed (${code})`));
  return new SopskitError('cluster.unreachable', `The API server ${server} cannot be reached: ${why}`, {
    hint: hintFor(code, doing),
    cause: error,
  });
}

function tooLate(
  { server, flags }: Doing,
  { patience, proxy, answered }: Attempt,
  cause: unknown,
): SopskitError {
  const what = answered ? 'began to answer, and did not end' : 'gave no answer';
  const via = proxy === null ? '' : ` through the proxy ${proxy}`;
  return new SopskitError(
    'cluster.timeout',
    `The API server ${server} ${what} within ${patience / 1000} s${via}`,
    {
      hint: `kubectl${flags} --request-timeout=20s get --raw /readyz asks it alone; a VPN or a firewall may be in between, and --request-timeout gives it more time.`,
      cause,
    },
  );
}

function isCut(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE';
}

/** What the proxy did, where it is not the server's doing. */
function proxyTrouble(
  failure: Failure,
  code: string,
  { server, flags }: Doing,
  { proxy }: Attempt,
): SopskitError | null {
  if (proxy === null) return null;
  const trouble = (what: string): SopskitError =>
    new SopskitError(
      'cluster.unreachable',
      `The API server ${server} cannot be reached: the proxy ${proxy} ${what}`,
      {
        hint: `It is the proxy-url of the kubeconfig, else $HTTPS_PROXY; $NO_PROXY takes a server out of the latter. kubectl${flags} get --raw /readyz takes the same.`,
        cause: failure,
      },
    );
  const said = failure.message ?? '';
  // hpagent: CONNECT was answered with another status than 200
  const status = /^Bad response: (\d+)/.exec(said)?.[1];
  if (status !== undefined)
    return trouble(status === '407' ? 'wants a login (407)' : `refused the connection (${status})`);
  if (/^Socks|SOCKS|socks proxy/i.test(said)) return trouble('refused the connection');
  if (/^Proxy connection timed out/.test(said)) return trouble('does not answer');
  if (!isProxysOwn(failure.errors?.[0] ?? failure, proxy)) return null;
  return trouble(`cannot be reached: ${reasons.get(code) ?? code}`);
}

/** Whether the address that failed is the proxy's. */
function isProxysOwn({ address, hostname, port }: Failure, proxy: string): boolean {
  const url = new URL(proxy);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (hostname !== undefined) return hostname === host;
  return port !== undefined && (address === host || `${port}` === url.port);
}

function hintFor(code: string, { context, flags }: Doing): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `Whoever runs the server renews it (kubeadm certs renew apiserver, or what made it); check also the clock of this machine. kubectl${flags} get --raw /readyz tries it alone.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Take the address that the certificate is for, or name it with tls-server-name in the kubeconfig (kubectl config set-cluster CLUSTER --tls-server-name=NAME).`;
  if (isCertificate(code))
    return `Take a fresh kubeconfig for context ${context}: its certificate-authority-data is not of this server, or it has none and the server’s is not a public one.`;
  return `kubectl${flags} get --raw /readyz tries it alone; kubectl${flags} config view --minify shows the address.`;
}

const otherAuthority =
  'its certificate is not of the authority that the kubeconfig names (where it names none: that this machine trusts)';
const noTls = 'it does not speak TLS';
const noClientCertificate = 'it does not accept the client certificate';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name does not resolve'],
  ['EAI_AGAIN', 'its name does not resolve'],
  ['EHOSTUNREACH', 'there is no way to its address'],
  ['ENETUNREACH', 'there is no way to its address'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['EPROTO', noTls],
  ['ERR_SSL_WRONG_VERSION_NUMBER', noTls],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', noTls],
  ['ERR_SSL_HTTP_REQUEST', noTls],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', otherAuthority],
  ['SELF_SIGNED_CERT_IN_CHAIN', otherAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', otherAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', otherAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', otherAuthority],
  ['CERT_SIGNATURE_FAILURE', otherAuthority],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a client certificate'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', noClientCertificate],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', noClientCertificate],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', `${noClientCertificate}: it has expired`],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', noClientCertificate],
]);

function isCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code) && !code.startsWith('ERR_SSL');
}
