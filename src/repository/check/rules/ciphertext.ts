import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { sealedValues } from '../../../manifests/secret-object.ts';
import { ciphertextProblem } from '../ciphertext-problem.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { ciphertextOf, type SelectedLeaf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const malformed: RuleInfo = {
  code: 'cipher.malformed',
  level: 'error',
  title: 'a ciphertext that cannot be one',
  about:
    'The value begins as the ciphertext of sops does, but parts are missing, are no base64, have a wrong length or an unknown type. It was cut or changed; nobody can decrypt the file. Take it back from git.',
};
const misplaced: RuleInfo = {
  code: 'cipher.misplaced',
  level: 'error',
  title: 'ciphertext where the file has plaintext',
  about:
    'By the metadata of the file this value is not encrypted, so that sops and Flux take the ciphertext for the value itself. It was moved here from another key, or the selector was changed by hand.',
};
const stray: RuleInfo = {
  code: 'cipher.stray',
  level: 'error',
  title: 'ciphertext in a file without sops metadata',
  about:
    'The value is encrypted, but the file has no sops block, without which nobody can decrypt it: the block was removed, or the value was copied from another file.',
};

/** What can be told of a ciphertext from its own text and its place, without any key. */
export const ciphertext: Rule = {
  infos: [malformed, misplaced, stray],
  start: (scene) => ({
    async file(subject) {
      if (!subject.signs.ciphertext) return;
      const sealed = await subject.sealedLeaves();
      for (const leaf of sealed?.leaves ?? []) tellOf(scene, subject, leaf);
      if ((await subject.seal()) === null) await tellStray(scene, subject);
    },
  }),
};

function tellOf(scene: Scene, subject: Subject, leaf: SelectedLeaf): void {
  if (leaf.ciphertext === null) return;
  const place = { file: subject.path, line: leaf.line, path: leaf.path, commit: subject.commit };
  const problem = ciphertextProblem(leaf.ciphertext);
  if (problem !== null) {
    const fix = `Take the file back: ${scene.commands.restore(subject.path)}`;
    scene.tell(malformed, { ...place, message: problem, fix });
  } else if (!leaf.selected) {
    scene.tell(misplaced, {
      ...place,
      message: 'the value is ciphertext, and the metadata of the file says that it is not encrypted',
      fix: 'Move it back to its key, or put the value in with sopskit edit.',
    });
  }
}

async function tellStray(scene: Scene, subject: Subject): Promise<void> {
  const secret = new Set(
    (await subject.secrets()).flatMap((object) => sealedValues(object).map(({ leaf }) => leaf)),
  );
  for (const { data, lineOffset } of await subject.parts()) {
    for (const { leaf, path } of leavesBelow(data)) {
      const text = ciphertextOf(leaf);
      const problem = text === null ? null : ciphertextProblem(text);
      // elsewhere than in a Secret, a text that only begins so explains something
      if (text === null || (problem !== null && !secret.has(leaf))) continue;
      scene.tell(problem === null ? stray : malformed, {
        ...{ file: subject.path, path, commit: subject.commit },
        line: leaf.line === undefined ? undefined : leaf.line + lineOffset,
        message:
          problem === null
            ? 'the value is ciphertext, and the file has no sops metadata to decrypt it with'
            : `${problem}, and the file has no sops metadata`,
        fix: `Take the file back with its sops block (${scene.commands.restore(subject.path)}), or put in the value itself and encrypt the file.`,
      });
    }
  }
}
