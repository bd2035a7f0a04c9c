import { SopskitError } from '../errors/sopskit-error.ts';
import { withoutIdentities } from '../errors/without-identities.ts';
import type { Mapping } from '../tree/value.ts';
import { itemsIn, textIn } from './fields.ts';

/** What a request was for. */
export interface Doing {
  /** `get`, `list`, `apply`, `patch`, `delete`, … as RBAC calls it (`apply` is `patch` there). */
  readonly verb: string;
  /** Plural, with its group: `secrets`, `kustomizations.kustomize.toolkit.fluxcd.io`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly context: string;
  readonly server: string;
  /** What kubectl needs for the same cluster and user: ` --context x`. */
  readonly flags: string;
}

/** Makes the error for an answer that is a refusal. `status`: the Status object of the answer, where it has one. */
export function refusalOf(code: number, status: Mapping | null, doing: Doing): SopskitError {
  if (code === 401) return notLoggedIn(doing);
  const reason = status === null ? '' : textIn(status, 'reason');
  const said = status === null ? '' : textIn(status, 'message');
  if (code === 403 && !said.startsWith('admission webhook')) return denied(doing, said);
  const where = `The API server refused to ${sentence(doing)}`;
  const why = status === null ? `it answered ${code}` : reasonText(status, reason, doing);
  return new SopskitError('cluster.refused', `${where}: ${why}`, {
    hint: `${commandFor(doing)} shows what is there.`,
  });
}

function notLoggedIn({ context, server, flags }: Doing): SopskitError {
  return new SopskitError(
    'cluster.denied',
    `The API server ${server} does not accept the login of context ${context}`,
    {
      hint: `Log in again; kubectl${flags} auth whoami tells whether it worked.`,
    },
  );
}

function denied(doing: Doing, said: string): SopskitError {
  const user = /User "((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  const who = user === undefined ? 'This user' : `User ${user}`;
  const verb = doing.verb === 'apply' ? 'patch' : doing.verb;
  const everywhere = verb === 'list' && doing.name === '' ? ' -A' : '';
  const where = doing.namespace === '' ? everywhere : ` -n ${doing.namespace}`;
  return new SopskitError('cluster.denied', `${who} may not ${sentence(doing)}`, {
    hint: `kubectl${doing.flags} auth can-i ${verb} ${doing.resource}${where} tells when that is allowed.`,
  });
}

function sentence({ verb, resource, namespace, name }: Doing): string {
  const what = name === '' ? resource : `${resource} ${name}`;
  return `${verb} ${what}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
}

/** The kubectl command that looks at the same. */
export function commandFor({ resource, namespace, name, flags }: Doing): string {
  const where = namespace === '' ? '' : ` -n ${namespace}`;
  return `kubectl${flags} get ${resource}${name === '' ? '' : ` ${name}`}${where}`;
}

/**
 * What the server said, without the values that it repeats: of a field that is wrong, its path and what it should be; of
 * what a webhook says about a Secret, nothing.
 */
function reasonText(status: Mapping, reason: string, { resource }: Doing): string {
  const causes = itemsIn(status, 'details', 'causes').map((cause) => {
    const field = textIn(cause, 'field');
    const why = withoutValue(textIn(cause, 'message'));
    return field === '' ? why : `${field}: ${why}`;
  });
  const message = textIn(status, 'message');
  if (causes.length > 0) return withoutIdentities([...new Set(causes)].slice(0, 5).join('; '));
  if (resource === 'secrets' && !toldAnyway.has(reason)) {
    const fields = message.match(aboutField) ?? [];
    return fields.length > 0
      ? fields.join('; ')
      : reason || 'what it said may hold a value, and is not shown';
  }
  return withoutIdentities(withoutValue(message) || reason || 'it gave no reason');
}

/** What the schema's checks say, which name fields only. */
const aboutField = /\.[\w.[\]-]*: field not declared in schema|unknown field "[^"]*"/g;
const toldAnyway = new Set(['NotFound', 'AlreadyExists', 'Conflict', 'Gone', 'Timeout', 'TooManyRequests']);

/** `Invalid value: "x": must be y` without the `x` (apimachinery, field.Error). */
export function withoutValue(message: string): string {
  return message.replace(
    /\b(Invalid|Unsupported|Duplicate) value: (?:"(?:[^"\\]|\\.)*"|(?:[^:"]|:(?! ))*)/g,
    '$1 value',
  );
}
