import type { CreationRule } from '../config.ts';
import { defaultSelector, type Selector } from '../selector.ts';
import { ofEachRule } from './each-rule.ts';
import { shortened } from './expressions.ts';
import type { LintRule, LintSubject, Problem } from './lint-rule.ts';
import { secretPaths, selectorOf, unluckyPaths } from './sample-secret.ts';

export const readableSecret: LintRule = {
  info: {
    code: 'config.readable-secret',
    level: 'error',
    title: 'a rule that leaves a Secret readable',
    about:
      "The selector does not cover everything under data and stringData of a Kubernetes Secret: what it misses is committed in plaintext. encrypted_regex '^(data|stringData)$' covers both. An error where the rule is made for Secrets or a Secret goes by it; else a note.",
  },
  check: (subject) => ofEachRule(subject, problemOf),
};

async function problemOf(
  rule: CreationRule,
  files: readonly string[],
  subject: LintSubject,
): Promise<Problem[]> {
  const selector = selectorOf(rule, defaultSelector);
  if (selector === null || selector.kind.includes('comment')) return [];
  const selects = await subject.selects(selector);
  if (selects === null) return [];
  const example = await secretAmong(files, subject);
  const name = `${selector.kind} of rule ${rule.index + 1}, ${shortened(selector.value)},`;
  const place = rule.places.get(selector.kind) ?? rule.place;
  const fix = fixFor(selector);
  const found = (level: 'error' | 'note', message: string): Problem[] => [{ place, level, message, fix }];
  const readable = takesManifests(rule) ? secretPaths.filter((keys) => !selects(keys)) : [];
  if (readable.length > 0) {
    const level = example !== null || isMadeForSecrets(selector) ? 'error' : 'note';
    const such = example === null ? '' : `, such as ${example}`;
    return found(level, `${name} leaves ${whichOf(readable)} of a Secret readable${such}`);
  }
  const there = await readableKeyAmong(files, selects, subject);
  if (there !== null)
    return found('error', `${name} leaves ${there.keys.join('.')} of the Secret in ${there.file} readable`);
  const unlucky = unluckyPaths.find((keys) => !selects(keys));
  if (unlucky === undefined || example === null || !takesManifests(rule)) return [];
  return found('note', `${name} would leave a key such as ${unlucky.join('.')} of a Secret readable`);
}

/** The rule knows of Secrets, or of Kubernetes objects. */
function isMadeForSecrets({ kind, value }: Selector): boolean {
  if (/\b(?:data|stringData)\b/.test(value)) return true;
  return kind.startsWith('unencrypted') && /\b(?:apiVersion|metadata)\b/.test(value);
}

function whichOf(readable: readonly (readonly string[])[]): string {
  const tops = [...new Set(readable.map(([top]) => top))];
  const whole = tops.filter(
    (top) => readable.filter(([other]) => other === top).length * 2 === secretPaths.length,
  );
  return whole.length > 0 ? whole.join(' and ') : `a key such as ${(readable[0] ?? []).join('.')}`;
}

function fixFor({ kind, value }: Selector): string {
  if (kind === 'unencrypted_regex' && !/^\^/.test(value))
    return "Anchor it, such as ^(apiVersion|kind|metadata)$, or better say what is secret: encrypted_regex '^(data|stringData)$'";
  return "For Secrets write encrypted_regex: '^(data|stringData)$'";
}

/** A dotenv or JSON file of a tool is no manifest. */
function takesManifests({ pathRegex }: CreationRule): boolean {
  return !/\.(?:env|ini|tfvars|json|toml|txt|key|pem)\$?$/.test(pathRegex);
}

/** A value of a Secret that is there, and that the rule would not encrypt. */
async function readableKeyAmong(
  files: readonly string[],
  selects: (keys: readonly string[]) => boolean,
  { evidence }: LintSubject,
): Promise<{ readonly file: string; readonly keys: readonly string[] } | null> {
  for (const file of files) {
    if ((await evidence?.kinds(file))?.includes('Secret') !== true) continue;
    const keys = (await evidence?.secretKeys(file))?.find((path) => !selects(path));
    if (keys !== undefined) return { file, keys };
  }
  return null;
}

async function secretAmong(files: readonly string[], { evidence }: LintSubject): Promise<string | null> {
  for (const file of files) if ((await evidence?.kinds(file))?.includes('Secret')) return file;
  return null;
}
