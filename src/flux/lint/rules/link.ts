import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { folderOf } from '../tree-index.ts';

const linkInfo: RuleInfo = {
  code: 'flux.link',
  level: 'error',
  title: 'a symlink or submodule where Flux reads manifests',
  about:
    'The artifact of a source has regular files only: symlinks are left out, and submodules are empty unless the source says recurseSubmodules. A kustomization that names one fails; in a folder without kustomization its objects are just not there, and are pruned. Copy the file, or name it from a kustomization by its real path.',
};

/** Symlinks and submodules among what a Kustomization reads. */
export const link: FluxRule = {
  infos: [linkInfo],
  async lint(scene) {
    const links = await linksOf(scene);
    for (const cluster of scene.clusters) await lintLinks(scene, cluster, links);
  },
};

/** What is in the repository and not in the artifact: a source takes regular files only. */
async function lintLinks(
  scene: LintScene,
  cluster: LintCluster,
  links: ReadonlyMap<string, string>,
): Promise<void> {
  for (const node of cluster.nodes) {
    if (node.node.tree === null || links.size === 0) continue;
    const { scanned, missing } = await node.reach();
    for (const { path, by } of missing) {
      const found = [...links.keys()].find((one) => path === one || path.startsWith(`${one}/`));
      if (found === undefined || by === null) continue;
      scene.tell(linkInfo, {
        place: { file: by.file, ...(by.line === undefined ? {} : { line: by.line }) },
        message: `${found} is a ${links.get(found)}, which the artifact of a source does not have: ${node.key} fails`,
        fix: linkFix,
      });
    }
    for (const [path, kind] of links) {
      if (kind !== 'symlink' || !/\.ya?ml$/.test(path) || !scanned.includes(folderOf(path))) continue;
      scene.tell(linkInfo, {
        place: { file: path },
        message: `${path} is a symlink, which the artifact of a source does not have: ${node.key} does not apply what is in it`,
        fix: linkFix,
      });
    }
  }
}

const linkFix = 'Put the file itself there, or name it by its real path in a kustomization.';

async function linksOf(scene: LintScene): Promise<ReadonlyMap<string, string>> {
  const files = await scene.snapshot.list();
  return new Map(files.flatMap(({ path, kind }) => (kind === 'file' ? [] : [[path, kind] as const])));
}
