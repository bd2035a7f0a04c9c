import path from 'node:path';
import { encodeText, fromByteText, toByteText } from '../../formats/byte-text.ts';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import { attributeLines, usualPatterns } from './attribute-lines.ts';
import { type DiffView, driverSettings, type Setting, sections } from './drivers.ts';
import { blockIndex, findHook, hookLines } from './hook-file.ts';
import { hasBlock, withBlock, withoutBlock } from './marked-block.ts';
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

/** One change of the set-up, or what stays as it is. */
export interface SetupStep {
  /** `kept`: it is so already. `left`: it cannot be done here; `says` has the reason. */
  readonly kind: 'set' | 'write' | 'remove' | 'kept' | 'left';
  /** What, in one line: a setting with its value, a file. */
  readonly says: string;
  run(): Promise<void>;
}

/** Plans what `git install` changes in a repository, without a change. */
export async function planInstall(system: System, git: Git, options: InstallOptions): Promise<SetupStep[]> {
  const [program] = options.programs;
  const steps: SetupStep[] = [];
  for (const setting of driverSettings(program, options.view)) steps.push(await settingStep(git, setting));
  const attributes = attributesFile(git, options.localAttributes === true);
  const lines = (await attributeLines(git, options.patterns ?? usualPatterns)).map(encodeText);
  // in front: what the user says of a file, such as `package-lock.json -diff`, comes later and counts
  steps.push(fileStep(system, git, attributes, (text) => withBlock(text, lines, 0), 0o644));
  if (options.hook) steps.push(await hookStep(system, git, options.programs));
  return steps;
}

/** Plans how to take all of it back: files and settings are then, byte for byte, what they were. */
export async function planUninstall(system: System, git: Git): Promise<SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const section of sections) steps.push(...(await sectionSteps(git, section)));
  const { file } = await findHook(git, system);
  for (const name of [attributesFile(git, false), attributesFile(git, true), file]) {
    const text = readText(system, name);
    if (text !== null && hasBlock(text))
      steps.push(fileStep(system, git, name, () => withoutBlock(text), 0o644));
  }
  return steps;
}

function attributesFile(git: Git, local: boolean): string {
  return local
    ? path.join(git.commonFolder, 'info', 'attributes')
    : path.join(git.top ?? git.folder, '.gitattributes');
}

async function settingStep(git: Git, { name, value }: Setting): Promise<SetupStep> {
  const { stdout, status } = await git.run(['config', '--local', '-z', '--get-all', name], { statuses: [1] });
  const says = `${name} = ${value}`;
  if (status === 0 && Buffer.from(stdout).toString('utf8') === `${value}\0`) return kept(says);
  return {
    kind: 'set',
    says,
    run: async () => void (await git.run(['config', '--local', '--replace-all', name, value])),
  };
}

/** Settings that somebody added to a section of ours stay, and the section with them. */
async function sectionSteps(git: Git, section: string): Promise<SetupStep[]> {
  const names = `^${section.replaceAll('.', '\\.')}\\.`;
  const { text } = await git.run(['config', '--local', '--name-only', '--get-regexp', names], {
    statuses: [1],
  });
  const there = [...new Set(text.split('\n').filter((name) => name !== ''))];
  const own = new Set(driverSettings({ words: '', test: '' }, 'plaintext').map(({ name }) => name));
  const ours = there.filter((name) => own.has(name));
  if (ours.length === 0) return [];
  const run = (args: readonly string[]) => async (): Promise<void> =>
    void (await git.run(['config', '--local', ...args]));
  if (ours.length === there.length)
    return [{ kind: 'remove', says: `the settings ${section}.*`, run: run(['--remove-section', section]) }];
  return ours.map((name) => ({ kind: 'remove' as const, says: name, run: run(['--unset-all', name]) }));
}

async function hookStep(system: System, git: Git, programs: readonly ShellProgram[]): Promise<SetupStep> {
  const { file, refusal } = await findHook(git, system);
  if (refusal !== null) return { ...kept(`${shown(git, file)}: ${refusal}`), kind: 'left' };
  const lines = hookLines(isInWorkTree(git, file) ? [onPath('sopskit')] : programs).map(encodeText);
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
  const after = change(before);
  const says = shown(git, file);
  if (after === before) return kept(says);
  return {
    kind: after === null ? 'remove' : 'write',
    says,
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

function kept(says: string): SetupStep {
  return { kind: 'kept', says, run: async () => undefined };
}

/** A path as the user knows it: from the top where it lies below. */
function shown({ top }: Git, file: string): string {
  const inside = top === null ? '..' : path.relative(top, file);
  return inside.startsWith('..') ? file : inside;
}
