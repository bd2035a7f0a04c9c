import { SopskitError } from '../errors/sopskit-error.ts';
import { jsonFormat } from '../formats/json/json-format.ts';
import type { System } from '../system/system.ts';
import type { Mapping } from '../tree/value.ts';
import type { ConnectionOptions } from './connection.ts';
import { execInfo } from './exec-info.ts';
import { fieldIn, itemsIn, textIn, textsIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';
import { kubectlFlags } from './kubectl-flags.ts';

/** What a credential plugin gave. PEM texts, or a bearer token, or both. */
export interface ExecCredential {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
  /** When it ends; `null`: with the process. */
  readonly expires: Date | null;
}

/** A context, and what kubectl needs for the same. */
type Named = Pick<ChosenContext, 'name' | 'userName'> & { readonly flags: string };

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
/** How long a program may take, in milliseconds: by itself, and where its user may have to do something. */
const [patience, patienceWithUser] = [60_000, 300_000];

/**
 * Runs the program of a user's `exec`, as client-go does (client.authentication.k8s.io): its environment has
 * `KUBERNETES_EXEC_INFO`. What it says on standard error (an address to log in at) is shown at once where there is a
 * terminal; standard input is the terminal where there is one and `interactiveMode` lets it, else empty. Throws
 * `cluster.config` where it fails, with what it said (what it prints on standard output is a credential, and never
 * shown), `cluster.timeout`, `interrupted`.
 */
export async function runCredentialPlugin(
  system: System,
  exec: Mapping,
  chosen: ChosenContext,
  limits: Partial<ConnectionOptions> = {},
): Promise<ExecCredential> {
  const context = { ...chosen, flags: kubectlFlags(chosen.name, limits) };
  const command = textIn(exec, 'command');
  if (command === '') throw failure(context, 'names no command', '');
  checkVersion(exec, context);
  const interactive = isInteractive(system, exec, context, command);
  const variables = itemsIn(exec, 'env').map(
    (item) => [textIn(item, 'name'), textIn(item, 'value')] as const,
  );
  const env = {
    ...Object.fromEntries(variables),
    KUBERNETES_EXEC_INFO: execInfo(system, exec, context, interactive),
  };
  const errorsShown = system.prompts.available;
  const limit = limits.requestTimeout ?? (errorsShown ? patienceWithUser : patience);
  const late = new AbortController();
  const timer = limit === 0 ? undefined : setTimeout(() => late.abort(), limit);
  const signal = AbortSignal.any([late.signal, ...(limits.signal === undefined ? [] : [limits.signal])]);
  const result = await system.processes
    .run(command, textsIn(exec, 'args'), { env, errorsShown, inputShared: interactive, signal })
    .catch((error) => {
      if (!(error instanceof SopskitError) || error.code !== 'process.missing') throw error;
      throw failure(
        context,
        `needs the program ${command}, which is not ${command.includes('/') ? 'there' : 'on PATH'}`,
        withoutEscapes(textIn(exec, 'installHint')),
      );
    })
    .finally(() => clearTimeout(timer));
  if (limits.signal?.aborted === true) throw new SopskitError('interrupted', 'interrupted');
  if (late.signal.aborted) throw tooSlow(context, command, limit);
  if (result.status !== 0) {
    const said = firstLines(Buffer.from(result.stderr).toString());
    throw failure(context, `failed: ${command} ended with ${result.status ?? result.signal}${said}`, '');
  }
  return read(result.stdout, command, textIn(exec, 'apiVersion'), context);
}

function checkVersion(exec: Mapping, context: Named): void {
  const version = textIn(exec, 'apiVersion');
  if (versions.includes(version)) return;
  throw failure(
    context,
    version === ''
      ? 'names no apiVersion for its program'
      : `speaks ${version} with its program, which kubectl knows no more`,
    `Set apiVersion to ${versions[0]} in the kubeconfig, and renew the program where it does not speak it.`,
  );
}

function isInteractive(system: System, exec: Mapping, context: Named, command: string): boolean {
  const mode = textIn(exec, 'interactiveMode') || 'IfAvailable';
  if (!['Never', 'IfAvailable', 'Always'].includes(mode))
    throw failure(context, `has the interactiveMode ${mode}`, 'It is Never, IfAvailable or Always.');
  const onTerminal = system.processes.onTerminal === true;
  if (mode === 'Always' && !onTerminal)
    throw failure(
      context,
      `needs a terminal for ${command}, and standard input is none`,
      'Run it on a terminal, or log in with kubectl there first.',
    );
  return onTerminal && mode !== 'Never';
}

function read(bytes: Uint8Array, command: string, version: string, context: Named): ExecCredential {
  let credential: Mapping | undefined;
  try {
    [credential] = jsonFormat.parse(bytes).branches;
  } catch {
    // what it printed may be a credential: it is not shown
  }
  if (credential === undefined || textIn(credential, 'kind') !== 'ExecCredential')
    throw failure(context, `failed: ${command} printed no ExecCredential`, '');
  const given = textIn(credential, 'apiVersion');
  if (given !== version)
    throw failure(
      context,
      `failed: ${command} answers in ${versions.includes(given) ? given : 'another version'}, and the kubeconfig says ${version}`,
      'Set the apiVersion in the kubeconfig to what the program speaks.',
    );
  if (fieldIn(credential, 'status')?.kind !== 'mapping')
    throw failure(context, `failed: ${command} gave no status`, '');
  const at = (name: string): string => textIn(credential, 'status', name);
  const [token, certificate, key] = [at('token'), at('clientCertificateData'), at('clientKeyData')];
  if (token === '' && certificate === '' && key === '')
    throw failure(context, `failed: ${command} gave neither a token nor a certificate`, '');
  if ((certificate === '') !== (key === ''))
    throw failure(context, `failed: ${command} gave only one of certificate and key`, '');
  const expires = Date.parse(at('expirationTimestamp'));
  return { token, certificate, key, expires: Number.isNaN(expires) ? null : new Date(expires) };
}

function firstLines(text: string): string {
  const lines = withoutEscapes(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(0, 3).join(' ').slice(0, 300)}`;
}

/** A kubeconfig that was sent to somebody must not steer the terminal. */
function withoutEscapes(text: string): string {
  return text.replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|.)?|[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}

function tooSlow(context: Named, command: string, limit: number): SopskitError {
  return new SopskitError(
    'cluster.timeout',
    `The login of user ${context.userName} did not end within ${limit / 1000} s: ${command} was ended`,
    { hint: `${tryIt(context)} --request-timeout gives it more time.` },
  );
}

function tryIt({ flags }: Named): string {
  return `kubectl${flags} version shows whether kubectl can log in.`;
}

function failure(context: Named, what: string, hint: string): SopskitError {
  return new SopskitError('cluster.config', `The login of user ${context.userName} ${what}`, {
    hint: hint.trim() === '' ? tryIt(context) : hint.trim(),
  });
}
