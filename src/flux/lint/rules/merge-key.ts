import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { ciphertextOf } from '../../../repository/check/sealed-leaves.ts';
import { kustomizationsText } from '../file-use.ts';
import type { FluxRule } from '../rule.ts';

const mergeKeyInfo: RuleInfo = {
  code: 'flux.merge-key',
  level: 'error',
  title: 'ciphertext below a YAML merge key',
  about:
    'sops encrypts what a merge key (<<) brings in under the path of the merge key itself. kustomize resolves merges first, so that the ciphertext stands at another path when Flux decrypts it, and fails ("message authentication failed"). Write the values out, and encrypt the file anew.',
};

/** Values that a merge key brought into an encrypted object. */
export const mergeKey: FluxRule = {
  infos: [mergeKeyInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      const nodes = uses
        .filter(({ node, file }) => node.decrypts && file.role === 'resource')
        .map(({ node }) => node);
      if (nodes.length === 0 || !subject.signs.metadata) continue;
      for (const { data, metadata, lineOffset } of await subject.parts()) {
        if (metadata === null) continue;
        const merged = leavesBelow(data).find(
          ({ leaf, path: at }) => at.includes('<<') && ciphertextOf(leaf) !== null,
        );
        if (merged === undefined) continue;
        const { line } = merged.leaf;
        scene.tell(mergeKeyInfo, {
          place: {
            file: path,
            ...(line === undefined ? {} : { line: line + lineOffset }),
            path: merged.path,
          },
          message: `a value below the merge key << is encrypted, and ${kustomizationsText(nodes)} cannot decrypt it`,
          fix: `Write the values out instead of <<, with sopskit edit ${path}`,
        });
      }
    }
  },
};
