import type { LintRule } from './lint-rule.ts';
import { takenFiles } from './taken-files.ts';

export const commentSelector: LintRule = {
  info: {
    code: 'config.comment-selector',
    level: 'note',
    title: 'a selector that goes by comments',
    about:
      'Flux decrypts objects as JSON, which has no comments: with encrypted_comment_regex or unencrypted_comment_regex it finds plaintext where it expects ciphertext, and stops. Dotenv, INI and JSON files lose the comments too. A warning where a Kubernetes object goes by the rule.',
  },
  async check(subject) {
    const { config, evidence } = subject;
    const taken = evidence === null ? null : await takenFiles(subject, evidence.files);
    const found = (config.creationRules ?? []).map(async (rule) => {
      const kind = (['encrypted_comment_regex', 'unencrypted_comment_regex'] as const).find(
        (name) => (rule.selectors[name] ?? '') !== '',
      );
      if (kind === undefined) return [];
      const kinds = await Promise.all(
        (taken?.[rule.index]?.files ?? []).map((file) => evidence?.kinds(file)),
      );
      const isManifest = kinds.some((names) => (names ?? []).length > 0);
      return [
        {
          place: rule.places.get(kind) ?? rule.place,
          level: isManifest ? ('warning' as const) : ('note' as const),
          message: `rule ${rule.index + 1} selects by comments, which Flux does not see`,
          fix: "For files that Flux applies use encrypted_regex, such as '^(data|stringData)$'",
        },
      ];
    });
    return (await Promise.all(found)).flat();
  },
};
