import { SopskitError } from '../errors/sopskit-error.ts';
import type { Mapping } from '../tree/value.ts';
import { commandFor, type Doing, sentence, thing } from './doing.ts';
import { itemsIn, textIn } from './fields.ts';
import { denied, isDenial } from './rbac.ts';
import { reasonText } from './said.ts';
import { uncertainty } from './uncertainty.ts';

/** What the transport knows about an answer that is a refusal. */
export interface Circumstances {
  /** Why the login may not be accepted, where that can be told from here: `the client certificate … has expired`. */
  readonly doubt?: string | null;
  /** Whether the request was sent before, and that answer was lost. */
  readonly again?: boolean;
}

/** Makes the error for an answer that is a refusal. `status`: the Status object of the answer, where it has one. */
export function refusalOf(
  code: number,
  status: Mapping | null,
  doing: Doing,
  { doubt = null, again = false }: Circumstances = {},
): SopskitError {
  if (code === 401) return notLoggedIn(doing, doubt);
  if (status === null || textIn(status, 'kind') !== 'Status') return noStatus(code, doing);
  const said = textIn(status, 'message');
  if (code === 403 && isDenial(said)) return denied(doing, said, doubt);
  const special =
    clash(status, doing) ?? staleness(code, status, doing, again) ?? namespaceTrouble(code, status, doing);
  if (special !== null) return special;
  const refused = new SopskitError(
    'cluster.refused',
    `The API server refused to ${sentence(doing)}: ${reasonText(status, doing)}`,
    { hint: hintFor(status, doing) },
  );
  return isLate(code, said) ? uncertainty(refused, doing) : refused;
}

/** Whether the server gave up waiting for what it, or its store, may do all the same. */
function isLate(code: number, said: string): boolean {
  return code === 504 || (code >= 500 && /etcdserver|timed? ?out|deadline/i.test(said));
}

function notLoggedIn({ context, server, flags }: Doing, doubt: string | null): SopskitError {
  return new SopskitError(
    'cluster.denied',
    `The API server ${server} does not accept the login of context ${context}${doubt === null ? '' : `: ${doubt}`}`,
    { hint: `Log in again; kubectl${flags} auth whoami tells whether it worked.` },
  );
}

/** An API server explains each refusal: something else answered, or something in between. */
function noStatus(code: number, doing: Doing): SopskitError {
  const refused = new SopskitError(
    'cluster.refused',
    `What answers at ${doing.server} is no Kubernetes API server, or something in between: it answered ${code} to the wish to ${sentence(doing)}, and not as Kubernetes does`,
    {
      hint: `kubectl${doing.flags} get --raw /version tries it; a proxy, a load balancer or a log-in page may be in between.`,
    },
  );
  // what is in between may have passed it on before it gave up
  return code >= 500 ? uncertainty(refused, doing) : refused;
}

/** Fields that other managers have. */
function clash(status: Mapping, doing: Doing): SopskitError | null {
  const causes = itemsIn(status, 'details', 'causes').filter(
    (cause) => textIn(cause, 'reason') === 'FieldManagerConflict',
  );
  if (causes.length === 0) return null;
  const fields = new Map<string, string[]>();
  for (const cause of causes) {
    const manager = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(textIn(cause, 'message'))?.[1] ?? 'another';
    fields.set(manager, [...(fields.get(manager) ?? []), textIn(cause, 'field')]);
  }
  const told = [...fields].map(
    ([manager, of]) => `${manager} has ${[...new Set(of)].slice(0, 5).join(', ')}`,
  );
  return new SopskitError(
    'cluster.conflict',
    `The API server refused to ${sentence(doing)}: other managers have fields of it (${told.join('; ')})`,
    {
      hint: `${commandFor(doing)} -o yaml --show-managed-fields shows who has what; change it where they take it from.`,
    },
  );
}

/** What the change was meant for is not there any more as it was. */
function staleness(code: number, status: Mapping, doing: Doing, again: boolean): SopskitError | null {
  const isUid = itemsIn(status, 'details', 'causes').some(
    (cause) => textIn(cause, 'field') === 'metadata.uid',
  );
  if (!isUid && !(code === 409 && textIn(status, 'reason') === 'Conflict')) return null;
  const became =
    isUid || /UID in (?:the )?precondition/.test(textIn(status, 'message')) ? 'replaced' : 'changed';
  const self = again
    ? ' The answer to a first try was lost: it may have been this command that changed it.'
    : '';
  return new SopskitError('cluster.changed', `Somebody else ${became} ${thing(doing)} in the meantime`, {
    hint: `Run the command again; ${commandFor(doing)} shows what is there now.${self}`,
  });
}

function namespaceTrouble(code: number, status: Mapping, doing: Doing): SopskitError | null {
  const { namespace, flags } = doing;
  if (code === 404 && isNoNamespace(status, doing))
    return new SopskitError(
      'cluster.not-found',
      `There is no namespace ${namespace} in the cluster of context ${doing.context}`,
      { hint: `kubectl${flags} create namespace ${namespace} makes it.` },
    );
  const isEnding = itemsIn(status, 'details', 'causes').some(
    (cause) => textIn(cause, 'reason') === 'NamespaceTerminating',
  );
  if (!isEnding) return null;
  return new SopskitError(
    'cluster.refused',
    `The API server refused to ${sentence(doing)}: the namespace is being deleted, and takes nothing new`,
    {
      hint: `Wait until it is gone, and make it anew; kubectl${flags} get namespace ${namespace} -o yaml shows in status.conditions what holds it.`,
    },
  );
}

/** Whether what is missing is the namespace, and not what was to be in it. */
export function isNoNamespace(status: Mapping, { namespace }: Doing): boolean {
  const at = (field: string): string => textIn(status, 'details', field);
  return namespace !== '' && at('kind') === 'namespaces' && at('name') === namespace;
}

function hintFor(status: Mapping, doing: Doing): string {
  const isImmutable = itemsIn(status, 'details', 'causes').some((cause) =>
    textIn(cause, 'message').includes('field is immutable when `immutable` is set'),
  );
  if (!isImmutable) return `${commandFor(doing)} shows what is there.`;
  const where = doing.namespace === '' ? '' : ` -n ${doing.namespace}`;
  return `It cannot be changed, only made anew: kubectl${doing.flags} delete ${doing.resource} ${doing.name}${where}, and run the command again.`;
}
