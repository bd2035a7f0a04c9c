import { SopskitError } from '../errors/sopskit-error.ts';
import type { Platform } from '../system/system.ts';
import type { Config, CreationRule, DestinationRule } from './config.ts';
import type { Regex } from './regex.ts';
import { compileRegex } from './regex.ts';

/** Where the rules are looked up from. */
export interface MatchPlace {
  /** Absolute folder of the configuration (`configFolder`). */
  readonly folder: string;
  readonly platform?: Platform;
}

/** What looking for a file's rule gave. */
export interface MatchOutcome<Rule = CreationRule> {
  /** The path as `path_regex` saw it: relative to the configuration's folder where the file is below it, else absolute. */
  readonly path: string;
  readonly rule: Rule | null;
  /** The rules that came first and did not match. */
  readonly passedOver: readonly Rule[];
}

/** Finds the rules of any number of files; each expression is compiled once, and only when its turn comes. */
export interface RuleMatcher {
  /**
   * Looks for the first rule whose `path_regex` matches, or is empty. `file` is absolute and cleaned (`path.resolve`).
   * Throws `config.invalid` for an invalid expression, unless an earlier rule matched: as in sops.
   */
  match(file: string): Promise<MatchOutcome>;
  /** The same for `destination_rules`, which sops matches against the path as it is given to `publish`. */
  matchDestination(file: string): Promise<MatchOutcome<DestinationRule>>;
}

/** Prepares the rules of a configuration for matching. */
export function ruleMatcher(config: Config, place: MatchPlace): RuleMatcher {
  const compile = compiledOnce();
  const windows = place.platform === 'win32';
  return {
    async match(file) {
      const path = comparedPath(file, place.folder, windows);
      return firstMatch(config.creationRules ?? [], spellings(path, windows), compile);
    },
    async matchDestination(file) {
      return firstMatch(config.destinationRules, spellings(file, windows), compile);
    },
  };
}

/** Returns a file's path as `path_regex` sees it (`MatchOutcome.path`). `file` is absolute and cleaned. */
export function pathSeen(file: string, { folder, platform }: MatchPlace): string {
  const windows = platform === 'win32';
  return spellings(comparedPath(file, folder, windows), windows)[0];
}

/** Looks for the rule of one file; see `RuleMatcher.match`. */
export function matchRule(config: Config, file: string, place: MatchPlace): Promise<MatchOutcome> {
  return ruleMatcher(config, place).match(file);
}

/**
 * Returns the rule that was found. Throws `config.missing` where the configuration has no `creation_rules` at all (sops:
 * as if there were no file), `config.no-match` with every rule that did not match.
 */
export function requireRule(config: Config, outcome: MatchOutcome): CreationRule {
  if (outcome.rule !== null) return outcome.rule;
  const place = { file: config.file };
  if (config.creationRules === null)
    throw new SopskitError('config.missing', `${config.file} has no creation rules`, {
      place,
      hint: ADD_RULE,
    });
  const reasons = outcome.passedOver.map(
    (rule) => `\n  rule ${rule.index + 1}${lineOf(rule)}: path_regex ${rule.pathRegex} does not match`,
  );
  const list = reasons.length === 0 ? '; creation_rules is empty' : `:${reasons.join('')}`;
  throw new SopskitError(
    'config.no-match',
    `no creation rule in ${config.file} matches ${outcome.path}${list}`,
    {
      place,
      hint: ADD_RULE,
    },
  );
}

const ADD_RULE =
  'Add a rule for this path (a rule without path_regex matches every file), or name the recipients with a flag such as --age.';

type Spellings = readonly [string, ...string[]];

async function firstMatch<Rule extends CreationRule | DestinationRule>(
  rules: readonly Rule[],
  paths: Spellings,
  compile: (rule: Rule) => Regex | Promise<Regex>,
): Promise<MatchOutcome<Rule>> {
  const passedOver: Rule[] = [];
  for (const rule of rules) {
    const regex = rule.pathRegex === '' ? null : await compile(rule);
    if (regex === null || paths.some((path) => regex.test(path))) return { path: paths[0], rule, passedOver };
    passedOver.push(rule);
  }
  return { path: paths[0], rule: null, passedOver };
}

/** As sops: the folder is cut off the front of the path, and only where the path is really below it. */
function comparedPath(file: string, folder: string, windows: boolean): string {
  const prefix = folder + (windows ? '\\' : '/');
  const start = file.slice(0, prefix.length);
  const below = windows ? upperDrive(start) === upperDrive(prefix) : start === prefix;
  return below ? file.slice(prefix.length) : file;
}

/** Programs disagree on the case of the drive: `c:\repo` is `C:\repo`. */
function upperDrive(path: string): string {
  return path.replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** sops compares with backslashes on Windows, so no rule works everywhere; here either spelling may match. */
function spellings(path: string, windows: boolean): Spellings {
  return windows ? [path.replaceAll('\\', '/'), path] : [path];
}

function compiledOnce(): (rule: CreationRule | DestinationRule) => Regex | Promise<Regex> {
  const compiled = new Map<string, Regex | Promise<Regex>>();
  return (rule) => {
    const known = compiled.get(rule.pathRegex);
    if (known !== undefined) return known;
    const place = 'places' in rule ? (rule.places.get('path_regex') ?? rule.place) : rule.place;
    const regex = compileRegex(rule.pathRegex, { code: 'config.invalid', name: 'path_regex', place });
    compiled.set(rule.pathRegex, regex);
    return regex;
  };
}

function lineOf(rule: CreationRule): string {
  return rule.place.line === undefined ? '' : ` (line ${rule.place.line})`;
}
