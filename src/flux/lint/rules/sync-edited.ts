import type { RuleInfo } from '../../../findings/finding.ts';
import { entriesOf } from '../../../tree/mapping.ts';
import { jsonText } from '../../build/json-text.ts';
import { additionPatch } from '../flux-patch.ts';
import type { LintCluster } from '../lint-cluster.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const syncEditedInfo: RuleInfo = {
  code: 'flux.sync-edited',
  level: 'warning',
  title: 'gotk-sync.yaml, edited by hand',
  about:
    'flux bootstrap writes gotk-sync.yaml anew each time: an upgrade, a new token. What was added to it (decryption above all) is then gone, and the next reconciliation fails. Put it into kustomization.yaml beside it as a patch, which bootstrap leaves alone.',
};

/** What was added to `gotk-sync.yaml`. */
export const syncEdited: FluxRule = {
  infos: [syncEditedInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const { kind, file } = cluster.model.entry;
      if (kind === 'gotk-sync' && file?.endsWith('gotk-sync.yaml')) await lintSync(scene, cluster, file);
    }
  },
};

/** The fields that bootstrap writes (flux2, pkg/manifestgen/sync). */
const generated: Readonly<Record<string, readonly string[]>> = {
  Kustomization: ['interval', 'path', 'prune', 'sourceRef'],
  GitRepository: [
    'interval',
    'ref',
    'secretRef',
    'url',
    'recurseSubmodules',
    'sparseCheckout',
    'timeout',
    'provider',
  ],
  OCIRepository: ['interval', 'ref', 'secretRef', 'url', 'provider', 'insecure', 'timeout'],
};

async function lintSync(scene: LintScene, cluster: LintCluster, file: string): Promise<void> {
  const node = cluster.node(cluster.model.entry.kustomization);
  const subject = (await node?.subject(file)) ?? null;
  for (const { kind, manifest, part, name } of (await subject?.objects()) ?? []) {
    const spec = mappingAt(manifest, 'spec');
    for (const { key, value } of spec === null ? [] : entriesOf(spec)) {
      const fields = generated[kind];
      if (fields === undefined || typeof key !== 'string' || fields.includes(key)) continue;
      const line = value.kind === 'mapping' && value.line !== undefined ? value.line - 1 : value.line;
      scene.tell(syncEditedInfo, {
        place: { file, ...(line === undefined ? {} : { line: line + part.lineOffset }), path: ['spec', key] },
        level: key === 'decryption' ? 'warning' : 'note',
        message: `spec.${key} of ${kind} ${name} was added to gotk-sync.yaml, and is lost at the next flux bootstrap`,
        fix: `Move it into ${file.replace(/[^/]*$/, 'kustomization.yaml')}, as an entry of patches: ${additionPatch(kind, name, `/spec/${key}`, jsonText(value))}`,
      });
    }
  }
}
