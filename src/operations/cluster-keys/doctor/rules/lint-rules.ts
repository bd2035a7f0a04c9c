import type { Finding, RuleInfo } from '../../../../findings/finding.ts';
import { applyWaivers } from '../../../../findings/waivers.ts';
import type { FluxRule } from '../../../../flux/lint/rule.ts';
import { cutOff } from '../../../../flux/lint/rules/cut-off.ts';
import { generatedSecrets } from '../../../../flux/lint/rules/generated-secrets.ts';
import { keySuffix } from '../../../../flux/lint/rules/key-suffix.ts';
import { notDecrypted } from '../../../../flux/lint/rules/not-decrypted.ts';
import { recipient } from '../../../../flux/lint/rules/recipient.ts';
import { sopsOnKindInfo } from '../../../../flux/lint/rules/sops-on-kind.ts';
import { readWaivers } from '../../../../repository/check/read-waivers.ts';
import type { KeyRule } from '../key-rule.ts';
import type { KeyScene, SceneCluster } from '../scene.ts';

/** What of `flux lint` is about decryption: told under the same codes. */
const fluxRules: readonly FluxRule[] = [notDecrypted, cutOff, generatedSecrets, recipient, keySuffix];
const infos: readonly RuleInfo[] = [...fluxRules.flatMap((rule) => rule.infos), sopsOnKindInfo];

/** Encrypted files under Kustomizations that do not decrypt, and what Flux could open with no key at all. */
export const lintRules: KeyRule = {
  infos,
  async look(scene) {
    const lint = scene.repository?.lint;
    if (lint === undefined) return;
    for (const rule of fluxRules) await rule.lint(lint);
    const waived = new Set(await waivedIn(scene, lint.findings));
    for (const finding of lint.findings) {
      if (waived.has(finding)) continue;
      const { rule, level, place, message, fix } = finding;
      const users = await usersOfFile(scene, finding);
      const [first = null] = users.map(({ cluster }) => cluster);
      scene.tell(rule, {
        cluster: users.every(({ cluster }) => cluster === first) ? first : null,
        kustomizations: [...new Set(users.map(({ key }) => key))],
        ...{ level, place, message, fix },
      });
    }
  },
};

/** What `.sopskit.yaml` says may stay; that a waiver is old or not used, flux lint tells. */
async function waivedIn(scene: KeyScene, findings: readonly Finding[]): Promise<readonly Finding[]> {
  const snapshot = scene.repository?.lint.snapshot;
  if (snapshot === undefined) return [];
  const waivers = await readWaivers({ snapshot, tell: () => undefined });
  const codes = infos.map(({ code }) => code);
  const own = waivers.filter(({ code }) => codes.includes(code));
  const { waived } = applyWaivers(findings, own, { now: scene.system.now(), whole: false, codes });
  return waived.map(({ finding }) => finding);
}

async function usersOfFile(
  { repository, clusters }: KeyScene,
  { place, message }: Finding,
): Promise<{ cluster: SceneCluster; key: string }[]> {
  const used = (await repository?.lint.usedFiles())?.find(({ path }) => path === place.file);
  const named = (used?.uses ?? []).flatMap(({ cluster, node }) => {
    const found = clusters.find(({ model }) => model === cluster.model);
    return found === undefined ? [] : [{ cluster: found, key: node.key }];
  });
  // of several that read the file, those that the finding names
  const told = named.filter(({ key }) => message.includes(key));
  return told.length > 0 ? told : named;
}
