import { expressionsOf, shortened } from './expressions.ts';
import type { Evidence, LintRule, LintSubject, Problem } from './lint-rule.ts';

export const unanchored: LintRule = {
  info: {
    code: 'config.unanchored',
    level: 'note',
    title: 'a path_regex that matches more than it says',
    about:
      'A path_regex matches anywhere in the path: secret/ takes nosecret/ too, and \\.yaml takes values.yaml.tpl. It begins with ^ or (^|/) and ends with $ where that matters. Noted only where a file of the repository shows it.',
  },
  async check(subject) {
    const { evidence, config } = subject;
    if (evidence === null) return [];
    const expressions = expressionsOf(config).filter(
      ({ field, owner }) => field === 'path_regex' && owner.startsWith('rule'),
    );
    const found = await Promise.all(
      expressions.map(async ({ source, place, owner }) => {
        const problem =
          (await before(source, owner, subject, evidence)) ??
          (await behind(source, owner, subject, evidence));
        return problem === null ? [] : [{ ...problem, place }];
      }),
    );
    return found.flat();
  },
};

type Check = (
  source: string,
  owner: string,
  subject: LintSubject,
  evidence: Evidence,
) => Promise<Problem | null>;

/** Files that match in the middle of a name only. */
const before: Check = async (source, owner, { regex }, { files }) => {
  if (!/^[A-Za-z0-9_-]/.test(source)) return null;
  const anchored = `(?:^|/)(?:${source})`;
  const example = await difference(source, anchored, regex, files);
  if (example === null) return null;
  return {
    message: `path_regex of ${owner}, ${shortened(source)}, also matches ${example}`,
    fix: `Write (^|/)${/[|]/.test(source) ? `(${source})` : source}, or ^ in front if it stands at the top only.`,
  };
};

/** Files whose name goes on behind an extension. */
const behind: Check = async (source, owner, { regex }, { files }) => {
  if (!/\.\(?(?:ya\??ml|json|env|ini)\)?$/.test(source)) return null;
  const example = await difference(source, `(?:${source})$`, regex, files);
  if (example === null) return null;
  return {
    message: `path_regex of ${owner}, ${shortened(source)}, also matches ${example}`,
    fix: `Write ${source}$`,
  };
};

async function difference(
  source: string,
  narrower: string,
  regex: LintSubject['regex'],
  files: readonly string[],
): Promise<string | null> {
  const [wide, narrow] = [await regex(source), await regex(narrower)];
  if (wide === null || narrow === null) return null;
  return files.find((file) => wide.test(file) && !narrow.test(file)) ?? null;
}
