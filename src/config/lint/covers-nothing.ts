import type { CreationRule } from '../config.ts';
import { defaultSelector } from '../selector.ts';
import { ofEachRule } from './each-rule.ts';
import { shortened } from './expressions.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';
import { selectorOf } from './sample-secret.ts';

export const coversNothing: LintRule = {
  info: {
    code: 'config.covers-nothing',
    level: 'warning',
    title: 'a selector for Kubernetes on files of another kind',
    about:
      'encrypted_regex ^(data|stringData)$ fits manifests. A dotenv file has no such keys, and a JSON or INI file of a program hardly: sopskit refuses to encrypt it, sops leaves every value readable. Warned of only where the path_regex names the extension, and such a file is there.',
  },
  check: (subject) => ofEachRule(subject, problemOf),
};

async function problemOf(
  rule: CreationRule,
  files: readonly string[],
  subject: LintSubject,
): Promise<Problem[]> {
  const selector = selectorOf(rule, defaultSelector);
  if (selector?.kind !== 'encrypted_regex') return [];
  const selects = await subject.selects(selector);
  if (selects === null || !selects(['data', 'key']) || selects(['KEY'])) return [];
  const example = await otherAmong(files, rule.pathRegex, subject);
  if (example === null) return [];
  return [
    {
      place: rule.places.get(selector.kind) ?? rule.place,
      message: `${selector.kind} of rule ${rule.index + 1}, ${shortened(selector.value)}, is made for manifests, and encrypts nothing in ${example}`,
      fix: 'Give such files a rule of their own in front of it, without a selector.',
    },
  ];
}

/** A file of an extension that the rule names, which is no manifest. */
async function otherAmong(
  files: readonly string[],
  pathRegex: string,
  { evidence }: LintSubject,
): Promise<string | null> {
  const named = ['env', 'ini', ...(/ya?\??ml/.test(pathRegex) ? [] : ['json'])].filter((extension) =>
    new RegExp(`\\b${extension}\\b`).test(pathRegex),
  );
  for (const file of files) {
    if (!named.some((extension) => file.endsWith(`.${extension}`))) continue;
    if (((await evidence?.kinds(file)) ?? []).length === 0) return file;
  }
  return null;
}
