import { SopskitError } from '../errors/sopskit-error.ts';
import type { Doing } from './refusal.ts';

/** Makes the error for a request that got no answer: no connection, no TLS, no end. */
export function unreachable(
  error: unknown,
  { server, context, flags }: Doing,
  patience: number,
): SopskitError {
  if (error instanceof SopskitError) return error;
  const failure = error as NodeJS.ErrnoException & { readonly errors?: readonly NodeJS.ErrnoException[] };
  // an attempt at several addresses fails with all of their errors
  const code = failure.errors?.[0]?.code ?? failure.code ?? '';
  const hint = (text: string): { hint: string; cause: unknown } => ({ hint: text, cause: error });
  if (code === 'ETIMEDOUT')
    return new SopskitError(
      'cluster.timeout',
      `The API server ${server} gave no answer within ${patience / 1000} s`,
      hint(
        `kubectl${flags} --request-timeout=20s get --raw /readyz asks it alone; a VPN or a firewall may be in between.`,
      ),
    );
  const why =
    reasons.get(code) ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
  const fix = isCertificate(code)
    ? `Take a fresh kubeconfig for context ${context}: its certificate-authority-data is not of this server, or it has none and the server’s is not a public one.`
    : `kubectl${flags} get --raw /readyz tries it alone; kubectl${flags} config view --minify shows the address.`;
  return new SopskitError(
    'cluster.unreachable',
    `The API server ${server} cannot be reached: ${why}`,
    hint(fix),
  );
}

const otherAuthority =
  'its certificate is not of the authority that the kubeconfig names (where it names none: that this machine trusts)';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name does not resolve'],
  ['EAI_AGAIN', 'its name does not resolve'],
  ['EHOSTUNREACH', 'there is no way to its address'],
  ['ENETUNREACH', 'there is no way to its address'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['EPROTO', 'it does not speak TLS'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', otherAuthority],
  ['SELF_SIGNED_CERT_IN_CHAIN', otherAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', otherAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', otherAuthority],
  ['CERT_SIGNATURE_FAILURE', otherAuthority],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a client certificate'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not accept the client certificate'],
]);

function isCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code) && !code.startsWith('ERR_SSL');
}
