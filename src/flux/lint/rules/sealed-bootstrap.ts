import type { RuleInfo } from '../../../findings/finding.ts';
import { type BootstrapReach, bootstrapReach } from '../bootstrap-reach.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';
import { sealedLine } from '../sealed-line.ts';

const sealedBootstrapInfo: RuleInfo = {
  code: 'flux.sealed-bootstrap',
  level: 'error',
  title: 'an encrypted file among what bootstrap applies',
  about:
    'flux bootstrap builds the folder of gotk-sync.yaml and applies it itself, without decryption: the API server refuses the Secret, and bootstrap stops; with stringData it stores the ciphertext. Keep encrypted files in a folder of their own, which the Kustomization applies.',
};

/** Encrypted files among what `flux bootstrap` applies itself. */
export const sealedBootstrap: FluxRule = {
  infos: [sealedBootstrapInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const found = await bootstrapReach(scene, cluster);
      if (found !== null) await lintFolder(scene, found);
    }
  },
};

async function lintFolder(scene: LintScene, { node, reach }: BootstrapReach): Promise<void> {
  for (const { path } of reach.files) {
    const subject = await node.subject(path);
    if (subject === null || !subject.signs.metadata) continue;
    if ((await subject.parts()).every(({ metadata }) => metadata === null)) continue;
    scene.tell(sealedBootstrapInfo, {
      place: { file: path, ...(await sealedLine(subject)) },
      message: 'the file is encrypted, and flux bootstrap applies it without decrypting it',
      fix: 'Move it into another folder below the sync path, and take it out of the kustomization here.',
    });
  }
}
