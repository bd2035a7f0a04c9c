import { textIn } from '../../../cluster/fields.ts';
import { flux, kubectl, push, type Rule } from './explanation.ts';

/** What helm-controller says. */
export const releaseRules: readonly Rule[] = [
  {
    code: 'release.values-missing',
    says: /could not (?:resolve|find) (Secret|ConfigMap) (?:chart values reference )?'([^']+)'/,
    explain: ([, kind = '', name = ''], object, reading) => ({
      what: `Its values come from ${kind} ${name}, or a key of it, which is not there.`,
      mend: [
        kubectl(reading, `get ${kind.toLowerCase()} ${name.split('/').at(-1)} -n ${object.namespace}`),
        'spec.valuesFrom    # correct it in Git, commit and push',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'release.locked',
    says: /another operation \(install\/upgrade\/rollback\) is in progress/,
    explain: (_, object, reading) => ({
      what: 'Helm holds the release for an operation that never ended: a helm or a controller was killed in the middle of it.',
      mend: [
        `helm history ${releaseOf(object.manifest, object.name)} -n ${object.namespace}    # the last, pending, revision is the one; then: helm rollback`,
        `${flux(reading, 'reconcile', object)} --force`,
      ],
    }),
  },
  {
    code: 'release.gave-up',
    says: /(?:install|upgrade) retries exhausted|terminal error: exceeded maximum retries/i,
    explain: (_, object, reading) => ({
      what: 'It failed as often as it may, and is no longer tried.',
      mend: [
        kubectl(
          reading,
          `describe helmrelease ${object.name} -n ${object.namespace}    # the events before say why`,
        ),
        `${flux(reading, 'reconcile', object)} --reset    # once that is mended`,
      ],
    }),
  },
  {
    code: 'release.failed',
    reasons: ['InstallFailed', 'UpgradeFailed', 'TestFailed', 'RollbackFailed', 'UninstallFailed'],
    says: /^/,
    explain: (_, object, reading) => ({
      what: 'Helm failed to bring the chart to the cluster.',
      mend: [
        kubectl(reading, `describe helmrelease ${object.name} -n ${object.namespace}`),
        `helm history ${releaseOf(object.manifest, object.name)} -n ${object.namespace}`,
        push(reading, object),
      ],
    }),
  },
];

function releaseOf(manifest: Parameters<typeof textIn>[0], name: string): string {
  return textIn(manifest, 'spec', 'releaseName') || name;
}
