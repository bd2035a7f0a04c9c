import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { ConnectionOptions } from './connection.ts';
import { textIn } from './fields.ts';
import { expiryOf } from './jwt.ts';
import { keepTokens, type Tokens } from './kept-tokens.ts';
import type { ChosenContext } from './kubeconfig.ts';
import { askProvider, type Dial } from './oidc-provider.ts';

/** Gives the ID token of an `auth-provider: oidc`, refreshed where it has ended. */
export interface OidcLogin {
  token(): Promise<{ readonly token: string; readonly until: number }>;
}

/** A token is not used any more so shortly before its end, in milliseconds. */
const margin = 10_000;

/**
 * Logs in as client-go does (plugin/pkg/client/auth/oidc): the ID token of the kubeconfig, or a new one for the refresh
 * token (OpenID Connect Core 1.0, 12). What the provider gives is written back into the kubeconfig: providers that
 * rotate refresh tokens accept each only once. Throws `cluster.config`, `cluster.denied`, `cluster.unreachable`,
 * `cluster.timeout`.
 */
export function oidcLogin(
  system: System,
  context: ChosenContext,
  limits: Pick<ConnectionOptions, 'requestTimeout' | 'signal'>,
  dial: Dial,
): OidcLogin {
  const config = (name: string): string => textIn(context.user, 'auth-provider', 'config', name);
  let tokens: Tokens = { id: config('id-token'), refresh: config('refresh-token') };
  const refuse = (what: string, hint: string): SopskitError =>
    new SopskitError('cluster.config', `The OIDC login of user ${context.userName} ${what}`, { hint });
  const again = 'Log in anew with what made the kubeconfig (such as kubelogin, or the page of the provider).';

  const ask = askProvider(system, context, limits, dial, again);

  const refresh = async (): Promise<void> => {
    const issuer = config('idp-issuer-url');
    const id = config('client-id');
    if (tokens.refresh === '') throw refuse('has ended, and it has no refresh-token to renew it', again);
    if (issuer === '' || id === '')
      throw refuse(`has no ${issuer === '' ? 'idp-issuer-url' : 'client-id'}`, again);
    const found = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const endpoint = found.object === null ? '' : textIn(found.object, 'token_endpoint');
    if (found.status !== 200 || endpoint === '')
      throw refuse(`found no OpenID provider at ${issuer} (it answered ${found.status})`, again);
    const secret = config('client-secret');
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh });
    const inForm = new URLSearchParams(form);
    inForm.set('client_id', id);
    if (secret !== '') inForm.set('client_secret', secret);
    // providers differ in where they want the client's password: the header first, as client-go
    const basic = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    let answer = secret === '' ? await ask(endpoint, inForm) : await ask(endpoint, form, basic);
    if (secret !== '' && [400, 401].includes(answer.status)) answer = await ask(endpoint, inForm);
    const given = (name: string): string => (answer.object === null ? '' : textIn(answer.object, name));
    if (answer.status !== 200) {
      const error = /^[a-z_]{1,40}$/.exec(given('error'))?.[0];
      throw refuse(`was not renewed: the provider answered ${error ?? answer.status}`, again);
    }
    if (given('id_token') === '')
      throw refuse(
        'was not renewed: the provider gave no id_token',
        'It must be asked for the scope openid at the login; some providers give none for a refresh token.',
      );
    const before = tokens;
    tokens = { id: given('id_token'), refresh: given('refresh_token') || before.refresh };
    keepTokens(system, context, before, tokens);
  };

  return {
    async token() {
      const lasts = (): number => (tokens.id === '' ? 0 : (expiryOf(tokens.id)?.getTime() ?? 0) - margin);
      if (lasts() <= system.now().getTime()) await refresh();
      return { token: tokens.id, until: lasts() };
    },
  };
}
