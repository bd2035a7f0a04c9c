import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { ConnectionOptions } from './connection.ts';
import { runCredentialPlugin } from './exec-login.ts';
import { fieldIn, textIn } from './fields.ts';
import { expiryOf } from './jwt.ts';
import type { ChosenContext } from './kubeconfig.ts';
import type { OidcLogin } from './oidc-login.ts';
import { certificateIn, checkClient, type Pem, readPem } from './pem.ts';

/** What is shown to the API server, as whom one logs in. */
export interface Credentials {
  readonly token: string;
  /** Certificate and key as PEM; `null`: none. */
  readonly client: { readonly certificate: string; readonly key: string } | null;
  /** `user:password`; empty: none. */
  readonly password: string;
  /** When it must be looked for again, in milliseconds since 1970. */
  readonly until: number;
  /** Why the server may not accept it, for a message; `null`: nothing is known. */
  readonly doubt: string | null;
}

/** How long a token is used before its file is read again; client-go does it every minute. */
const tokenLife = 60_000;
const expiredBy = (what: string, end: Date): string => `${what} has expired (${end.toISOString()})`;

/**
 * Finds the credentials of a context's user in client-go's order: what the kubeconfig itself has comes before a
 * program and a provider. Throws `cluster.config`, and what those throw.
 */
export async function credentialsOf(
  system: System,
  context: ChosenContext,
  options: ConnectionOptions,
  oidc: OidcLogin,
): Promise<Credentials> {
  const { user } = context;
  const now = system.now();
  const client = await clientOf(system, context);
  const token = tokenOf(system, context);
  const password =
    textIn(user, 'username') === '' ? '' : `${textIn(user, 'username')}:${textIn(user, 'password')}`;
  const none: Credentials = {
    token: '',
    client: null,
    password: '',
    until: Number.POSITIVE_INFINITY,
    doubt: null,
  };
  if (token !== '' && password !== '') throw both(context);
  if (token !== '' || password !== '' || client !== null) {
    const doubt =
      token !== ''
        ? tokenDoubt(token, context, now)
        : client === null
          ? `it logs in with a user name and a password, which API servers from Kubernetes 1.19 on do not take`
          : await clientDoubt(client.certificate, context, now);
    return { ...none, token, password, client, until: now.getTime() + tokenLife, doubt };
  }
  const exec = fieldIn(user, 'exec');
  if (exec?.kind === 'mapping') {
    const given = await runCredentialPlugin(system, exec, context, options);
    const doubt = `it is what ${textIn(exec, 'command')} gave`;
    const pair = given.certificate === '' ? null : { certificate: given.certificate, key: given.key };
    const place = `what ${textIn(exec, 'command')} gave`;
    if (pair !== null) await checkClient({ text: pair.certificate, place }, { text: pair.key, place });
    const until = given.expires === null ? Number.POSITIVE_INFINITY : given.expires.getTime() - 10_000;
    return { ...none, token: given.token, client: pair, until, doubt };
  }
  const provider = textIn(user, 'auth-provider', 'name');
  if (provider === '') return none;
  if (provider !== 'oidc') throw gone(context, provider);
  const { token: id, until } = await oidc.token();
  return { ...none, token: id, until, doubt: 'it is what its OpenID provider gave' };
}

async function clientOf(
  system: System,
  { user, userName }: ChosenContext,
): Promise<{ readonly certificate: string; readonly key: string } | null> {
  const owner = `user ${userName}`;
  const certificate = readPem(system, user, 'client-certificate', owner);
  const key = readPem(system, user, 'client-key', owner);
  if (certificate === null && key === null) return null;
  // both may be in one file
  const pair: readonly [Pem | null, Pem | null] = [certificate, key];
  if (pair[0] === null || pair[1] === null)
    throw new SopskitError(
      'cluster.config',
      `The login of ${owner} has a client ${pair[0] === null ? 'key, and no certificate' : 'certificate, and no key'}`,
      { hint: 'Take a fresh kubeconfig, or add what is missing with kubectl config set-credentials.' },
    );
  await checkClient(pair[0], pair[1]);
  return { certificate: pair[0].text, key: pair[1].text };
}

async function clientDoubt(pem: string, { userName }: ChosenContext, now: Date): Promise<string | null> {
  const certificate = await certificateIn(pem);
  if (certificate === null) return null;
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const what = `the client certificate of user ${userName}`;
  if (to < now) return expiredBy(what, to);
  return from > now
    ? `${what} is valid from ${from.toISOString()} on only`
    : `${what} is valid, and of an authority that it does not know`;
}

function tokenDoubt(token: string, { user, userName }: ChosenContext, now: Date): string | null {
  const file = textIn(user, 'tokenFile');
  const what = file === '' ? `the token of user ${userName}` : `the token in ${file}`;
  const end = expiryOf(token);
  return end !== null && end < now ? expiredBy(what, end) : `it does not know ${what}`;
}

/** The token itself, or that in its file: the file wins, as it is the one that is kept fresh. */
function tokenOf({ files }: System, { name, user }: ChosenContext): string {
  const file = textIn(user, 'tokenFile');
  const own = textIn(user, 'token');
  if (file === '') return own;
  const bytes = files.read(file);
  const token = bytes === null ? '' : Buffer.from(bytes).toString().trim();
  if (token !== '') return token;
  if (own !== '') return own;
  const what = bytes === null ? `there is no token file ${file}` : `the token file ${file} is empty`;
  throw new SopskitError('cluster.config', `Context ${name}: ${what}`, {
    hint: 'Whatever renews the token writes it there; the kubeconfig names it as tokenFile.',
  });
}

function both({ userName }: ChosenContext): SopskitError {
  return new SopskitError(
    'cluster.config',
    `The login of user ${userName} has a token and a password, and only one can be sent`,
    { hint: 'Remove one of them: kubectl config set-credentials USER --token=… leaves only the token.' },
  );
}

/** kubectl 1.26 took them out. */
function gone({ userName }: ChosenContext, provider: string): SopskitError {
  const instead = new Map([
    ['gcp', 'gke-gcloud-auth-plugin'],
    ['azure', 'kubelogin'],
  ]).get(provider);
  return new SopskitError(
    'cluster.config',
    `The login of user ${userName} is by the auth-provider ${provider}, which kubectl knows no more`,
    {
      hint: `Take a fresh kubeconfig, which logs in by a program${instead === undefined ? '' : ` (${instead})`}.`,
    },
  );
}
