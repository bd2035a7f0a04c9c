import type { RuleInfo } from '../../../findings/finding.ts';
import type { Rule } from '../rule.ts';

const markers: RuleInfo = {
  code: 'merge.markers',
  level: 'error',
  title: 'merge markers in an encrypted file',
  about:
    'A merge left both sides in the file. Whoever picks lines from either side gets a file whose MAC is wrong. Take one side whole, or install the merge driver (`sopskit git install`), which merges encrypted files by their values.',
};

/** What a merge left in a file with ciphertext. */
export const conflict: Rule = {
  infos: [markers],
  start: (scene) => ({
    file(subject) {
      if (!subject.signs.conflict || !(subject.signs.ciphertext || subject.signs.metadata)) return;
      const name = scene.commands.word(subject.path);
      scene.tell(markers, {
        ...{ file: subject.path, commit: subject.commit },
        line: subject.lineAt(subject.text.search(/^<{7} /m) + 1),
        message: 'the file has the markers of a merge conflict',
        fix: `Take one side whole (git checkout --ours ${name}, or --theirs) and make the other side's changes with sopskit edit; sopskit git install has such files merged.`,
      });
    },
  }),
};
