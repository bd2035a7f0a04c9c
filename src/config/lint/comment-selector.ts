import type { CreationRule } from '../config.ts';
import { ofEachRule } from './each-rule.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';

export const commentSelector: LintRule = {
  info: {
    code: 'config.comment-selector',
    level: 'note',
    title: 'a selector that goes by comments',
    about:
      'Flux decrypts objects as JSON, which has no comments: with encrypted_comment_regex or unencrypted_comment_regex it finds plaintext where it expects ciphertext, and stops. Dotenv, INI and JSON files lose the comments too. A warning where a Kubernetes object goes by the rule.',
  },
  check: (subject) => ofEachRule(subject, problemsOf),
};

async function problemsOf(
  rule: CreationRule,
  files: readonly string[],
  { evidence }: LintSubject,
): Promise<Problem[]> {
  const kind = (['encrypted_comment_regex', 'unencrypted_comment_regex'] as const).find(
    (name) => (rule.selectors[name] ?? '') !== '',
  );
  if (kind === undefined) return [];
  const kinds = await Promise.all(files.map((file) => evidence?.kinds(file)));
  const isManifest = kinds.some((names) => (names ?? []).length > 0);
  return [
    {
      place: rule.places.get(kind) ?? rule.place,
      level: isManifest ? 'warning' : 'note',
      message: `rule ${rule.index + 1} selects by comments, which Flux does not see`,
      fix: "For files that Flux applies use encrypted_regex, such as '^(data|stringData)$'",
    },
  ];
}
