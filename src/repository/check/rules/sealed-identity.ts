import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { valueAt } from '../../../tree/mapping.ts';
import { sealFix } from '../encrypt-fix.ts';
import type { Rule } from '../rule.ts';
import { ciphertextOf } from '../sealed-leaves.ts';

const sealedField: RuleInfo = {
  code: 'kubernetes.sealed-field',
  level: 'error',
  title: 'an encrypted apiVersion, kind or metadata',
  about:
    'Kubernetes, kustomize and Flux must know what an object is before they decrypt it: Flux decrypts Secrets that it recognises by these fields. Encrypt data and stringData only: encrypted_regex: ^(data|stringData)$.',
};

const fields = ['apiVersion', 'kind', 'metadata'];

/** Objects that nobody recognises because what they are is encrypted too. */
export const sealedIdentity: Rule = {
  infos: [sealedField],
  start: (scene) => ({
    async file(subject) {
      if (!subject.signs.ciphertext || (await subject.seal()) === null) return;
      for (const { data, lineOffset } of await subject.parts()) {
        if (valueAt(data, 'apiVersion') === undefined || valueAt(data, 'kind') === undefined) continue;
        for (const field of fields) {
          const value = valueAt(data, field);
          const sealed = value === undefined ? [] : leavesBelow(value, [field]);
          const first = sealed.find(({ leaf }) => ciphertextOf(leaf) !== null);
          if (first === undefined) continue;
          const { fix, note } = await sealFix(scene, subject, [['data'], ['stringData']], true);
          scene.tell(sealedField, {
            ...{ file: subject.path, path: first.path, commit: subject.commit },
            line: first.leaf.line === undefined ? undefined : first.leaf.line + lineOffset,
            message: `${field} of a Kubernetes object is encrypted${note}`,
            fix,
          });
        }
      }
    },
  }),
};
