import type { FluxObject, Reading } from '../reading.ts';
import { type Explanation, flux, kubectl, type Rule } from './explanation.ts';

/** What Go's resolver says. */
export const unresolvedHost: RegExp = /lookup (\S+?)\.?(?: on \S+)?: (?:no such host|server misbehaving)/;

/** Artifacts that source-controller has, and that do not reach the other controllers. */
export const artifactRules: readonly Rule[] = [
  {
    code: 'source.wrong-domain',
    says: unresolvedHost,
    explain: ([, host = ''], object, reading) =>
      object.role === 'source' || !host.includes('.svc.') ? null : waitsForDomain(host, object, reading),
  },
  {
    code: 'source.unknown-host',
    says: unresolvedHost,
    explain: ([, host = ''], object, reading) => unresolved(host, object, reading),
  },
  {
    code: 'source.artifact-unreachable',
    reasons: ['ArtifactFailed'],
    says: /failed to download archive|giving up after \d+ attempt/,
    explain: (_, object, reading) => ({
      what: 'The controller cannot download the artifact from source-controller: it does not run, or a NetworkPolicy, or the cluster’s network, is in between.',
      mend: [
        kubectl(reading, 'get pods -n flux-system -l app=source-controller -o wide'),
        kubectl(reading, 'logs -n flux-system deploy/source-controller --tail=50'),
        flux(reading, 'reconcile', object),
      ],
    }),
  },
];

/** A host of the cluster itself, in a domain that the cluster does not have. */
export function wrongDomain(host: string, reading: Reading): Explanation {
  const domain = /\.svc\.(.+?)\.?$/.exec(host)?.[1] ?? host;
  const right = reading.dnsDomain === null ? '' : `, and its DNS server serves ${reading.dnsDomain}`;
  const to = reading.dnsDomain ?? 'DOMAIN';
  return {
    what: `The artifact’s address, ${host.replace(/\.$/, '')}, does not resolve: Flux was installed for the cluster domain ${domain}${right}. No commit can mend this, as none is fetched.`,
    mend: [
      kubectl(
        reading,
        'get configmap coredns -n kube-system -o yaml    # the word behind `kubernetes` in the Corefile is the domain',
      ),
      `${kubectl(reading, 'get deploy -n flux-system -l app.kubernetes.io/part-of=flux -o yaml')} | sed 's/\\.svc\\.${domain.replaceAll('.', '\\.')}/.svc.${to}/' | ${kubectl(reading, 'replace -f -')}`,
      `sed -i 's/\\.svc\\.${domain.replaceAll('.', '\\.')}/.svc.${to}/' gotk-components.yaml    # the same in the repository (or flux bootstrap --cluster-domain=${to}); commit and push`,
    ],
  };
}

/** The source has the explanation, where its address is known. */
function waitsForDomain(host: string, object: FluxObject, reading: Reading): Explanation {
  const source = object.needs.slice(0, 1);
  if (source.every((key) => !reading.objects.has(key))) return wrongDomain(host, reading);
  return { what: `It waits for the artifact: ${host} does not resolve.`, mend: [], causes: source };
}

function unresolved(host: string, object: FluxObject, reading: Reading): Explanation {
  return {
    what: `The name ${host} does not resolve from inside the cluster: it is spelled otherwise, or the cluster’s DNS does not know it.`,
    mend: [
      'spec.url    # correct it in Git and on the cluster, as nothing is fetched until then',
      kubectl(reading, `edit ${object.kind.toLowerCase()} ${object.name} -n ${object.namespace}`),
    ],
  };
}
