import type { RuleInfo } from '../../../findings/finding.ts';
import { kustomizationsText } from '../file-use.ts';
import type { FluxRule } from '../rule.ts';
import { sealedLine } from '../sealed-line.ts';

const commentSelectorInfo: RuleInfo = {
  code: 'flux.comment-selector',
  level: 'error',
  title: 'a file encrypted by comments, which Flux does not see',
  about:
    'Flux decrypts objects as JSON, which has no comments: with encrypted_comment_regex it takes every value for plaintext and stores the ciphertext, with unencrypted_comment_regex it takes plaintext for ciphertext and stops. Encrypt by key: encrypted_regex: ^(data|stringData)$.',
};

/** Objects whose selector goes by comments: kustomize and the controller have none. */
export const commentSelector: FluxRule = {
  infos: [commentSelectorInfo],
  async lint(scene) {
    for (const { path, subject, uses } of await scene.usedFiles()) {
      const applied = uses.filter(({ file, node }) => file.role === 'resource' && node.decrypts);
      if (applied.length === 0 || !subject.signs.metadata) continue;
      const seal = await subject.seal();
      const kind = seal?.kind === 'good' ? seal.metadata.selector?.kind : undefined;
      if (kind !== 'encrypted_comment_regex' && kind !== 'unencrypted_comment_regex') continue;
      const what =
        kind === 'encrypted_comment_regex' ? 'stores the ciphertext as the value' : 'cannot decrypt it';
      scene.tell(commentSelectorInfo, {
        place: { file: path, ...(await sealedLine(subject)) },
        message: `the file is encrypted by ${kind}, and ${kustomizationsText(applied.map(({ node }) => node))}, which has no comments to go by, ${what}`,
        fix: `Put encrypted_regex: ^(data|stringData)$ into its rule in .sops.yaml, then: sopskit decrypt ${path} | sopskit encrypt --filename-override ${path} --output ${path}`,
      });
    }
  },
};
