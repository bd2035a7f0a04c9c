import { SopskitError } from '../errors/sopskit-error.ts';
import { type Doing, type Posing, sentence, shellWord } from './doing.ts';

/** What the server says that a user may not do (apiserver, responsewriters.forbiddenMessage). */
interface Denial {
  readonly user: string;
  readonly verb: string;
  /** With its group behind a point, and its subresource behind a slash. */
  readonly resource: string;
  /** `null`: everywhere. */
  readonly namespace: string | null;
}

/** Whether a refusal is one of permissions: others (admission, quotas) have the same status. */
export function isDenial(said: string): boolean {
  return /User "(?:[^"\\]|\\.)*" cannot [\w:-]+ (?:resource|path) /.test(said) || said === '';
}

/** The error for what this user may not do, with the commands that would allow it. */
export function denied(doing: Doing, said: string, doubt: string | null): SopskitError {
  const denial = readDenial(said) ?? asAsked(doing);
  const { context, posing } = doing;
  if (denial.verb.startsWith('impersonate')) return notToPose(denial, doing);
  const verb = doing.verb === 'apply' ? denial.verb : doing.verb;
  const what = sentence({ ...doing, verb });
  if (denial.user === 'system:anonymous' && posing === undefined)
    return new SopskitError(
      'cluster.denied',
      `Context ${context} logs in as nobody${doubt === null ? '' : ` (${doubt})`}, and nobody (system:anonymous) may not ${what}`,
      {
        hint: `Give its user a certificate, a token or an exec program in the kubeconfig; kubectl${doing.flags} auth whoami tells whom it is taken for.`,
      },
    );
  const who = denial.user === '' ? 'This user' : `User ${denial.user}`;
  return new SopskitError('cluster.denied', `${who} may not ${what} (context ${context})`, {
    hint: `${byAdministrator(doing)}: ${ruleFor(denial, doing)}`,
  });
}

/** The context of the one who may not is not the one to type: nor is the current one, perhaps. */
function byAdministrator({ server }: Doing): string {
  return `An administrator of the cluster ${server} allows it, with a context that is his own there (kubectl --context NAME; without, it is the current one's cluster)`;
}

function readDenial(said: string): Denial | null {
  const parts =
    /User ("(?:[^"\\]|\\.)*") cannot ([\w:-]+) resource "([^"]*)" in API group "([^"]*)" (?:at the cluster scope|in the namespace "([^"]*)")/.exec(
      said,
    );
  const path = parts === null ? /User ("(?:[^"\\]|\\.)*") cannot ([\w:-]+) path "([^"]*)"/.exec(said) : null;
  const [, quoted = '""', verb = '', resource = '', group = '', namespace] = parts ?? path ?? [];
  if (verb === '') return null;
  const [name = '', ...sub] = resource.split('/');
  const named = path === null ? [group === '' ? name : `${name}.${group}`, ...sub].join('/') : resource;
  return { user: unquoted(quoted), verb, resource: named, namespace: namespace ?? null };
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1); // Go's quotes know more than JSON's
  }
}

function asAsked({ verb, resource, namespace }: Doing): Denial {
  const asked = verb === 'apply' ? 'patch' : verb;
  return { user: '', verb: asked, resource, namespace: namespace === '' ? null : namespace };
}

/** Commands that make a role with what is missing, and give it to the user. */
function ruleFor(denial: Denial, { verb, name }: Doing): string {
  const { user, resource } = denial;
  // the server says of a namespace that it is in itself; a role there could not let it be made
  const namespace = resource === 'namespaces' ? null : denial.namespace;
  if (resource.startsWith('/'))
    return `kubectl create clusterrolebinding sopskit-discovery --clusterrole=system:discovery${subject(user)}`;
  // what is new must be created, and what is there patched: the command reads it first, and after
  const verbs =
    verb === 'apply'
      ? ['get', 'create', 'patch']
      : verb === 'patch' || verb === 'delete'
        ? ['get', verb]
        : [denial.verb];
  const scope = namespace === null ? '' : ` -n ${shellWord(namespace)}`;
  const kind = namespace === null ? 'clusterrole' : 'role';
  const thing = `${resource.replace(/[^a-z0-9-].*$/, '')}${name === '' ? '' : `-${name}`}`;
  // `kubectl create` makes no role twice: each user's rule for each object has a name of its own
  const role = `sopskit-${verbs.at(-1)}-${thing}-${user.split(':').at(-1)}`
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 200);
  const only = name === '' ? '' : ` --resource-name=${shellWord(name)}`;
  return (
    `kubectl create ${kind} ${role}${scope} --verb=${verbs.join(',')} --resource=${resource}${only} && ` +
    `kubectl create ${kind}binding ${role}${scope} --${kind}=${role}${subject(user)}`
  );
}

function subject(user: string): string {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  if (account !== null) return ` --serviceaccount=${account[1]}:${account[2]}`;
  return ` --user=${user === '' ? 'USER' : shellWord(user)}`;
}

/** API servers from 1.36 on ask also for newer verbs (`impersonate-on:user-info:list`): the older one is enough. */
function notToPose(denial: Denial, doing: Doing): SopskitError {
  const posing: Posing = doing.posing ?? { user: '', groups: [] };
  const whom = [
    posing.user === '' ? 'another user' : `user ${posing.user}`,
    ...posing.groups.map((group) => `group ${group}`),
  ];
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(posing.user);
  const user = {
    resource: account === null ? 'users' : 'serviceaccounts',
    name: account?.[2] ?? posing.user,
  };
  const kinds = [user.resource, ...(posing.groups.length > 0 ? ['groups'] : [])].join(',');
  const names = [user.name, ...posing.groups].map((one) => ` --resource-name=${shellWord(one)}`).join('');
  const role = 'sopskit-impersonate';
  return new SopskitError(
    'cluster.denied',
    `User ${denial.user} may not impersonate ${whom.join(' and ')} (context ${doing.context})`,
    {
      hint:
        `${byAdministrator(doing)}: kubectl create clusterrole ${role} --verb=impersonate --resource=${kinds}${names} && ` +
        `kubectl create clusterrolebinding ${role} --clusterrole=${role}${subject(denial.user)}`,
    },
  );
}
