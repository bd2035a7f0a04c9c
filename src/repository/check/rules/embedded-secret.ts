import type { RuleInfo } from '../../../findings/finding.ts';
import { isKustomizationName } from '../../../manifests/kustomization.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { embeddedSecrets } from '../embedded-secrets.ts';
import type { Rule } from '../rule.ts';
import { ciphertextOf } from '../sealed-leaves.ts';

const embedded: RuleInfo = {
  code: 'plaintext.embedded',
  level: 'warning',
  title: 'a readable Secret within a value',
  about:
    'A text in the file is a manifest of its own (an inline manifest of Talos, a patch, a file of a ConfigMap), and has a Secret with a readable value. Put it into a file of its own and encrypt that, or encrypt the whole text. What kubectl keeps of a Secret in an annotation is an error: take the annotation out.',
};

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Secrets in the texts of other files. Patches of a kustomization are another rule's. */
export const embeddedSecret: Rule = {
  infos: [embedded],
  start: (scene) => ({
    async file(subject) {
      if (!subject.signs.secret || isKustomizationName(subject.path)) return;
      for (const { data, lineOffset } of await subject.parts()) {
        for (const { leaf, path } of leavesBelow(data)) {
          if (leaf.kind !== 'string' || ciphertextOf(leaf) !== null) continue;
          const [first] = (await embeddedSecrets(leaf.value)).filter(({ doubtful }) => !doubtful);
          if (first === undefined) continue;
          scene.tell(embedded, {
            ...{ file: subject.path, path, commit: subject.commit },
            // no inline manifest that may be an example, but what the cluster has
            ...(path.at(-1) === lastApplied ? { level: 'error' as const } : {}),
            line: leaf.line === undefined ? undefined : leaf.line + lineOffset,
            message: `the text holds a Secret with a readable value (${first.path.join('.')})`,
            fix: 'Put the Secret into a file of its own, and encrypt that; or encrypt this value.',
          });
        }
      }
    },
  }),
};
