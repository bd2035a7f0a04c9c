import { SopskitError } from '../errors/sopskit-error.ts';
import { jsonFormat } from '../formats/json/json-format.ts';
import type { System } from '../system/system.ts';
import type { Mapping } from '../tree/value.ts';
import { flagIn, itemsIn, textIn, textsIn } from './fields.ts';
import type { ChosenContext } from './kubeconfig.ts';

/** What a credential plugin gave. PEM texts, or a bearer token, or both. */
export interface ExecCredential {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
  /** When it ends; `null`: with the process. */
  readonly expires: Date | null;
}

/**
 * Runs the program of a user's `exec`, as client-go does (client.authentication.k8s.io): its environment has
 * `KUBERNETES_EXEC_INFO`. What it says on standard error (an address to log in at) is shown at once where there is a
 * terminal; it gets no standard input. Throws `cluster.config` where it fails, with what it said (what it prints on
 * standard output is a credential, and never shown).
 */
export async function runCredentialPlugin(
  system: System,
  exec: Mapping,
  context: ChosenContext,
): Promise<ExecCredential> {
  const command = textIn(exec, 'command');
  if (command === '') throw failure(context, 'names no command', '');
  if (textIn(exec, 'interactiveMode') === 'Always')
    throw failure(context, `needs a terminal for ${command}`, 'Log in with kubectl first.');
  const variables = itemsIn(exec, 'env').map(
    (item) => [textIn(item, 'name'), textIn(item, 'value')] as const,
  );
  const env = { ...Object.fromEntries(variables), KUBERNETES_EXEC_INFO: execInfo(system, exec, context) };
  const options = { env, errorsShown: system.prompts.available };
  const result = await system.processes.run(command, textsIn(exec, 'args'), options).catch((error) => {
    if (error instanceof SopskitError && error.code === 'process.missing')
      throw failure(
        context,
        `needs the program ${command}, which is not on PATH`,
        textIn(exec, 'installHint'),
      );
    throw error;
  });
  if (result.status !== 0) {
    const said = firstLines(Buffer.from(result.stderr).toString());
    throw failure(context, `failed: ${command} ended with ${result.status ?? result.signal}${said}`, '');
  }
  return read(result.stdout, command, context);
}

function read(bytes: Uint8Array, command: string, context: ChosenContext): ExecCredential {
  let credential: Mapping | undefined;
  try {
    [credential] = jsonFormat.parse(bytes).branches;
  } catch {
    // what it printed may be a credential: it is not shown
  }
  if (credential === undefined || textIn(credential, 'kind') !== 'ExecCredential')
    throw failure(context, `failed: ${command} printed no ExecCredential`, '');
  const at = (name: string): string => textIn(credential, 'status', name);
  const expires = Date.parse(at('expirationTimestamp'));
  return {
    token: at('token'),
    certificate: at('clientCertificateData'),
    key: at('clientKeyData'),
    expires: Number.isNaN(expires) ? null : new Date(expires),
  };
}

function execInfo({ files }: System, exec: Mapping, { cluster }: ChosenContext): string {
  const caFile = textIn(cluster, 'certificate-authority');
  const ca =
    textIn(cluster, 'certificate-authority-data') ||
    (caFile === '' ? '' : Buffer.from(files.read(caFile) ?? []).toString('base64'));
  const about = {
    server: textIn(cluster, 'server'),
    'tls-server-name': textIn(cluster, 'tls-server-name') || undefined,
    'insecure-skip-tls-verify': flagIn(cluster, 'insecure-skip-tls-verify') || undefined,
    'certificate-authority-data': ca || undefined,
    'proxy-url': textIn(cluster, 'proxy-url') || undefined,
  };
  return JSON.stringify({
    apiVersion: textIn(exec, 'apiVersion') || 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(flagIn(exec, 'provideClusterInfo') ? { cluster: about } : {}) },
  });
}

function firstLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(0, 3).join(' ').slice(0, 300)}`;
}

function failure({ name, userName }: ChosenContext, what: string, hint: string): SopskitError {
  return new SopskitError('cluster.config', `The login of user ${userName} ${what}`, {
    hint:
      hint.trim() === ''
        ? `kubectl --context ${name} version shows whether kubectl can log in.`
        : hint.trim(),
  });
}
