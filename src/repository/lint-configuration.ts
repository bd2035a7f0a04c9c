import path from 'node:path';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/find.ts';
import type { Evidence, LintSubject } from '../config/lint/lint-rule.ts';
import { lintConfig, lintRules, unreadable } from '../config/lint/registry.ts';
import { takenFiles } from '../config/lint/taken-files.ts';
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
import { openGit } from './configuration-to-lint.ts';
import type { Git } from './git/git.ts';
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

/** Checks configurations, as `lintConfiguration` does, in one report. */
export async function lintConfigurations(system: System, files: readonly string[]): Promise<LintReport> {
  const reports: LintReport[] = [];
  for (const file of files) reports.push(await lintConfiguration(system, file));
  const root = commonFolder(reports.map((one) => one.root));
  const findings = reports.flatMap((one) =>
    one.report.findings.map((finding) => withPlaceFrom(finding, one.root, root)),
  );
  return {
    report: { tool: 'config lint', rules: ruleInfos, findings, waived: [], files: files.length },
    root,
  };
}

/**
 * Checks one configuration (`file` as the user names it) against the rules and the files around it; `-` is standard input,
 * looked at as if it were the `.sops.yaml` of the current folder.
 */
export async function lintConfiguration(system: System, file: string): Promise<LintReport> {
  const isStdin = file === '-';
  const full = path.resolve(system.files.cwd, isStdin ? '.sops.yaml' : file);
  const bytes = isStdin ? system.files.readStdin() : readConfig(system.files, file);
  const git = await openGit(system, path.dirname(full));
  try {
    const root = git?.top ?? path.dirname(full);
    const name = path.relative(root, full).replaceAll(path.sep, '/');
    const findings = [
      ...(isStdin ? [] : nameFindings(system, full, root)),
      ...(await contentFindings(system, bytes, full, name, git)),
    ];
    return { report: { tool: 'config lint', rules: ruleInfos, findings, waived: [], files: 1 }, root };
  } finally {
    await git?.close();
  }
}

const ruleInfos: readonly RuleInfo[] = [wrongName, unreadable, ...lintRules.map(({ info }) => info)];

/** The deepest folder that has all of these in it, or is them. */
function commonFolder(folders: readonly string[]): string {
  return folders.reduce((common, folder) => {
    let at = common;
    while (path.relative(at, folder).startsWith('..') && path.dirname(at) !== at) at = path.dirname(at);
    return at;
  });
}

function withPlaceFrom(finding: Finding, from: string, to: string): Finding {
  const { file } = finding.place;
  if (from === to || file === undefined) return finding;
  const moved = path.relative(to, path.join(from, file)).replaceAll(path.sep, '/');
  return { ...finding, place: { ...finding.place, file: moved } };
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
    return await lintConfig(
      subjectOf(config, { name, full }, source, evidence.files.length > 1 ? evidence : null),
    );
  } catch (error) {
    if (!(error instanceof SopskitError) || !/^(?:config|document)\./.test(error.code)) throw error;
    const fix = error.hint ?? 'Compare it with the schema: sopskit config schema.';
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

function subjectOf(
  config: Config,
  { name: file, full }: { readonly name: string; readonly full: string },
  source: YamlSource | null,
  evidence: Evidence | null,
): LintSubject {
  const compiled = new Map<string, Promise<Regex | null>>();
  const regex = (text: string): Promise<Regex | null> => {
    const known =
      compiled.get(text) ?? valid(async () => compileRegex(text, { code: 'config.invalid', name: '' }));
    compiled.set(text, known);
    return known;
  };
  let taken: ReturnType<LintSubject['taken']> | null = null;
  return {
    config,
    file,
    folder: path.dirname(full).replaceAll(path.sep, '/'),
    evidence,
    sources: keySources,
    documents: source?.documents.length ?? 0,
    anchorHolders: source === null ? new Set() : anchorHolders(source),
    redefinedAnchors: source === null ? [] : redefinedAnchors(source),
    keyPlace: (at) => (source === null ? {} : keyPlace(source, at)),
    nearest,
    regex,
    async taken() {
      if (evidence === null) return null;
      taken ??= takenFiles(config.creationRules ?? [], evidence.files, regex);
      return taken;
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

function isBlank(bytes: Uint8Array): boolean {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every((line) => /^\s*(?:#|$)/.test(line));
}
