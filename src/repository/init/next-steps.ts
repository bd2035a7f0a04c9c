import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import { shownPath } from './config-step.ts';
import type { OwnKey } from './own-key.ts';
import type { NextStep } from './step.ts';

export interface Outlook {
  readonly key: OwnKey | null;
  /** A name that the rule takes, such as `secret.yaml`. */
  readonly example: string;
  /** Files that were set up and belong into git, as the user would type them. */
  readonly commits: readonly string[];
  /** Whether git refuses plaintext from now on. */
  readonly hook: boolean;
}

/** Returns what a user should do once a repository is set up. */
export function nextSteps(system: System, { key, example, commits, hook }: Outlook): NextStep[] {
  const ending = example.slice('secret'.length);
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
  if (commits.length > 0) {
    const files = commits.map(shellWord).join(' ');
    steps.push({ says: 'Commit what was set up', command: `git add ${files} && git commit` });
  }
  steps.push(
    { says: 'Write a Secret', command: 'sopskit secret create NAME --prompt KEY' },
    { says: 'Encrypt a manifest that you have', command: `sopskit encrypt -i NAME${ending}` },
  );
  if (!hook) steps.push({ says: 'Look for readable secrets', command: 'sopskit check' });
  steps.push({
    says: 'Give Flux a key of its own; its public half goes into .sops.yaml (docs/getting-started.md)',
    command:
      'sopskit keys generate --output ~/cluster.agekey && kubectl create secret generic sops-age -n flux-system --from-file=age.agekey=$HOME/cluster.agekey',
  });
  return steps;
}
