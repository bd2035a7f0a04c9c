import { textIn } from '../../../cluster/fields.ts';
import { flux, kubectl, push, type Rule } from './explanation.ts';

/** What the API server refuses. */
export const applyRules: readonly Rule[] = [
  {
    code: 'apply.unknown-kind',
    says: /(\S+) dry-run failed[^\n]*no matches for kind "([^"]+)" in version "([^"]+)"/,
    explain: ([, name = '', kind = '', version = ''], object, reading) => ({
      what: `${name} is of a kind that the cluster does not have: no CustomResourceDefinition serves ${kind} in ${version}. The controller then applies nothing of this Kustomization, and a CRD that is in it does not come either.`,
      mend: [
        kubectl(reading, `get crd | grep -i ${version.split('/')[0]}    # perhaps in another version`),
        'spec.dependsOn    # bring the CRD (or the HelmRelease that has it) in a Kustomization of its own with wait: true, and depend on it',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'apply.namespace-missing',
    says: /(\S+) not found: namespaces "([^"]+)" not found/,
    explain: ([, name = '', namespace = ''], object, reading) => ({
      what: `${name} goes into namespace ${namespace}, which does not exist.`,
      mend: [
        `a manifest of Namespace ${namespace}    # commit it to this Kustomization: namespaces are applied first`,
        push(reading, object),
      ],
    }),
  },
  {
    code: 'apply.namespace-terminating',
    says: /(\S+) dry-run failed[^\n]*because it is being terminated/,
    explain: ([, name = ''], object, reading) => ({
      what: `${name} cannot be made while its namespace is being deleted.`,
      mend: [
        kubectl(
          reading,
          `get namespace ${name.split('/')[1] ?? ''} -o yaml    # status.conditions say what is still in it`,
        ),
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'apply.forbidden',
    says: /(\S+) (?:dry-run failed|apply failed|delete failed)[^\n]*is forbidden: User "([^"]+)" cannot (\w+) resource "([^"]+)"(?:[^\n]*in the namespace "([^"]+)")?/,
    explain: ([, name = '', user = '', verb = '', resource = '', namespace], object, reading) => ({
      what: `${user} may not ${verb} ${resource}${namespace === undefined ? '' : ` in namespace ${namespace}`}, which ${name} needs${account(object)}.`,
      mend: [
        kubectl(
          reading,
          `create ${namespace === undefined ? 'clusterrolebinding' : 'rolebinding'} NAME --clusterrole=ROLE --user=${user}${namespace === undefined ? '' : ` -n ${namespace}`}`,
        ),
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'apply.webhook',
    says: /failed calling webhook "([^"]+)"|admission webhook "([^"]+)" denied the request/,
    explain: ([, away, denied], object, reading) => ({
      what:
        away === undefined
          ? `The admission webhook ${denied} refused an object: a policy of the cluster forbids it.`
          : `The admission webhook ${away} does not answer, and the API server refuses all that it should look at.`,
      mend: [
        kubectl(reading, 'get validatingwebhookconfigurations,mutatingwebhookconfigurations'),
        ...(away === undefined
          ? [push(reading, object)]
          : [
              'its pods    # start what serves the webhook; it should be ready before this (spec.dependsOn)',
              flux(reading, 'reconcile', object),
            ]),
      ],
    }),
  },
  {
    code: 'apply.immutable',
    says: /(\S+) (?:dry-run failed|immutable field detected)[^\n]*?(?:field is immutable|is immutable|immutable field|updates to statefulset spec|may not be changed|cannot be changed)/i,
    explain: ([, name = ''], object, reading) => ({
      what: `${name} changes a field that cannot be changed once the object is there: it has to be deleted and made anew. What it holds, or runs, goes with it.`,
      mend: [
        kubectl(
          reading,
          `delete ${deleteArgs(name)}    # then Flux makes it anew; of a StatefulSet: --cascade=orphan`,
        ),
        `kustomize.toolkit.fluxcd.io/force: enabled    # or: annotate the object in Git, so that Flux does this itself`,
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'apply.invalid',
    says: /(\S+) (?:dry-run failed|apply failed)(?: \((\w+)\))?:/,
    explain: ([, name = ''], object, reading) => ({
      what: `The API server refuses ${name}, and with it all that is applied together with it.`,
      mend: [
        `kustomize build PATH | kubectl${reading.flags} apply --server-side --dry-run=server -f -    # the same error, before a push`,
        push(reading, object),
      ],
    }),
  },
];

/** What was applied, and does not do as it should. */
export const healthRules: readonly Rule[] = [
  {
    code: 'apply.not-pruned',
    reasons: ['PruneFailed'],
    says: /^/,
    explain: (_, object, reading) => ({
      what: 'Objects that left it could not be deleted; it keeps them in its inventory and tries again.',
      mend: [
        kubectl(reading, `describe kustomization ${object.name} -n ${object.namespace}`),
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'health.not-ready',
    reasons: ['HealthCheckFailed', 'HealthCheckCanceled'],
    says: /(?:timeout waiting for|failed early due to stalled resources)?:? ?\[?([^\]]*)\]?/,
    explain: (said, object, reading) => {
      const names = [...new Set(said.input.match(/\b[A-Z]\w+\/[\w.-]+(?:\/[\w.:-]+)?(?= status)/g) ?? [])];
      const first = names[0];
      return {
        what: `All is applied, and ${names.length === 0 ? 'something in it' : names.slice(0, 5).join(', ')} does not become ready in time. What depends on this Kustomization waits.`,
        mend: [
          ...(first === undefined ? [] : [kubectl(reading, `describe ${deleteArgs(first)}`)]),
          flux(reading, 'reconcile', object),
        ],
        causes: names.filter((name) => reading.objects.has(name)),
      };
    },
  },
];

/** `ConfigMap/ns/name` as kubectl takes it. */
function deleteArgs(name: string): string {
  const [kind = '', first = '', second] = name.split('/');
  return second === undefined
    ? `${kind.toLowerCase()} ${first}`
    : `${kind.toLowerCase()} ${second} -n ${first}`;
}

function account(object: Parameters<Rule['explain']>[1]): string {
  const name = textIn(object.manifest, 'spec', 'serviceAccountName');
  return name === '' ? '' : ` (spec.serviceAccountName: ${name})`;
}
