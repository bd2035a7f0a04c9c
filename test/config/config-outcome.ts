import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Config } from '../../src/config/config.ts';
import type { RulePolicy } from '../../src/config/encryption-rule.ts';
import { policyOf, resolveRule } from '../../src/config/encryption-rule.ts';
import { configFolder, findConfig, readConfig, requestedConfig } from '../../src/config/find.ts';
import { matchRule, requireRule } from '../../src/config/match.ts';
import { combineSelectors } from '../../src/config/selector.ts';
import { exitStatusOf } from '../../src/errors/codes.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import type { KeySource, MasterKey } from '../../src/keys/key-source.ts';
import { compileSelector } from '../../src/sops/selector.ts';
import type { Files } from '../../src/system/files.ts';
import type { ConfigCase, ConfigOutcome } from './config-case.ts';
import { withRecipients } from './config-case.ts';
import { configOf } from './config-text.ts';
import { fakeSources } from './fake-sources.ts';
import { filesFrom } from './folder-files.ts';

/** A folder in which a case stands ready. */
export interface Stage {
  /** The folder the command runs in, as the shell names it. */
  readonly cwd: string;
  /** The file argument. */
  readonly file: string;
}

/** Lays a case out in a temporary folder, lends it, and removes it. */
export async function withStage<T>(one: ConfigCase, use: (stage: Stage) => T | Promise<T>): Promise<T> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'sopskit-config-')));
  try {
    const write = (file: string, text: string) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), withRecipients(text));
    };
    if (one.config !== null) write('.sops.yaml', one.config);
    for (const [file, text] of Object.entries(one.files ?? {})) write(file, text);
    for (const [link, target] of Object.entries(one.links ?? {}))
      fs.symlinkSync(target, path.join(root, link));
    const cwd = path.join(root, one.cwd ?? '');
    fs.mkdirSync(cwd, { recursive: true });
    const file = one.file ?? 'a.yaml';
    const target = `${cwd}/${file}`;
    fs.mkdirSync(path.dirname(path.resolve(target)), { recursive: true });
    if (!fs.existsSync(target)) fs.writeFileSync(target, '{"a": "b"}\n');
    return await use({ cwd, file });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

/** What sopskit makes of a case: all that `encrypt` does before it touches the file. */
export async function outcomeOf(one: ConfigCase): Promise<ConfigOutcome> {
  return withStage(one, async (stage) => {
    const files = filesFrom(stage.cwd, one.logicalCwd ? stage.cwd : fs.realpathSync(stage.cwd));
    try {
      return await resolve(one, files, path.resolve(files.cwd, stage.file));
    } catch (error) {
      if (error instanceof SopskitError) return { status: exitStatusOf[error.code], keys: [] };
      throw error;
    }
  });
}

async function resolve(one: ConfigCase, files: Files, file: string): Promise<ConfigOutcome> {
  const config = load(one, files);
  const explicit = one.age === undefined ? null : withRecipients(one.age);
  const found = await ruleFor(config, files, file, explicit);
  const selector = combineSelectors(one.selectors ?? {}, found.policy?.selector ?? null);
  await compileSelector(selector);
  const { groups, policy } = found;
  const threshold = policy?.shamirThreshold || groups.length;
  const sealable = groups.length < 2 || (threshold >= 2 && threshold <= groups.length);
  if (!sealable || groups.some((group) => group.length === 0)) return { status: 1, keys: [] };
  const ids = groups.map((group) => group.map((key) => key.id));
  const written = {
    groups: ids,
    ...(groups.length > 1 ? { threshold } : {}),
    selector: `${selector.kind}=${selector.value}`,
    macOnlyEncrypted: policy?.macOnlyEncrypted ?? false,
  };
  const onlyAge = groups.flat().every((key) => key.source === 'age');
  return { status: onlyAge ? 0 : 1, keys: ids.flat(), ...(onlyAge ? { written } : {}) };
}

function load(one: ConfigCase, files: Files): Config | null {
  const env = { get: () => one.env, all: () => ({}) };
  const file = requestedConfig(one.flag, env) ?? findConfig(files).path;
  return file === null ? null : configOf(new TextDecoder().decode(readConfig(files, file)), file);
}

interface Found {
  readonly groups: readonly (readonly MasterKey[])[];
  readonly policy: RulePolicy | null;
}

async function ruleFor(
  config: Config | null,
  files: Files,
  file: string,
  explicit: string | null,
): Promise<Found> {
  const age = fakeSources[0] as KeySource;
  const groups = explicit === null ? null : [age.parse(explicit)];
  if (config === null) {
    if (groups === null) throw new SopskitError('config.missing', 'no configuration and no recipients');
    return { groups, policy: null };
  }
  const outcome = await matchRule(config, file, { folder: configFolder(files, config.file) });
  if (groups !== null) return { groups, policy: outcome.rule === null ? null : policyOf(outcome.rule) };
  const rule = resolveRule(requireRule(config, outcome), fakeSources);
  return { groups: rule.keyGroups, policy: rule };
}
