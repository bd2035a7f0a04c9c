import type { RuleInfo } from '../../../findings/finding.ts';
import { kustomizationsText } from '../file-use.ts';
import type { FluxRule } from '../rule.ts';

const tooLargeInfo: RuleInfo = {
  code: 'flux.too-large',
  level: 'error',
  title: 'an encrypted file that is too large for Flux',
  about:
    'The controller decrypts files of secretGenerators and patches up to 5 MiB, and fails for larger ones. Kubernetes takes 1 MiB in a Secret anyway.',
};

const largest = 5 << 20;
/** The controller looks at the size of these before it looks for a sops block (decryptor.go, sopsDecryptFile). */
const roles: ReadonlySet<string> = new Set(['secret-file', 'secret-env', 'patch']);

/** Files that the controller reads to decrypt them, and does not. */
export const tooLarge: FluxRule = {
  infos: [tooLargeInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      const nodes = uses
        .filter(({ node, file }) => node.decrypts && roles.has(file.role))
        .map(({ node }) => node);
      if (nodes.length === 0 || subject.bytes.length <= largest) continue;
      scene.tell(tooLargeInfo, {
        place: { file: path },
        message: `the file has ${subject.bytes.length} bytes, and ${kustomizationsText(nodes)} stops at files of more than ${largest}`,
        fix: 'Keep it out of generators and patches: Kubernetes takes 1 MiB in a Secret.',
      });
    }
  },
};
