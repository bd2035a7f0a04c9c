import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { encodeText, fromByteText, toByteText } from '../../formats/byte-text.ts';
import type { System } from '../../system/system.ts';
import { checkCreatable } from '../creatable.ts';
import type { Git } from '../git/git.ts';
import { attributeLines, usualPatterns } from './attribute-lines.ts';
import { type DiffView, driverSettings, sections } from './drivers.ts';
import { blockIndex, findHook, hookLines } from './hook-file.ts';
import { type HookName, hookNames } from './hook-names.ts';
import { hasBlock, hasOpenBlock, openBlock, withBlock, withoutBlock } from './marked-block.ts';
import { sectionSteps, settingStep } from './setting-steps.ts';
import { kept, type SetupStep } from './setup-step.ts';
import { onPath, type ShellProgram } from './shell-program.ts';

export interface InstallOptions {
  /** Tried in this order; the first is what the drivers run. */
  readonly programs: readonly [ShellProgram, ...ShellProgram[]];
  readonly view: DiffView;
  readonly hook: boolean;
  /** Keep the attributes in `.git/info/attributes`, for this clone only. Default: `.gitattributes`, to be committed. */
  readonly localAttributes?: boolean;
  /** Patterns of `.gitattributes`. Default: `usualPatterns` and the encrypted files that they do not cover. */
  readonly patterns?: readonly string[];
}

export type { SetupStep } from './setup-step.ts';

/**
 * Plans what `git install` changes in a repository, without a change. Throws `git.failed` where something of the user's is
 * in the way.
 */
export async function planInstall(system: System, git: Git, options: InstallOptions): Promise<SetupStep[]> {
  const [program] = options.programs;
  const steps: SetupStep[] = [];
  for (const setting of driverSettings(program, options.view)) steps.push(await settingStep(git, setting));
  const attributes = attributesFile(git, options.localAttributes === true);
  if (options.localAttributes !== true && system.files.kindOf(attributes) === 'symlink') throw behindLink();
  const lines = (await attributeLines(git, options.patterns ?? usualPatterns)).map(encodeText);
  // in front: what the user says of a file, such as `package-lock.json -diff`, comes later and counts
  steps.push(fileStep(system, git, attributes, (text) => withBlock(text, lines, 0), 0o644));
  if (options.hook)
    for (const hook of hookNames) steps.push(await hookStep(system, git, hook, options.programs));
  return steps;
}

/** Plans how to take all of it back: files and settings are then, byte for byte, what they were. */
export async function planUninstall(system: System, git: Git): Promise<SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const section of sections) steps.push(...(await sectionSteps(git, section)));
  const hooks: string[] = [];
  for (const hook of hookNames) hooks.push((await findHook(git, system, hook)).file);
  for (const name of [attributesFile(git, false), attributesFile(git, true), ...hooks]) {
    const text = readText(system, name);
    if (text !== null && (hasBlock(text) || hasOpenBlock(text)))
      steps.push(fileStep(system, git, name, () => withoutBlock(text), 0o644));
  }
  return steps;
}

function attributesFile(git: Git, local: boolean): string {
  return local
    ? path.join(git.commonFolder, 'info', 'attributes')
    : path.join(git.top ?? git.folder, '.gitattributes');
}

async function hookStep(
  system: System,
  git: Git,
  hook: HookName,
  programs: readonly ShellProgram[],
): Promise<SetupStep> {
  const { file, refusal } = await findHook(git, system, hook);
  if (refusal !== null) return { ...kept(`${shown(git, file)}: ${refusal}`), kind: 'left' };
  const lines = hookLines(isInWorkTree(git, file) ? [onPath('sopskit')] : programs, hook).map(encodeText);
  const write = (text: string | null): string =>
    text === null ? `#!/bin/sh\n${withBlock(null, lines)}` : withBlock(text, lines, blockIndex(text));
  return fileStep(system, git, file, write, 0o755);
}

/** Whether a hook may be committed: paths of this machine do not belong in it. */
function isInWorkTree({ top, commonFolder }: Git, file: string): boolean {
  const isBelow = (folder: string): boolean => !path.relative(folder, file).startsWith('..');
  return top !== null && isBelow(top) && !isBelow(commonFolder);
}

/** `change` gets the text, one character a byte, or `null` for no file; and returns the like. */
function fileStep(
  system: System,
  git: Git,
  file: string,
  change: (text: string | null) => string | null,
  mode: number,
): SetupStep {
  const before = readText(system, file);
  const says = shown(git, file);
  if (before !== null && hasOpenBlock(before)) return { ...kept(`${says}: ${openBlock}`), kind: 'left' };
  const after = change(before);
  if (after === before) return kept(says);
  return {
    kind: after === null ? 'remove' : 'write',
    says,
    check: () => checkCreatable(system, file),
    async run() {
      if (after === null) return system.files.remove(file);
      system.files.makeFolder(path.dirname(file), 0o755);
      system.files.replace(file, fromByteText(after), mode);
    },
  };
}

function readText({ files }: System, file: string): string | null {
  const bytes = files.read(file);
  return bytes === null ? null : toByteText(bytes);
}

/** git would not read it, and what is written there would land elsewhere. */
function behindLink(): SopskitError {
  return new SopskitError('git.failed', '.gitattributes is a symlink, which git does not follow', {
    hint: 'Make it a file, or keep the attributes in this clone: sopskit git install --local.',
  });
}

/** A path as the user knows it: from the top where it lies below. */
function shown({ top }: Git, file: string): string {
  const inside = top === null ? '..' : path.relative(top, file);
  return inside.startsWith('..') ? file : inside;
}
