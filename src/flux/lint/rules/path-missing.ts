import { nearest } from '../../../errors/suggestion.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { folderOf, type TreeIndex } from '../tree-index.ts';

const missing: RuleInfo = {
  code: 'flux.path-missing',
  level: 'error',
  title: 'a path that the source does not have',
  about:
    'The Kustomization is not Ready ("kustomization path not found"), applies nothing, and prunes nothing: what it applied before lives on, without an owner that follows. The path is from the top of the source, not from the file.',
};

/** Paths that lead nowhere. */
export const pathMissing: FluxRule = {
  infos: [missing],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  const { tree } = node.node;
  const { path } = node.spec;
  const index = tree === null ? null : scene.files.index(tree);
  if (index === null || index.kindOf(path) === 'folder') return;
  const near = nearestFolder(index, path);
  scene.tell(missing, {
    ...(node.spec.suspend ? { level: 'note' as const } : {}),
    place: await node.place(['spec', 'path']),
    message:
      index.kindOf(path) === null
        ? `${node.key} has the path ${path}, and the source has no such folder`
        : `${node.key} has the path ${path}, which is no folder`,
    fix: near === null ? 'Correct spec.path: it is from the top of the source.' : `Did you mean ./${near}?`,
  });
}

function nearestFolder(index: TreeIndex, path: string): string | null {
  const folders: string[] = [];
  const visit = (folder: string) => {
    for (const below of index.foldersIn(folder)) {
      folders.push(below);
      visit(below);
    }
  };
  visit('');
  const last = path.slice(path.lastIndexOf('/') + 1);
  const ending = folders.filter((folder) => folder.endsWith(`/${path}`) || folder === path);
  const named = folders.filter((folder) => folder.slice(folder.lastIndexOf('/') + 1) === last);
  return (
    ending[0] ??
    nearest(
      path,
      folders.filter((folder) => folderOf(folder) === folderOf(path)),
    ) ??
    (named.length === 1 ? (named[0] ?? null) : null)
  );
}
