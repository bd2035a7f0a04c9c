import { isToMend, type KeyReport, type ReportedCluster } from './key-report.ts';
import type { KeyFinding } from './key-rule.ts';
import { opensIn } from './opened.ts';
import { type KeyedKustomization, type LiveSide, type SecretSeen, secretText } from './scene.ts';

/** The field `flux` of `keys doctor --json` (docs/cluster-keys.md). Names, public halves, paths; never a key. */
export function reportJson(report: KeyReport): object {
  const { clusters, findings, unchecked, missed, failure } = report;
  return {
    healthy: !isToMend(report) && failure === null && missed.length === 0,
    clusters: clusters.map(clusterJson),
    findings: findings.map(findingJson),
    ...{ unchecked, missed },
    failure:
      failure === null ? null : { code: failure.code, message: failure.message, hint: failure.hint ?? null },
  };
}

function clusterJson({ cluster, verdicts }: ReportedCluster): object {
  const { name, model, live, controller, kustomizations } = cluster;
  return {
    name,
    inRepository: model !== null,
    context: live?.cluster.context ?? null,
    server: live?.cluster.server ?? null,
    boundBy: live?.bound.by ?? null,
    controller:
      controller === null
        ? null
        : {
            namespace: controller.namespace,
            version: controller.version,
            sopsAgeSecret: controller.sopsAgeSecret,
          },
    kustomizations: kustomizations.map((one) => ({
      ...kustomizationJson(one, live),
      verdict: verdicts.get(one.key) ?? 'unknown',
    })),
    secrets: [...(live?.secrets ?? [])].map(([key, seen]) => secretJson(key, seen)),
  };
}

function kustomizationJson(one: KeyedKustomization, live: LiveSide | null): object {
  const { key, decryption, provider, secret, global, next } = one;
  return {
    key,
    inRepository: decryption !== null,
    ready: one.live?.ready ?? null,
    ...{ provider, secret, global, next },
    secretState: secret === null ? null : (live?.secrets.get(secretText(secret))?.kind ?? null),
    files: (decryption?.sealed ?? []).map((file) => ({
      path: file.path,
      titles: file.titles,
      opens: opensIn(one, live, file),
    })),
    broken: decryption?.broken ?? [],
    unknowns: (decryption?.unknowns ?? []).map(({ message }) => message),
  };
}

function secretJson(key: string, seen: SecretSeen): object {
  const [namespace = '', name = ''] = key.split('/');
  if (seen.kind === 'unread') return { namespace, name, state: seen.kind, why: seen.error.message };
  if (seen.kind === 'missing') return { namespace, name, state: seen.kind, alike: seen.alike };
  const { entries, keeper, immutable, leaked } = seen.secret;
  return {
    ...{ namespace, name, state: seen.kind, keeper, immutable, leaked },
    entries: entries.map(({ name: entry, use, holds, problem }) => ({
      ...{ name: entry, use, problem },
      keys: holds.map(({ kind, recipient, unusable }) => ({ kind, recipient, unusable })),
    })),
  };
}

function findingJson({
  rule,
  level,
  cluster,
  kustomizations,
  secret,
  place,
  message,
  fix,
  mend,
}: KeyFinding): object {
  return { code: rule.code, level, cluster, kustomizations, secret, place, message, fix, mend };
}
