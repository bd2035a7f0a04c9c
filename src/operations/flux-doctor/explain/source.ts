import { textIn } from '../../../cluster/fields.ts';
import type { FluxObject, Reading } from '../reading.ts';
import { withoutLogins } from '../said.ts';
import { type Explanation, flux, kubectl, push, pushParent, type Rule, shown } from './explanation.ts';

/** Sources that are not fetched, and Kustomizations and releases that do not find theirs. */
export const sourceRules: readonly Rule[] = [
  {
    code: 'source.missing',
    says: /(GitRepository|OCIRepository|Bucket|HelmRepository|HelmChart|ExternalArtifact)\.\S+ "([^"]+)" not found/,
    explain: ([, kind = '', name = ''], object, reading) => ({
      what: `It refers to ${kind} ${name}, which is not there${near(kind, name, reading)}.`,
      mend: [
        kubectl(reading, `get ${kind.toLowerCase()} -A`),
        'spec.sourceRef    # correct name and namespace in Git, or commit the source; then push',
        pushParent(reading, object),
      ],
    }),
  },
  {
    code: 'source.path-missing',
    says: /kustomization path not found:[^\n]*?(?:stat |lstat )?(\S*): no such file or directory/,
    explain: (_, object, reading) => {
      const path = textIn(object.manifest, 'spec', 'path') || './';
      return {
        what: `There is no folder ${path} in its source${atRevision(object, reading)}. Nothing is applied, and nothing is pruned: what it applied before lives on.`,
        mend: [
          `git ls-tree --name-only HEAD ${path.replace(/^\.\//, '')}    # in the repository; is it committed and pushed, and on this branch?`,
          'spec.path    # correct it in Git, or push the folder',
          push(reading, object),
        ],
      };
    },
  },
  {
    code: 'source.waits',
    says: /Source artifact not found|Source is not ready|is not ready: |latest generation of object has not been reconciled|artifact not found|HelmChart '[^']+' is not ready/,
    explain: (_, object, reading) => ({
      what: 'It waits for its source, which has nothing to give yet.',
      mend: [
        kubectl(reading, `get ${(object.needs[0] ?? '').split('/')[0]?.toLowerCase() || 'gitrepository'} -A`),
      ],
      causes: object.needs.slice(0, 1),
    }),
  },
  {
    code: 'source.denied',
    reasons: ['AccessDenied'],
    says: /can't access '([^']+)'|cross-namespace references have been blocked/,
    explain: (_, object, reading) => ({
      what: 'It refers to a source of another namespace, which this cluster forbids (--no-cross-namespace-refs).',
      mend: [
        `spec.sourceRef    # use a source in namespace ${object.namespace}; commit and push`,
        pushParent(reading, object),
      ],
    }),
  },
  {
    code: 'source.secret-missing',
    reasons: ['AuthenticationFailed', 'GitOperationFailed', 'FetchFailed'],
    says: /secrets? (?:"([^"]+)"|'([^']+)'): (?:secrets "[^"]+" )?not found|secrets "([^"]+)" not found/,
    explain: ([, a, b, c], object, reading) => ({
      what: `The Secret ${(a ?? b ?? c ?? '').split('/').at(-1)}, with the credentials of ${address(object)}, is not in namespace ${object.namespace}.`,
      mend: [
        `flux${reading.flags} create secret git ${(a ?? b ?? c ?? '').split('/').at(-1)} -n ${object.namespace} --url=${address(object)} --username=git --password=TOKEN`,
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'source.login',
    says: /authentication required|authorization failed|401|403|invalid credentials|unable to authenticate|permission denied|Repository not found|access denied/i,
    explain: (_, object, reading) => (object.role === 'source' ? login(object, reading) : null),
  },
  {
    code: 'source.host-key',
    says: /knownhosts: |host key|ssh: handshake failed/,
    explain: (_, object, reading) => ({
      what: `The SSH key of ${address(object)} is not the one in known_hosts of its Secret.`,
      mend: [
        `flux${reading.flags} create secret git NAME -n ${object.namespace} --url=${address(object)} --private-key-file=FILE`,
        flux(reading, 'reconcile', object),
      ],
    }),
  },
  {
    code: 'source.reference-missing',
    says: /couldn't find remote ref|reference not found|unable to resolve (?:git )?(?:object|reference)|MANIFEST_UNKNOWN|no match found for semver|commit [^\n]*not found/i,
    explain: (_, object, reading) => ({
      what: `${address(object)} has no ${reference(object)}: it was removed, was never pushed, or is spelled otherwise.`,
      mend: [
        `git ls-remote ${address(object)}`,
        'spec.ref    # correct it in Git and on the cluster, as nothing is fetched until then',
        kubectl(reading, `edit ${object.kind.toLowerCase()} ${object.name} -n ${object.namespace}`),
      ],
    }),
  },
  {
    code: 'source.unreachable',
    says: /connection refused|i\/o timeout|context deadline exceeded|no route to host|tls: |x509: |EOF$|connection reset/i,
    explain: (said, object, reading) => {
      if (object.role !== 'source') return null;
      const isCertificate = /x509|tls:/i.test(said[0]);
      return {
        what: isCertificate
          ? `The certificate of ${address(object)} is not trusted by source-controller: with an authority of one’s own, its Secret needs ca.crt.`
          : `${address(object)} does not answer from inside the cluster: the server is away, or an egress rule, a proxy or DNS is in between.`,
        mend: [
          kubectl(reading, 'logs -n flux-system deploy/source-controller --tail=20'),
          flux(reading, 'reconcile', object),
        ],
      };
    },
  },
];

function login(object: FluxObject, reading: Reading): Explanation {
  const secret = textIn(object.manifest, 'spec', 'secretRef', 'name');
  const how =
    secret === ''
      ? `it has no spec.secretRef, and a private repository needs one`
      : `the credentials in Secret ${secret} have expired, were removed, or lack the right to read it`;
  return {
    what: `${address(object)} does not let Flux in: ${how}.`,
    mend: [
      `flux${reading.flags} create secret git ${secret || 'NAME'} -n ${object.namespace} --url=${address(object)} --username=git --password=TOKEN`,
      flux(reading, 'reconcile', object),
    ],
  };
}

function address({ manifest }: FluxObject): string {
  const url = textIn(manifest, 'spec', 'url') || textIn(manifest, 'spec', 'endpoint') || 'its server';
  return withoutLogins(url);
}

function reference({ manifest }: FluxObject): string {
  for (const kind of ['branch', 'tag', 'semver', 'commit', 'name', 'digest']) {
    const value = textIn(manifest, 'spec', 'ref', kind);
    if (value !== '') return `${kind} ${value}`;
  }
  return 'branch master';
}

function atRevision(object: FluxObject, reading: Reading): string {
  const revision = reading.objects.get(object.needs[0] ?? '')?.revision ?? null;
  return revision === null ? '' : ` at ${revision}`;
}

/** A source of that name in another namespace, or of another kind. */
function near(kind: string, name: string, reading: Reading): string {
  const found = [...reading.objects.values()].filter((one) => one.role === 'source' && one.name === name);
  if (found.length === 0) return '';
  return `; there is ${found.map(shown).join(', ')}${found.some((one) => one.kind === kind) ? ' (spec.sourceRef.namespace)' : ''}`;
}
