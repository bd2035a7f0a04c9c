import path from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/find.ts';
import type { Evidence, LintSubject } from '../config/lint/lint-rule.ts';
import { lintConfig, lintRules, unreadable } from '../config/lint/registry.ts';
import { compileRegex, type Regex } from '../config/regex.ts';
import type { Selector } from '../config/selector.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { nearest } from '../errors/suggestion.ts';
import type { Finding, RuleInfo } from '../findings/finding.ts';
import type { Report } from '../findings/report.ts';
import type { YamlSource } from '../formats/yaml/read.ts';
import { keySources } from '../keys/registry.ts';
import { compileSelector } from '../sops/selector.ts';
import type { System } from '../system/system.ts';
import { readConfiguration } from './configuration.ts';
import { evidenceOf } from './configuration-evidence.ts';
import { Git } from './git/git.ts';
import { anchorHolders, keyPlace, redefinedAnchors } from './yaml-places.ts';

/** A configuration of another name is found by no tool. */
export const wrongName: RuleInfo = {
  code: 'config.file-name',
  level: 'error',
  title: 'a configuration that sops does not look for',
  about: 'sops looks for .sops.yaml, and passes over .sops.yml.',
};

/** A report, and the absolute folder that its places are relative to: the repository's top. */
export interface LintReport {
  readonly report: Report;
  readonly root: string;
}

/** Checks one configuration (`file` as the user names it) against the rules and the files around it. */
export async function lintConfiguration(system: System, file: string): Promise<LintReport> {
  const full = path.resolve(system.files.cwd, file);
  const bytes = readConfig(system.files, file);
  const git = await openGit(system, path.dirname(full));
  try {
    const root = git?.top ?? path.dirname(full);
    const name = path.relative(root, full).replaceAll(path.sep, '/');
    const findings = [
      ...nameFindings(system, full, root),
      ...(await contentFindings(system, bytes, full, name, git)),
    ];
    const rules = [wrongName, unreadable, ...lintRules.map(({ info }) => info)];
    return { report: { tool: 'config lint', rules, findings, waived: [], files: 1 }, root };
  } finally {
    await git?.close();
  }
}

async function contentFindings(
  system: System,
  bytes: Uint8Array,
  full: string,
  name: string,
  git: Git | null,
): Promise<Finding[]> {
  try {
    const { config } = await readConfiguration(system, full, bytes);
    const { readYaml } = await import('../formats/yaml/read.ts');
    const source = isBlank(bytes) ? null : readYaml(bytes);
    const evidence = await evidenceOf(system, path.dirname(full), git);
    return await lintConfig(subjectOf(config, name, source, evidence.files.length > 1 ? evidence : null));
  } catch (error) {
    if (!(error instanceof SopskitError) || !/^(?:config|document)\./.test(error.code)) throw error;
    const fix = fixOf(error.hint);
    return [
      {
        rule: unreadable,
        level: 'error',
        place: { ...error.place, file: name },
        message: error.message,
        fix,
      },
    ];
  }
}

/** Hints of the YAML reader are for files to encrypt, which may be binary. */
function fixOf(hint: string | undefined): string {
  if (hint === undefined) return 'Compare it with the schema: sopskit config schema.';
  return hint.replace(/\.? If this is not a text file.*$|, or encrypt the file as binary.*$/, '.');
}

function subjectOf(
  config: Config,
  file: string,
  source: YamlSource | null,
  evidence: Evidence | null,
): LintSubject {
  const compiled = new Map<string, Promise<Regex | null>>();
  return {
    config,
    file,
    evidence,
    sources: keySources,
    documents: source?.documents.length ?? 0,
    anchorHolders: source === null ? new Set() : anchorHolders(source),
    redefinedAnchors: source === null ? [] : redefinedAnchors(source),
    keyPlace: (at) => (source === null ? {} : keyPlace(source, at)),
    nearest,
    regex(text) {
      const known =
        compiled.get(text) ?? valid(async () => compileRegex(text, { code: 'config.invalid', name: '' }));
      compiled.set(text, known);
      return known;
    },
    selects: (selector) => valid(() => keysSelected(selector)),
  };
}

async function keysSelected(selector: Selector): Promise<(keys: readonly string[]) => boolean> {
  const compiled = await compileSelector(selector);
  return (keys) => compiled.selects(keys, [], false);
}

/** `null` for an expression that RE2 refuses. */
async function valid<T>(compile: () => Promise<T>): Promise<T | null> {
  try {
    return await compile();
  } catch (error) {
    if (error instanceof SopskitError && error.code.startsWith('config.')) return null;
    throw error;
  }
}

/** The configuration itself, and a `.sops.yml` beside it. */
function nameFindings({ files }: System, full: string, root: string): Finding[] {
  const folder = path.dirname(full);
  const wrong = path.join(folder, '.sops.yml');
  if (files.status(wrong)?.kind !== 'file') return [];
  const file = path.relative(root, wrong).replaceAll(path.sep, '/');
  const both = full !== wrong && files.status(full) !== null;
  const fix = both
    ? 'Move what it says into .sops.yaml, and remove it.'
    : 'Rename it: git mv .sops.yml .sops.yaml';
  return [
    { rule: wrongName, level: 'error', place: { file }, message: 'sops does not look for .sops.yml', fix },
  ];
}

/** git is not needed to read one file: where it fails, the folder is the root. */
async function openGit(system: System, folder: string): Promise<Git | null> {
  try {
    return await Git.open(system, folder);
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every((line) => /^\s*(?:#|$)/.test(line));
}
