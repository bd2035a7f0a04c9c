import type { RuleInfo } from '../../../findings/finding.ts';
import { type BootstrapReach, bootstrapReach } from '../bootstrap-reach.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import { itemsAt } from '../named-files.ts';
import { patchText } from '../patches.ts';
import type { FluxRule } from '../rule.ts';
import { folderOf } from '../tree-index.ts';

const noTarget: RuleInfo = {
  code: 'flux.patch-without-target',
  level: 'warning',
  title: 'a patch of the Flux Kustomization without a target',
  about:
    'On a first bootstrap gotk-sync.yaml is still empty: a strategic merge patch finds nothing to patch, and kustomize fails ("no resource matches strategic merge patch"). A patch with target: {kind: Kustomization, name: flux-system} that finds nothing does nothing.',
};

/** Patches of the Flux Kustomization beside `gotk-sync.yaml`. */
export const patchWithoutTarget: FluxRule = {
  infos: [noTarget],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const found = await bootstrapReach(scene, cluster);
      if (found !== null) await lintFolder(scene, found);
    }
  },
};

async function lintFolder(scene: LintScene, { folder, node, reach }: BootstrapReach): Promise<void> {
  const own = reach.kustomizations.find(({ path }) => folderOf(path) === folder);
  if (own === undefined) return;
  for (const key of ['patches', 'patchesStrategicMerge'] as const) {
    for (const { value, path } of itemsAt(own.data, [key])) {
      const text = (await patchText(value, own.path, node))?.text ?? '';
      const targeted = value.kind === 'mapping' && mappingAt(value, 'target') !== null;
      if (targeted || !/kind:\s*Kustomization/.test(text) || !/toolkit\.fluxcd\.io/.test(text)) continue;
      scene.tell(noTarget, {
        place: { file: own.path, ...(value.line === undefined ? {} : { line: value.line }), path },
        message:
          'the patch of the Flux Kustomization has no target: the first bootstrap of another cluster from it fails',
        fix: 'Give it target: {kind: Kustomization, name: flux-system}.',
      });
    }
  }
}
