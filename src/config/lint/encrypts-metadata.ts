import type { CreationRule } from '../config.ts';
import { defaultSelector } from '../selector.ts';
import { ofEachRule } from './each-rule.ts';
import { shortened } from './expressions.ts';
import { encryptedKind, type LintRule, type LintSubject, type Problem } from './lint-rule.ts';
import { readablePaths, selectorOf } from './sample-secret.ts';

export const encryptsMetadata: LintRule = {
  info: {
    code: 'config.encrypts-metadata',
    level: 'warning',
    title: 'a rule that encrypts the name of a Kubernetes object',
    about:
      'Kubernetes, kustomize and Flux have to read apiVersion, kind and metadata of an object before anything is decrypted. A selector without anchors easily takes them: data|stringData also matches the key metadata.',
  },
  check: (subject) => ofEachRule(subject, problemOf),
};

async function problemOf(
  rule: CreationRule,
  files: readonly string[],
  subject: LintSubject,
): Promise<Problem[]> {
  const selector = selectorOf(rule, defaultSelector);
  const selects =
    selector === null || selector.kind.includes('comment') ? null : await subject.selects(selector);
  const taken = readablePaths.filter((keys) => selects?.(keys) === true);
  if (selector === null || taken.length === 0) return [];
  const example = await manifestAmong(files, subject);
  const isForManifests =
    selector.kind === 'encrypted_regex' && /\b(?:data|stringData)\b/.test(selector.value);
  if (example === null && !isForManifests) return [];
  const keys = [...new Set(taken.map(([top]) => top))].join(', ');
  const chosen = rule.places.has(selector.kind);
  const what = chosen
    ? `${selector.kind} of rule ${rule.index + 1}, ${shortened(selector.value)},`
    : `rule ${rule.index + 1} has no selector, and`;
  return [
    {
      place: rule.places.get(selector.kind) ?? rule.place,
      message: `${what} encrypts ${keys} of Kubernetes objects${example === null ? '' : `, such as ${example}`}`,
      fix: "Write encrypted_regex: '^(data|stringData)$'",
    },
  ];
}

/** A Secret, or an object whose kind is encrypted; what else the rule matches is hardly meant to be encrypted. */
async function manifestAmong(files: readonly string[], { evidence }: LintSubject): Promise<string | null> {
  for (const file of files) {
    const kinds = (await evidence?.kinds(file)) ?? [];
    if (kinds.includes('Secret') || kinds.includes(encryptedKind)) return file;
  }
  return null;
}
