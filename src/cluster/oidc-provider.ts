import type { RequestOptions } from 'node:https';
import { SopskitError } from '../errors/sopskit-error.ts';
import { jsonFormat } from '../formats/json/json-format.ts';
import type { System } from '../system/system.ts';
import { mappingOf } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import type { ConnectionOptions } from './connection.ts';
import { exchange } from './exchange.ts';
import { fieldIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';
import { usualPatience } from './patience.ts';
import { checkAuthority, readPem } from './pem.ts';
import { unreachable } from './unreachable.ts';

/** Makes the options for requests to a server with an authority (PEM; empty: those that this machine trusts). */
export type Dial = (
  server: string,
  authority: string,
) => Promise<{ readonly options: RequestOptions; readonly proxy: string | null }>;

export interface ProviderAnswer {
  readonly status: number;
  /** `null`: it was no JSON object. It may hold tokens, and is never shown. */
  readonly object: Mapping | null;
}

/** Asks an OpenID provider: by GET, or by POST with a form. `password`: `user:password` of the header. */
export type AskProvider = (
  address: string,
  form?: URLSearchParams,
  password?: string,
) => Promise<ProviderAnswer>;

/** Asks the provider of a context's user. Errors name the user, and `hint` is what to do. */
export function askProvider(
  system: System,
  context: ChosenContext,
  { requestTimeout, signal }: Pick<ConnectionOptions, 'requestTimeout' | 'signal'>,
  dial: Dial,
  hint: string,
): AskProvider {
  const owner = `user ${context.userName}`;
  const patience = requestTimeout ?? usualPatience;
  return async (address, form, password) => {
    if (!URL.canParse(address))
      throw new SopskitError(
        'cluster.config',
        `The OIDC login of ${owner} names a provider that is no address`,
        { hint },
      );
    const settings = fieldIn(context.user, 'auth-provider', 'config');
    const part = settings?.kind === 'mapping' ? settings : mappingOf([]);
    const authority = readPem(system, part, 'idp-certificate-authority', owner);
    if (authority !== null) await checkAuthority(authority);
    const url = new URL(address);
    const { options, proxy } = await dial(url.origin, authority?.text ?? '');
    const payload = form === undefined ? undefined : Buffer.from(form.toString());
    const answer = await exchange({
      ...{ url, payload, signal },
      options: {
        ...options,
        method: form === undefined ? 'GET' : 'POST',
        headers: headersFor(payload, password),
      },
      patience: patience === 0 ? Number.POSITIVE_INFINITY : patience,
    });
    if (!('error' in answer)) return { status: answer.status, object: parsed(answer.body) };
    const doing = { ...{ verb: 'read', resource: '', namespace: '', name: '' }, server: url.origin };
    const about = { ...doing, context: context.name, flags: '' };
    const failure = unreachable(answer.error, about, { patience, proxy, answered: answer.answered });
    if (failure.code === 'interrupted') throw failure;
    const why = failure.message.replace(/^The API server/, 'the provider');
    throw new SopskitError(failure.code, `The OIDC login of ${owner} cannot be renewed: ${why}`, {
      ...{ hint, cause: answer.error },
    });
  };
}

function headersFor(
  payload: Uint8Array | undefined,
  password: string | undefined,
): Record<string, string | number> {
  return {
    ...{ accept: 'application/json', 'user-agent': 'sopskit' },
    ...(password === undefined ? {} : { authorization: `Basic ${Buffer.from(password).toString('base64')}` }),
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': payload.length }),
  };
}

function parsed(body: Uint8Array): Mapping | null {
  try {
    return jsonFormat.parse(body).branches[0] ?? null;
  } catch {
    return null;
  }
}
