import type { RuleInfo } from '../../../findings/finding.ts';
import { entriesOf } from '../../../tree/mapping.ts';
import type { Part } from '../content.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { SelectedLeaf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const besideSealed: RuleInfo = {
  code: 'plaintext.sealed-file',
  level: 'error',
  title: 'a readable value in an encrypted file',
  about:
    'The sops block of the file says that the value must be encrypted, and it is not: it was added or changed by hand after the encryption. Whoever sees the repository can read it, and sops and Flux cannot decrypt the file. `sopskit encrypt -i` on its folder seals what was added; `sopskit set` and `sopskit edit` change values.',
};
const appended: RuleInfo = {
  code: 'plaintext.appended',
  level: 'error',
  title: 'readable values behind the sops block',
  about:
    'A document, or keys behind the sops block, was put behind an encrypted file. A sops block says nothing of what follows it: the values are readable, and sops and Flux cannot decrypt the file. Give the document a file of its own, and encrypt that.',
};
const comment: RuleInfo = {
  code: 'plaintext.comment',
  level: 'note',
  title: 'a readable comment where comments are encrypted',
  about:
    'sops encrypts the comments beside the values it encrypts; this one was added afterwards. Nothing breaks, but if it says something secret, everybody can read it.',
};

/** What the metadata of a file says must be encrypted, and is not. */
export const plaintextSealed: Rule = {
  infos: [besideSealed, appended, comment],
  start: (scene) => ({
    async file(subject) {
      const sealed = await subject.sealedLeaves();
      for (const leaf of sealed?.leaves ?? []) {
        if (leaf.selected && leaf.ciphertext === null) tellOf(scene, subject, leaf);
      }
      tellBehind(scene, subject, sealed?.leaves ?? []);
    },
  }),
};

function tellOf(scene: Scene, subject: Subject, leaf: SelectedLeaf): void {
  const { path: file, commit } = subject;
  const place = { file, line: leaf.line, path: leaf.path, commit };
  const name = scene.commands.word(file);
  if (leaf.leaf.kind === 'comment') {
    scene.tell(comment, {
      ...place,
      message: 'the comment is readable',
      fix: `If it says something secret, take it out and write it in with sopskit edit ${name}`,
    });
  } else if (leaf.part.metadata === null) {
    scene.tell(appended, {
      ...place,
      message: 'the document has no sops block, and this value of it is readable',
      fix: `Move the document from ${name} into a file of its own, then: sopskit encrypt -i FILE`,
    });
  } else if (leaf.part.behind.has(String(leaf.path[0]))) {
    scene.tell(appended, {
      ...place,
      message: 'the value stands behind the sops block, and is readable',
      fix: sealFix(scene, file),
    });
  } else {
    scene.tell(besideSealed, {
      ...place,
      message: 'the value is readable, and the metadata of the file says that it must be encrypted',
      fix: sealFix(scene, file),
    });
  }
}

/** Fields of any object: who sorts the keys of a Secret has some of them behind the sops block. */
const objectFields = new Set(['apiVersion', 'immutable', 'kind', 'metadata', 'spec', 'type']);

/** Values behind the sops block that the selector leaves readable: sops writes its block last. One finding for a key. */
function tellBehind(scene: Scene, subject: Subject, leaves: readonly SelectedLeaf[]): void {
  const told = new Set<string>();
  for (const { path, line, part, selected, ciphertext, leaf } of leaves) {
    const key = String(path[0]);
    const isAppended = part.metadata !== null && part.behind.has(key) && !selected && ciphertext === null;
    if (!isAppended || leaf.kind === 'comment' || objectFields.has(key) || told.has(key) || isSorted(part))
      continue;
    told.add(key);
    scene.tell(appended, {
      ...{ file: subject.path, line, path, commit: subject.commit, level: 'warning' as const },
      message: 'the value stands behind the sops block, was added by hand, and is not encrypted',
      fix: `If it is a secret, take it out and write it in with sopskit edit ${scene.commands.word(subject.path)}, under a key that is encrypted.`,
    });
  }
}

/** Whether a program has put the keys into order, the sops block among them. */
function isSorted({ data, behind }: Part): boolean {
  return entriesOf(data).every(({ key }) => behind.has(String(key)) === String(key) > 'sops');
}

function sealFix({ commands }: Scene, file: string): string {
  return `${commands.sealAdded(file)} (it seals what was added; where an encrypted value was replaced: ${commands.restore(file)}, then sopskit edit ${commands.word(file)})`;
}
