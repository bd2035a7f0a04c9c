import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { ciphertextProblem } from '../../../repository/check/ciphertext-problem.ts';
import { ciphertextOf } from '../../../repository/check/sealed-leaves.ts';
import { nodeAt } from '../../../tree/node-at.ts';
import { kustomizationsText } from '../file-use.ts';
import type { mappingAt } from '../lint-object.ts';
import type { FluxRule } from '../rule.ts';
import { isLeftSealed } from '../sealed-object.ts';

export const cutOffInfo: RuleInfo = {
  code: 'flux.cut-off',
  level: 'error',
  title: 'ciphertext that Flux applies without its sops block',
  about:
    'The value is encrypted, but its document has no sops block: it was cut off, or the value was copied from another file. Flux takes the ciphertext for the value, says Ready, and the cluster stores ENC[AES256_GCM,…. Take the file back from git, or put in the value itself and encrypt the file.',
};

/** `ENC[…]` in documents without a sops block, among the files that Flux applies. */
export const cutOff: FluxRule = {
  infos: [cutOffInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      if (!subject.signs.ciphertext) continue;
      for (const { data, metadata, lineOffset } of await subject.parts()) {
        if (metadata !== null || isLeftSealed(bare(data))) continue;
        for (const { leaf, path: at } of leavesBelow(data)) {
          const text = ciphertextOf(leaf);
          if (text === null || ciphertextProblem(text) !== null) continue;
          const line = nodeAt(data, at)?.line;
          scene.tell(cutOffInfo, {
            place: { file: path, ...(line === undefined ? {} : { line: line + lineOffset }), path: at },
            message: `the value is ciphertext without a sops block: ${kustomizationsText(uses.map(({ node }) => node))} would store it as it is`,
            fix: 'Take the file back with its sops block from git, or put in the value itself and encrypt the file with sopskit encrypt -i.',
          });
        }
      }
    }
  },
};

function bare(manifest: Parameters<typeof mappingAt>[0] & object) {
  const kind = nodeAt(manifest, ['kind']);
  return { manifest, path: [], kind: kind?.kind === 'string' ? kind.value : '', apiVersion: '', name: '' };
}
