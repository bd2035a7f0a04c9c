import type { RuleInfo } from '../../../findings/finding.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

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
      if (isProse(subject)) return;
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

const proseName = /\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|html?)$/i;

/** Texts that explain conflicts quote both; an encrypted file of such a name is JSON. */
function isProse({ path, text }: Subject): boolean {
  return proseName.test(path) && !/^(?:<{7} [^\n]*\n)?\s*\{/.test(text);
}
