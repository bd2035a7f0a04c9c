import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../git/git.ts';
import { driverSettings, isOwnValue, type Setting } from './drivers.ts';
import { kept, type SetupStep } from './setup-step.ts';

/** Throws `git.failed` where the user has a program of their own under that name. */
export async function settingStep(git: Git, { name, value }: Setting): Promise<SetupStep> {
  const values = await valuesOf(git, name);
  const says = `${name} = ${value}`;
  if (values.length === 1 && values[0] === value) return kept(says);
  if (!values.every((there) => isOwnValue(name, there)))
    throw new SopskitError('git.failed', `${name} is set already, and not by sopskit; it is left as it is`, {
      hint: `Give yours another name than sopskit, or remove it: git config --unset-all ${name}`,
    });
  return {
    kind: 'set',
    says,
    run: async () => void (await git.run(['config', '--local', '--replace-all', name, value])),
  };
}

/** Settings that somebody added to a section of ours stay, and the section with them. */
export async function sectionSteps(git: Git, section: string): Promise<SetupStep[]> {
  const names = `^${section.replaceAll('.', '\\.')}\\.`;
  const { text } = await git.run(['config', '--local', '--name-only', '--get-regexp', names], {
    statuses: [1],
  });
  const there = [...new Set(text.split('\n').filter((name) => name !== ''))];
  const own = new Set(driverSettings({ words: '', test: '' }, 'plaintext').map(({ name }) => name));
  const ours: string[] = [];
  for (const name of there)
    if (own.has(name) && (await valuesOf(git, name)).every((value) => isOwnValue(name, value)))
      ours.push(name);
  if (ours.length === 0) return [];
  const run = (args: readonly string[]) => async (): Promise<void> =>
    void (await git.run(['config', '--local', ...args]));
  if (ours.length === there.length)
    return [{ kind: 'remove', says: `the settings ${section}.*`, run: run(['--remove-section', section]) }];
  return ours.map((name) => ({ kind: 'remove' as const, says: name, run: run(['--unset-all', name]) }));
}

async function valuesOf(git: Git, name: string): Promise<string[]> {
  const { stdout } = await git.run(['config', '--local', '-z', '--get-all', name], { statuses: [1] });
  return Buffer.from(stdout).toString('utf8').split('\0').slice(0, -1);
}
