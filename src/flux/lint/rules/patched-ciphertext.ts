import type { RuleInfo } from '../../../findings/finding.ts';
import type { CompiledSelector } from '../../../sops/selector.ts';
import type { Path } from '../../../tree/path.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import { fits } from '../patch-target.ts';
import { patchesOf } from '../patches.ts';
import type { FluxRule } from '../rule.ts';
import { isLeftSealed, titleOf } from '../sealed-object.ts';

const patchedCiphertextInfo: RuleInfo = {
  code: 'flux.patched-ciphertext',
  level: 'error',
  title: 'a patch that puts plaintext into an encrypted object',
  about:
    'kustomize patches before Flux decrypts. Every value that the object\'s selector says is encrypted must then be ciphertext: one that a patch has set is not, and the whole Kustomization fails ("Input string <redacted> does not match sops\' data format"). Put the value into the encrypted file, or patch an object of its own.',
};

/** Plaintext patched over, or beside, ciphertext. */
export const patchedCiphertext: FluxRule = {
  infos: [patchedCiphertextInfo],
  async lint(scene) {
    for (const { nodes } of scene.clusters) {
      for (const node of nodes) if (node.decrypts) await lintNode(scene, node);
    }
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  const sealed = (await node.written()).filter(({ sealed, object }) => sealed && !isLeftSealed(object));
  if (sealed.length === 0) return;
  const patches = await patchesOf(node);
  if (patches.length === 0) return;
  for (const { file, object } of sealed) {
    const seal = await (await node.subject(file.path))?.seal();
    if (seal?.kind !== 'good') continue;
    for (const patch of patches) {
      const set = patch.sets.find((path) => selects(seal.selector, path));
      if (set === undefined || !fits(patch, object)) continue;
      scene.tell(patchedCiphertextInfo, {
        place: { file: patch.file, ...(patch.line === undefined ? {} : { line: patch.line }) },
        message: `the ${patch.what} sets ${set.join('.')} of ${titleOf(object)}, which is encrypted in ${file.path}: Kustomization ${node.key} cannot decrypt it`,
        fix: `Put the value into the file with sopskit edit ${file.path}, and take it out of the ${patch.what}.`,
      });
    }
  }
}

function selects(selector: CompiledSelector, path: Path): boolean {
  const keys = path.filter((step): step is string => typeof step === 'string');
  return selector.selects(keys, [], false);
}
