// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import type { RuleInfo } from '../../../findings/finding.ts';
import type { KubernetesObject } from '../../../manifests/kubernetes-object.ts';
import { tellingValues } from '../../../manifests/secret-object.ts';
import type { Leaf } from '../../../tree/value.ts';
import type { Part } from '../content.ts';
import { encryptFix } from '../encrypt-fix.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

const secretReadable: RuleInfo = {
  code: 'plaintext.secret',
  level: 'error',
  title: 'a readable value of a Secret',
  about:
    'The values below data and stringData of a Kubernetes Secret are secrets, whether or not a creation rule matches the file; base64 hides nothing. Encrypt the file before it is committed. If it was committed already, replace the value where it is used: the history keeps it. Placeholders (${VAR}, {{ … }}, <…>), certificates and public keys are passed over; a host or user beside placeholders is a note.',
};

/** Secrets in any document of any file, also in Lists and within other objects: a rule need not match. */
export const plaintextSecret: Rule = {
  infos: [secretReadable],
  start: (scene) => ({
    async file(subject) {
      if (!subject.signs.secret) return;
      for (const object of await subject.secrets()) {
        for (const { path, line, doubtful } of await readableValues(subject, object)) {
          const { fix, note } = await encryptFix(scene, subject, path);
          scene.tell(secretReadable, {
            ...{ file: subject.path, line, path, commit: subject.commit },
            ...(doubtful ? { level: 'note' as const } : {}),
            message: `${object.name === '' ? 'a Secret' : `the Secret ${object.name}`} has a readable value${note}`,
            fix,
          });
        }
      }
    },
  }),
};

/** Values that neither are encrypted nor are to be by the file's own metadata: those are another rule's findings. */
async function readableValues(subject: Subject, object: KubernetesObject & { readonly part: Part }) {
  const selected = await selectedBySeal(subject);
  return tellingValues(object)
    .filter(({ leaf }) => !selected.has(leaf))
    .map(({ leaf, path, doubtful }) => {
      const line = leaf.line === undefined ? undefined : leaf.line + object.part.lineOffset;
      return { path, line, doubtful };
    });
}

async function selectedBySeal(subject: Subject): Promise<ReadonlySet<Leaf>> {
  const sealed = await subject.sealedLeaves();
  return new Set(sealed?.leaves.flatMap(({ leaf, selected }) => (selected ? [leaf] : [])));
}
