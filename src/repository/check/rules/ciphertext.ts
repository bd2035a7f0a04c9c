import { parseSealedValue } from '../../../cipher/sealed-value.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
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
  const problem = problemOf(leaf.ciphertext);
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
  for (const { data, lineOffset } of await subject.parts()) {
    for (const { leaf, path } of leavesBelow(data)) {
      const text = ciphertextOf(leaf);
      if (text === null || problemOf(text) !== null) continue;
      scene.tell(stray, {
        ...{ file: subject.path, path, commit: subject.commit },
        line: leaf.line === undefined ? undefined : leaf.line + lineOffset,
        message: 'the value is ciphertext, and the file has no sops metadata to decrypt it with',
        fix: `Take the file back with its sops block (${scene.commands.restore(subject.path)}), or put in the value itself and encrypt the file.`,
      });
    }
  }
}

const types = new Set(['str', 'int', 'float', 'bytes', 'bool', 'time', 'comment']);
const [ivLength, tagLength] = [32, 16];

/** Why a text that begins as ciphertext is none; `null` where it may be one. */
function problemOf(text: string): string | null {
  try {
    const { iv, tag, type } = parseSealedValue(text);
    // a block scalar, whose style sopskit keeps, has a line break behind it
    if (!text.trimEnd().endsWith(']')) return 'something stands behind the ciphertext';
    if (iv.length !== ivLength) return `the IV of the ciphertext has ${iv.length} bytes, not ${ivLength}`;
    if (tag.length !== tagLength)
      return `the tag of the ciphertext has ${tag.length} bytes, not ${tagLength}`;
    return types.has(type) ? null : 'the ciphertext is of a type that sops does not know';
  } catch (error) {
    if (error instanceof SopskitError) return error.message;
    throw error;
  }
}
