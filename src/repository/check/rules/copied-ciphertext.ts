import type { RuleInfo } from '../../../findings/finding.ts';
import { printPath } from '../../../tree/path.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { SelectedLeaf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const copied: RuleInfo = {
  code: 'cipher.copied',
  level: 'error',
  title: 'one ciphertext at two places',
  about:
    'The key under which a value stands is part of its encryption, and so is the data key of its file. The same ciphertext under two keys was copied by hand, and decrypts at one of them at most; the same in two files that share no wrapped data key decrypts in one of them at most. Put the value in with `sopskit set` or `sopskit edit`.',
};

interface Seen {
  readonly file: string;
  readonly path: readonly (string | number)[];
  readonly additionalData: string;
  /** The wrapped data keys of the file: two files with one in common have the same data key. */
  readonly wrapped: ReadonlySet<string>;
  readonly mac: string;
}

/**
 * Ciphertext that was copied between keys or files, found by its IV and tag, which no two encryptions share. A file
 * that was copied whole is none, and neither is what an edit of such a copy left.
 */
export const copiedCiphertext: Rule = {
  infos: [copied],
  start(scene) {
    const seen = new Map<string, Seen>();
    return {
      async file(subject) {
        if (subject.commit !== null) return;
        const [seal, sealed] = [await subject.seal(), await subject.sealedLeaves()];
        if (seal?.kind !== 'good' || sealed === null) return;
        const wrapped = new Set(
          seal.metadata.keyGroups.flatMap((group) => group.map(({ enc }) => (enc ?? '').trim())),
        );
        for (const leaf of sealed.leaves) {
          const id = leaf.ciphertext === null ? null : identity(leaf.ciphertext);
          if (id === null) continue;
          const first = seen.get(id);
          const here = {
            file: subject.path,
            path: leaf.path,
            additionalData: leaf.additionalData,
            wrapped,
            mac: seal.metadata.mac,
          };
          if (first === undefined) seen.set(id, here);
          else compare(scene, subject, leaf, first, here);
        }
      },
    };
  },
};

function compare(scene: Scene, subject: Subject, leaf: SelectedLeaf, first: Seen, here: Seen): void {
  const place = { file: subject.path, line: leaf.line, path: leaf.path, commit: subject.commit };
  const where = `${first.file === here.file ? 'this file' : first.file} at ${printPath(first.path)}`;
  const fix = `Put the value in with sopskit edit ${scene.commands.word(subject.path)}, or take the file back: ${scene.commands.restore(subject.path)}`;
  if (first.additionalData !== here.additionalData) {
    scene.tell(copied, {
      ...place,
      message: `the same ciphertext stands under another key, in ${where}`,
      fix,
    });
  } else if (first.mac !== here.mac && ![...here.wrapped].some((key) => first.wrapped.has(key))) {
    scene.tell(copied, {
      ...place,
      // sops updatekeys wraps one data key anew, so that a copy that opens may share none
      level: 'warning',
      message: `the same ciphertext stands in ${where}, and the two files share no wrapped data key`,
      fix: `See whether both open (sopskit verify); in the one that does not: ${fix}`,
    });
  }
}

/** The part of a ciphertext from its IV on. */
function identity(ciphertext: string): string | null {
  const at = ciphertext.indexOf(',iv:');
  return at < 0 ? null : ciphertext.slice(at);
}
