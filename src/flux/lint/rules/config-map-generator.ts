import type { RuleInfo } from '../../../findings/finding.ts';
import type { FluxRule } from '../rule.ts';

const configGenerator: RuleInfo = {
  code: 'flux.config-map-generator',
  level: 'error',
  title: 'an encrypted file in a configMapGenerator',
  about:
    'Flux decrypts what a secretGenerator reads, but not what a configMapGenerator does: the ConfigMap gets the ciphertext, with Ready=True. A secret belongs into a secretGenerator.',
};

/** Encrypted files that a configMapGenerator reads (decryptor.go, DecryptSources: Secrets and patches only). */
export const configMapGenerator: FluxRule = {
  infos: [configGenerator],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      const generated = uses.find(({ file }) => file.role === 'config-file' || file.role === 'config-env');
      if (generated === undefined || !subject.signs.metadata) continue;
      if ((await subject.parts()).every(({ metadata }) => metadata === null)) continue;
      const by = generated.file.by?.file ?? 'a kustomization';
      scene.tell(configGenerator, {
        place: { file: path },
        message: `the file is encrypted, and ${by} puts it into a ConfigMap: the ciphertext is stored as it is`,
        fix: `Name it in a secretGenerator of ${by} instead; what reads the ConfigMap must then read the Secret.`,
      });
    }
  },
};
