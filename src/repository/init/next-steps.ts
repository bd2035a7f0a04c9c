import path from 'node:path';
import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import type { OwnKey } from './own-key.ts';
import { shownPath, typedPath } from './shown-path.ts';
import type { NextStep } from './step.ts';

export interface Outlook {
  readonly key: OwnKey | null;
  /** Absolute path of a file that the rule takes, such as `/r/secret.yaml`. */
  readonly example: string;
  /** Files that were set up and belong into git, from its root. */
  readonly commits: readonly string[];
  /** The root of the repository, absolute; `null`: there is none. */
  readonly top: string | null;
  /** Whether git refuses plaintext from now on. */
  readonly hook: boolean;
}

/** Returns what a user should do once a repository is set up. */
export function nextSteps(system: System, { key, example, commits, top, hook }: Outlook): NextStep[] {
  const steps: NextStep[] = [];
  if (key?.file != null && !key.found) {
    steps.push({
      says: 'Tell sops and sopskit where the key is (in your shell profile)',
      command: `export SOPS_AGE_KEY_FILE=${shellWord(key.file)}`,
    });
  }
  if (key?.file != null) {
    steps.push({
      says: `Keep a copy of ${shownPath(system, key.file)} where you keep passwords: without it nobody opens the files`,
      command: null,
    });
  }
  if (commits.length > 0 && top !== null)
    steps.push({ says: 'Commit what was set up', command: commitCommand(system, top, commits) });
  steps.push(...writeSteps(system, example));
  if (!hook) steps.push({ says: 'Look for readable secrets', command: 'sopskit check' });
  steps.push({
    says: 'Give Flux a key of its own; its public half goes into .sops.yaml (docs/getting-started.md)',
    command:
      'sopskit keys generate --output ~/cluster.agekey && sopskit keys install --identity-file ~/cluster.agekey',
  });
  return steps;
}

/** From the current folder where it lies in the repository, else with the repository named. */
function commitCommand(system: System, top: string, commits: readonly string[]): string {
  const here = system.files.realPath(system.files.cwd) ?? system.files.cwd;
  const up = path.relative(here, top);
  const isInside = !path.relative(top, here).startsWith('..') && !path.isAbsolute(up);
  const git = isInside ? 'git' : `git -C ${shellWord(top)}`;
  const files = commits.map((file) => shellWord(isInside ? path.join(up, file) : file)).join(' ');
  return `${git} add ${files} && ${git} commit`;
}

/** A Secret goes to a name that the rule takes; `secret create` finds one by itself in the current folder only. */
function writeSteps(system: System, example: string): NextStep[] {
  const file = typedPath(system, path.join(path.dirname(example), named(path.basename(example))));
  const isHere = file === path.basename(file);
  const encrypt = { says: 'Encrypt a file that you have', command: `sopskit encrypt -i ${shellWord(file)}` };
  if (!/\.(?:ya?ml|json)$/.test(example)) return [encrypt];
  const output = isHere && !example.endsWith('.json') ? '' : ` --output ${shellWord(file)}`;
  return [
    { says: 'Write a Secret', command: `sopskit secret create NAME --prompt KEY${output}` },
    { ...encrypt, says: 'Encrypt a manifest that you have' },
  ];
}

function named(example: string): string {
  return example.replace(/^secret/, 'NAME');
}
