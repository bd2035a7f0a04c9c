import path from 'node:path';
import { compileRegex } from '../../config/regex.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { withRules } from './append-rules.ts';
import { configText, type NamedRecipient, type RuleWish, ruleLines } from './config-text.ts';
import { type Coverage, coverageOf, type ExistingConfig, existingConfig } from './existing-config.ts';
import type { InitOptions } from './init-options.ts';
import { lineOf, ruleNotes } from './rule-notes.ts';
import { ruleWishes, wishesText } from './rule-wishes.ts';
import { shownPath } from './shown-path.ts';
import type { Step } from './step.ts';

export interface ConfigStep {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** Whether a rule is missing that `addRule` would add, and was not asked to. */
  readonly missing: boolean;
  /** Whether the file is not there yet. */
  readonly isNew: boolean;
  /** Absolute path of a new file that a rule takes, such as `/r/secret.yaml`. */
  readonly example: string;
}

/**
 * Plans the `.sops.yaml`: a new one in `newFolder`, or what one that is there lacks. A file that is there is never written
 * over; rules are added to it only when that was asked for. Throws `config.*`, `usage.conflict` for a symbolic link.
 */
export async function configStep(
  system: System,
  options: InitOptions,
  recipients: readonly NamedRecipient[],
  top: string | null,
  newFolder: string,
): Promise<ConfigStep> {
  if (options.pathRegex !== null)
    await compileRegex(options.pathRegex, { code: 'usage.invalid', name: '--path-regex' });
  const existing = await existingConfig(system, options.folder, top);
  if (existing === null) return newConfig(system, options, recipients, newFolder);
  const wishes = ruleWishes(options, recipients, path.dirname(existing.file));
  const found: { readonly wish: RuleWish; readonly coverage: Coverage }[] = [];
  const missing: RuleWish[] = [];
  for (const wish of wishes) {
    const coverage = await coverageOf(existing, wish, options);
    if (coverage === null) missing.push(wish);
    else found.push({ wish, coverage });
  }
  const shown = shownPath(system, existing.file);
  const added = missing.length === 0 ? null : await addedRules(system, options, existing, missing, shown);
  return {
    steps: [
      ...found.map(({ coverage }) => ({
        says: `${shown} has a rule for ${coverage.example}${lineOf(coverage)}`,
        run: null,
      })),
      ...(added?.step == null ? [] : [added.step]),
    ],
    notes: [
      ...new Set(found.flatMap(({ coverage, wish }) => ruleNotes(coverage, wish, shown))),
      ...(added === null ? unusedNotes(options, shown) : added.notes),
    ],
    missing: added !== null && added.step === null,
    isNew: false,
    example: found[0]?.coverage.file ?? path.join(options.folder, 'secret.yaml'),
  };
}

function newConfig(
  system: System,
  options: InitOptions,
  recipients: readonly NamedRecipient[],
  folder: string,
): ConfigStep {
  const file = path.join(folder, '.sops.yaml');
  refuseLink(system, file);
  const wishes = ruleWishes(options, recipients, folder);
  const run = async (): Promise<void> => system.files.replace(file, Buffer.from(configText(wishes), 'utf8'));
  const notes =
    system.files.status(path.join(folder, '.sops.yml')) === null
      ? []
      : [
          `There is a .sops.yml, which sops does not read: the file must be called .sops.yaml. Move what you need from it.`,
        ];
  return {
    steps: [
      {
        says: `write ${shownPath(system, file)}: ${wishesText(wishes)}`,
        run,
        check: () => system.files.checkReplaceable(file),
      },
    ],
    notes,
    missing: false,
    isNew: true,
    example: path.join(options.folder, 'secret.yaml'),
  };
}

async function addedRules(
  system: System,
  options: InitOptions,
  existing: ExistingConfig,
  wishes: readonly RuleWish[],
  shown: string,
): Promise<{ readonly step: Step | null; readonly notes: readonly string[] }> {
  const [one, what] = wishes.length === 1 ? ['this one', 'rule'] : ['these', 'rules'];
  if (!options.addRule) {
    const lines = wishes.flatMap(ruleLines).map((line) => `    ${line}`);
    const whatFor =
      options.pathRegex === null ? 'for the folder' : `with the path_regex ${options.pathRegex}`;
    const note = `${shown} has no rule ${whatFor}. --add-rule adds ${one} to its end:\n${lines.join('\n')}`;
    return { step: null, notes: [note] };
  }
  refuseLink(system, existing.file);
  const bytes = await withRules(system, existing, wishes);
  const run = async (): Promise<void> => system.files.replace(existing.file, bytes);
  const check = (): void => system.files.checkReplaceable(existing.file);
  const article = what === 'rule' ? 'a rule' : 'rules';
  return { step: { says: `add ${article} to ${shown}: ${wishesText(wishes)}`, run, check }, notes: [] };
}

/** Flags that say what a new rule is to be, where none is missing. */
function unusedNotes(options: InitOptions, shown: string): string[] {
  const unused = [
    ...(options.addRule ? ['--add-rule'] : []),
    ...(options.keyNameGiven ? ['--key-name'] : []),
  ];
  if (unused.length === 0) return [];
  return [
    `No rule is missing in ${shown}, so that ${unused.join(' and ')} ${unused.length === 1 ? 'has' : 'have'} no effect: change the file itself.`,
  ];
}

/** What a link leads to may belong to another repository, and git keeps the link alone. */
function refuseLink({ files }: System, file: string): void {
  if (files.kindOf(file) !== 'symlink') return;
  throw new SopskitError('usage.conflict', 'it is a symbolic link, which is not written through', {
    place: { file },
    hint: `Change ${files.readLink(file) ?? 'the file'} itself, or replace the link by a file of its own.`,
  });
}
