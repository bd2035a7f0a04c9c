import { SopskitError } from '../errors/sopskit-error.ts';
import type { Config, CreationRule } from './config.ts';
import { compileRegex, type Regex } from './regex.ts';

/**
 * What became of a rule for one path: it `wins`; it does not match (`no-match`); it would match, but an earlier one did
 * (`hidden`); its expression is `invalid`, where sops stops unless a rule before it wins.
 */
export type Verdict = 'wins' | 'no-match' | 'hidden' | 'invalid';

export interface ExplainedRule {
  readonly rule: CreationRule;
  readonly verdict: Verdict;
  /** Why an invalid expression is. */
  readonly reason: string | null;
}

/** Applies every creation rule to a path, also those that sops does not come to. `path` is as `path_regex` sees it. */
export async function explainRules(config: Config, path: string): Promise<ExplainedRule[]> {
  const explained: ExplainedRule[] = [];
  let decided = false;
  for (const rule of config.creationRules ?? []) {
    const compiled = await compile(rule);
    const invalid = compiled instanceof SopskitError;
    const matches = !invalid && compiled.test(path);
    const verdict = invalid ? 'invalid' : !matches ? 'no-match' : decided ? 'hidden' : 'wins';
    explained.push({ rule, verdict, reason: invalid ? compiled.message : null });
    decided ||= matches || invalid;
  }
  return explained;
}

/** A path near to one that no rule matches, and the rule that matches it. */
export interface NearMiss {
  readonly path: string;
  readonly rule: CreationRule;
}

/** Finds what a rule would match: the path as others write it (`.sops` before the extension, another case, a folder less). */
export async function nearMisses(config: Config, path: string): Promise<NearMiss[]> {
  const found: NearMiss[] = [];
  for (const rule of config.creationRules ?? []) {
    const compiled = await compile(rule);
    if (compiled instanceof SopskitError) continue;
    const near = variants(path).find((variant) => compiled.test(variant));
    if (near !== undefined) found.push({ path: near, rule });
  }
  return found;
}

function variants(path: string): string[] {
  const [, stem = path, extension = ''] = /^(.*?)(\.[^./]+)?$/s.exec(path) ?? [];
  const folders = path.split('/');
  const other = new Map([
    ['.yaml', '.yml'],
    ['.yml', '.yaml'],
  ]).get(extension);
  return [
    ...(other === undefined ? [] : [stem + other]),
    ...['.sops', '.enc', '.secret', '-secret', '.encrypted'].map((mark) => `${stem}${mark}${extension}`),
    ...(extension === '' ? ['.yaml', '.json', '.env'].map((added) => path + added) : []),
    path.toLowerCase(),
    ...folders.slice(1).map((_, index) => folders.slice(index + 1).join('/')),
    ...['secrets', 'secret'].map((folder) => [...folders.slice(0, -1), folder, folders.at(-1)].join('/')),
  ].filter((variant) => variant !== path);
}

async function compile(rule: CreationRule): Promise<Pick<Regex, 'test'> | SopskitError> {
  if (rule.pathRegex === '') return { test: () => true };
  try {
    return await compileRegex(rule.pathRegex, { code: 'config.invalid', name: 'path_regex' });
  } catch (error) {
    if (error instanceof SopskitError) return error;
    throw error;
  }
}
