import path from 'node:path';
import { explainRules, nearMisses } from '../../config/explain-rules.ts';
import { configFolder, readConfig } from '../../config/find.ts';
import { pathSeen } from '../../config/match.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { formatForPath, formatNameForPath } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { decodeMetadata } from '../../sops/decode-metadata.ts';
import { compileSelector } from '../../sops/selector.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { readConfiguration } from '../configuration.ts';
import { recipientNames } from '../recipient-names.ts';
import { chooseConfiguration } from './chosen-configuration.ts';
import { differencesOf } from './differences.ts';
import type { ChosenConfiguration, Explanation, PolicyView, RuleVerdict } from './explanation.ts';
import { policyView } from './policy-view.ts';
import { faultsOf, leafViews, valuesView } from './values-view.ts';

export interface ExplainRequest {
  /** As typed; need not exist. */
  readonly file: string;
  /** `--config`. */
  readonly config: string | null;
  /** The content, where it is not the file's: from standard input. */
  readonly content: Uint8Array | null;
}

/** Finds out how a file is, or would be, encrypted. Throws `config.*` for a configuration that cannot be read. */
export async function explainFile(system: System, request: ExplainRequest): Promise<Explanation> {
  const { file } = request;
  const problems: string[] = [];
  const content = contentOf(system, request, problems);
  const chosen = chooseConfiguration(system, file, request.config);
  const state = content === null ? (problems.length === 0 ? 'missing' : 'unreadable') : 'plain';
  const nothing: Explanation = {
    file,
    state,
    configuration: chosen,
    path: null,
    rules: [],
    rule: null,
    policy: null,
    values: null,
    faults: [],
    differences: [],
    nearMisses: [],
    problems,
  };
  return chosen === null ? nothing : explainBy(system, chosen, request, content, nothing);
}

async function explainBy(
  system: System,
  chosen: ChosenConfiguration,
  { file }: ExplainRequest,
  content: Uint8Array | null,
  nothing: Explanation,
): Promise<Explanation> {
  const bytes = readConfig(system.files, chosen.file);
  const { config } = await readConfiguration(system, chosen.file, bytes);
  const seen = pathSeen(path.resolve(system.files.cwd, file), {
    folder: configFolder(system.files, chosen.file),
    platform: system.platform,
  });
  const explained = await explainRules(config, seen);
  const winner = explained.find(({ verdict }) => verdict === 'wins')?.rule ?? null;
  const rules = explained.map(({ rule, verdict, reason }): RuleVerdict => {
    const { index, place, pathRegex } = rule;
    return { number: index + 1, line: place.line ?? null, pathRegex, verdict, reason };
  });
  const known = { ...nothing, path: seen, rules };
  if (winner === null) {
    const near = await nearMisses(config, seen);
    return { ...known, nearMisses: near.map(({ path: at, rule }) => ({ path: at, rule: rule.index + 1 })) };
  }
  const names = await recipientNames(bytes);
  const problems = [...nothing.problems];
  const policy = policyView(winner, names, formatNameForPath(file) === 'binary', problems);
  const view = content === null ? {} : await contentView(file, content, policy, names, problems);
  return { ...known, rule: winner.index + 1, policy, problems, ...view };
}

/** What the rule does to the values, and how an encrypted file differs from it. */
async function contentView(
  file: string,
  content: Uint8Array,
  policy: PolicyView,
  names: ReadonlyMap<string, string>,
  problems: string[],
): Promise<Partial<Explanation>> {
  try {
    const format = await formatForPath(file);
    const sealed = readOrNull(() => format.parseSealed(content));
    const block = sealed?.metadata ?? null;
    const document = block === null || sealed === null ? format.parse(content) : sealed;
    const selector = await compileSelector(policy.selector);
    const leaves = leafViews(document, selector);
    const values = valuesView(document, leaves);
    const faults = faultsOf(leaves, policy.selector);
    if (block === null) return { state: 'plain', values, faults };
    const metadata = decodeMetadata(block, keySources);
    return {
      state: 'encrypted',
      values,
      faults,
      differences: differencesOf(metadata, policy, leaves, names),
    };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const line = error.place?.line === undefined ? '' : ` in line ${error.place.line}`;
    problems.push(`the file cannot be looked into${line}: ${error.message}`);
    return { state: 'unreadable' };
  }
}

/** A binary file is JSON only when it is encrypted. */
function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

function contentOf(system: System, { file, content }: ExplainRequest, problems: string[]): Uint8Array | null {
  if (content !== null) return content;
  const full = path.resolve(system.files.cwd, file);
  const status = system.files.status(full);
  if (status === null) return null;
  if (status.kind === 'file') return system.files.read(full);
  if (status.kind === 'directory')
    throw new SopskitError('usage.invalid', `${printablePath(file)} is a folder, not a file`, {
      hint: 'Name a file of it, which need not exist.',
    });
  problems.push('this is not a regular file');
  return null;
}
