import type { RuleInfo } from '../../../findings/finding.ts';
import { hasReadableValue } from '../readable-lines.ts';
import type { Rule } from '../rule.ts';
import { isSuspicious } from '../signs.ts';
import type { Subject } from '../subject.ts';

const syntax: RuleInfo = {
  code: 'unreadable.syntax',
  level: 'error',
  title: 'a file that cannot be read, and may hold secrets',
  about:
    'The file has a Secret, ciphertext or sops metadata in it, but is no valid YAML, JSON, dotenv or INI, so that nobody can say whether its values are encrypted. Mend it. A template (Helm, Jinja) that remains unreadable with its expressions filled in is a warning, unless a line of a Secret has a value in it.',
};
const encoding: RuleInfo = {
  code: 'unreadable.encoding',
  level: 'error',
  title: 'a file in UTF-16 or UTF-32 that may hold secrets',
  about: 'sops, Flux and this check read UTF-8. Save the file as UTF-8.',
};

/** Without one of these, a template only refers to a Secret. */
const secretField = /^[ \t-]*["']?(?:data|stringData|literals|envs?|files|users)["']?[ \t]*:/m;

const valueField = /(?<![A-Za-z])(?:data|stringData)["']?\s*:/;

/** Whether a manifest may have a Secret that is written in an unusual way, so that no sign of it is sure. */
function mayHide({ signs, kind, text }: Subject): boolean {
  const isManifest = /(?<![A-Za-z])(?:kind|apiVersion)["']?\s*:/.test(text) && valueField.test(text);
  return signs.secret && kind.format !== 'binary' && !kind.template && isManifest;
}

/** Fails closed: what has the signs of a secret must be readable. */
export const unreadable: Rule = {
  infos: [syntax, encoding],
  start: (scene) => ({
    async file(subject) {
      const { signs, path: file, commit, kind } = subject;
      if (!isSuspicious(signs) && !mayHide(subject)) return;
      if (subject.encoding !== 'bytes' && kind.format !== 'binary') {
        const message = `the file is ${subject.encoding.startsWith('utf32') ? 'UTF-32' : 'UTF-16'}, and cannot be checked`;
        scene.tell(encoding, { file, commit, message, fix: 'Save it as UTF-8.' });
        return;
      }
      const content = await subject.content();
      const sealed = await subject.sealedLeaves();
      const isEncrypted = (await subject.seal()) !== null;
      const problem =
        content.kind === 'broken'
          ? content.problem
          : (sealed?.problem ?? (content.kind === 'tree' && isEncrypted ? content.problem : null));
      if (problem === null || (signs.conflict && (signs.ciphertext || signs.metadata))) return;
      if (kind.template && !isEncrypted && !signs.ciphertext && !secretField.test(subject.text)) return;
      const mayStay = kind.template && !signs.ciphertext && !hasReadableValue(subject.text);
      scene.tell(syntax, {
        ...{ file, commit },
        line: problem.place?.line,
        ...(mayStay ? { level: 'warning' as const } : {}),
        message: `the file cannot be checked: ${problem.message.replaceAll('\n', ' ')}`,
        fix: problem.hint ?? 'Mend the file, or waive the finding in .sopskit.yaml.',
      });
    },
  }),
};
