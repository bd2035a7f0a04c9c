import path from 'node:path';
import type { CreationRule } from '../../config/config.ts';
import { compileRegex } from '../../config/regex.ts';
import { defaultSelector } from '../../config/selector.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import {
  configText,
  type NamedRecipient,
  type RuleWish,
  ruleLines,
  ruleTree,
  secretValuesRegex,
} from './config-text.ts';
import { type Coverage, coverageOf, type ExistingConfig, existingConfig } from './existing-config.ts';
import type { InitOptions } from './init-options.ts';
import { pathRegexFor } from './path-regex.ts';
import type { Step } from './step.ts';

export interface ConfigStep {
  /** `null` where a rule is missing and none is to be added. */
  readonly step: Step | null;
  readonly notes: readonly string[];
  /** Absolute path of the configuration. */
  readonly file: string;
  /** Whether a rule is missing that `addRule` would add. */
  readonly missing: boolean;
  /** Whether the file is not there yet. */
  readonly isNew: boolean;
  /** A name for a new file that a rule takes, such as `secret.yaml`. */
  readonly example: string;
}

/**
 * Plans the `.sops.yaml`: a new one at the top of the repository (or in the folder), or what one that is there lacks. A
 * file that is there is never written over; a rule is added to it only when that was asked for.
 */
export async function configStep(
  system: System,
  options: InitOptions,
  recipients: readonly NamedRecipient[],
  top: string | null,
): Promise<ConfigStep> {
  if (options.pathRegex !== null)
    await compileRegex(options.pathRegex, { code: 'usage.invalid', name: '--path-regex' });
  const existing = await existingConfig(system, options.folder, top);
  if (existing === null) return newConfig(system, options, recipients, top ?? options.folder);
  const coverage = await coverageOf(existing, options.folder);
  const shown = shownPath(system, existing.file);
  if (coverage === null) return missingRule(system, options, existing, recipients, shown);
  return {
    step: { says: `${shown} has a rule for ${coverage.example}${lineOf(coverage)}`, run: null },
    notes: lacks(coverage, recipients, shown),
    file: existing.file,
    missing: false,
    isNew: false,
    example: coverage.example,
  };
}

function newConfig(
  system: System,
  options: InitOptions,
  recipients: readonly NamedRecipient[],
  folder: string,
): ConfigStep {
  const file = path.join(folder, '.sops.yaml');
  const wish = wishFor(options, recipients, folder);
  const run = async (): Promise<void> => system.files.replace(file, Buffer.from(configText(wish), 'utf8'));
  const notes =
    system.files.status(path.join(folder, '.sops.yml')) === null
      ? []
      : [
          `There is a .sops.yml, which sops does not read: the file must be called .sops.yaml. Move what you need from it.`,
        ];
  return {
    step: { says: `write ${shownPath(system, file)}: ${ruleText(wish)}`, run },
    notes,
    file,
    missing: false,
    isNew: true,
    example: 'secret.yaml',
  };
}

async function missingRule(
  system: System,
  options: InitOptions,
  existing: ExistingConfig,
  recipients: readonly NamedRecipient[],
  shown: string,
): Promise<ConfigStep> {
  const wish = wishFor(options, recipients, path.dirname(existing.file));
  const common = { file: existing.file, missing: true, isNew: false, example: 'secret.yaml' };
  if (!options.addRule) {
    const lines = ruleLines(wish).map((line) => `    ${line}`);
    const note = `${shown} has no rule for the folder. --add-rule adds this one to its end:\n${lines.join('\n')}`;
    return { ...common, step: null, notes: [note] };
  }
  const bytes = await withRule(system, existing, wish);
  const run = async (): Promise<void> => system.files.replace(existing.file, bytes);
  return { ...common, step: { says: `add a rule to ${shown}: ${ruleText(wish)}`, run }, notes: [] };
}

/** The rule goes to the end, where it takes no file away from another; every other line stays. */
async function withRule(
  system: System,
  { file, configuration }: ExistingConfig,
  wish: RuleWish,
): Promise<Uint8Array> {
  const bytes = system.files.read(file) ?? new Uint8Array(0);
  const { creationRules } = configuration.config;
  if (isBlank(bytes)) return Buffer.concat([bytes, Buffer.from(configText(wish), 'utf8')]);
  return named(bytes, await appended(bytes, creationRules, wish), wish);
}

async function appended(
  bytes: Uint8Array,
  creationRules: readonly CreationRule[] | null,
  wish: RuleWish,
): Promise<Uint8Array> {
  const { yamlFormat } = await import('../../formats/yaml/yaml-format.ts');
  const document = yamlFormat.parse(bytes);
  const rule = ruleTree(wish);
  if (creationRules === null || creationRules.length === 0) {
    const value = { kind: 'sequence' as const, items: [rule] };
    return document.edit([{ kind: 'put', branch: 0, path: ['creation_rules'], value }], { indent: 2 });
  }
  // an index behind the last item appends, comments among them counted
  return document.edit([{ kind: 'put', branch: 0, path: ['creation_rules', 1_000_000], value: rule }], {
    indent: 2,
  });
}

/** Puts the names behind the recipients of the new rule; a comment in the tree would get a line of its own. */
function named(before: Uint8Array, after: Uint8Array, { recipients }: RuleWish): Uint8Array {
  const old = Buffer.from(before).toString('utf8');
  let text = Buffer.from(after).toString('utf8');
  let start = 0;
  while (start < old.length && old[start] === text[start]) start += 1;
  for (const { recipient, name } of recipients) {
    const at = text.indexOf(`- ${recipient}\n`, start);
    const end = at + `- ${recipient}`.length;
    if (name !== null && at >= 0) text = `${text.slice(0, end)} # ${name}${text.slice(end)}`;
  }
  return Buffer.from(text, 'utf8');
}

function isBlank(bytes: Uint8Array): boolean {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every((line) => /^\s*(?:#|$)/.test(line));
}

function wishFor(options: InitOptions, recipients: readonly NamedRecipient[], folder: string): RuleWish {
  const { preset } = options;
  const pathRegex = options.pathRegex ?? pathRegexFor(folder, options.folder, preset);
  return { pathRegex, preset, recipients };
}

function ruleText({ pathRegex, preset, recipients }: RuleWish): string {
  const files = pathRegex === null ? 'every file' : `files that match ${pathRegex}`;
  const values = preset === 'kubernetes' ? 'the values of Secrets' : 'all values';
  return `${values} in ${files}, for ${recipients.length === 1 ? 'one key' : `${recipients.length} keys`}`;
}

/** What a rule that is there does otherwise than a new one would. */
function lacks(coverage: Coverage, recipients: readonly NamedRecipient[], shown: string): string[] {
  const { rule, keys, encryptsValues, encryptsKind, example } = coverage;
  const where = `The rule${lineOf(coverage)} of ${shown}`;
  const missing = recipients.filter(({ recipient }) => !keys.has(recipient));
  const notes = missing.map(({ recipient, name, isNew }) => {
    const whom = isNew ? 'your new key' : `${recipient}${name === null ? '' : ` (${name})`}`;
    return `${where} does not encrypt for ${whom}. Whoever can open the files adds it there, and to the files: sopskit updatekeys FILE…`;
  });
  if (!encryptsValues)
    notes.push(
      `${where} leaves values of a Secret readable: its encrypted_regex should be ${secretValuesRegex}.`,
    );
  if (encryptsKind)
    notes.push(
      `${where} encrypts the kind and name of an object, too${Object.keys(rule.selectors).length === 0 ? ` (without a selector, all but what ends in ${defaultSelector.value} is)` : ''}: kubectl and Flux cannot read such a file. Give it encrypted_regex: ${secretValuesRegex}.`,
    );
  if (example !== 'secret.yaml')
    notes.push(`${where} takes files with names like ${example} only: give files with Secrets such names.`);
  return notes;
}

function lineOf({ rule }: Coverage): string {
  return rule.place.line === undefined ? '' : ` (line ${rule.place.line})`;
}

/** As the user would type it, from the current folder; for messages. */
export function shownPath(system: System, file: string): string {
  return printablePath(typedPath(system, file));
}

/** The same for a command, not yet quoted for a shell. */
export function typedPath(system: System, file: string): string {
  const relative = path.relative(system.files.cwd, file);
  return relative.startsWith('..') || relative === '' ? file : relative;
}
