import nodePath from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import { LintFiles } from '../../../flux/lint/lint-files.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import type { Workspace } from '../../../flux/workspace.ts';
import { findIdentities, identitiesIn } from '../../../keys/age/find-identities.ts';
import type { FoundIdentity } from '../../../keys/age/found-identity.ts';
import { ageSourceHolding } from '../../../keys/age/held-source.ts';
import type { KeySource } from '../../../keys/key-source.ts';
import { keySources } from '../../../keys/registry.ts';
import type { Git } from '../../../repository/git/git.ts';
import { splitAtNul } from '../../../repository/git/raw-diff.ts';
import { recipientNames } from '../../../repository/recipient-names.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import { pathText, printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import type { OverlapRequest, OverlapTarget } from './overlap.ts';
import { identitiesOfOutput } from './replacing-identity.ts';
import { type Survey, surveyTree } from './survey.ts';

/** The repository that a rotation works in. */
export interface RotationTree {
  readonly git: Git;
  /** Its top, absolute. */
  readonly top: string;
  readonly snapshot: Snapshot;
  readonly survey: Survey;
  readonly models: OverlapRequest['models'];
}

/**
 * Reads it. `isGiven`: whether contexts were given, so that the clusters themselves tell what they decrypt where the
 * repository does not. Throws `git.no-repository`, `flux.*`.
 */
export async function readTree(
  system: System,
  workspace: Workspace,
  isGiven: boolean,
): Promise<RotationTree> {
  const { git } = workspace;
  if (git === null || git.top === null)
    throw new SopskitError(
      'git.no-repository',
      'a rotation is a commit, and there is no working tree of a git repository here',
      { hint: 'Run it inside a clone of the repository that the clusters follow.' },
    );
  const snapshot = await workspace.snapshot(null);
  const survey = await surveyTree(system, snapshot);
  const clusters = await clustersIn(workspace, snapshot, isGiven || !survey.hasFlux);
  const files = new LintFiles();
  const models = [];
  for (const one of clusters) models.push({ model: one, decryptions: await findDecryptions(one, files) });
  return { git, top: git.top, snapshot, survey, models };
}

/** A repository that is none of Flux has no clusters; one whose entry is not found has some that are not known. */
async function clustersIn(
  workspace: Workspace,
  snapshot: Snapshot,
  mayHaveNone: boolean,
): Promise<readonly ClusterModel[]> {
  try {
    return (await workspace.model(snapshot)).clusters;
  } catch (error) {
    if (mayHaveNone && error instanceof SopskitError && error.code === 'flux.no-entry') return [];
    throw error;
  }
}

/** Refuses to go on where a file that names the old recipient cannot be read. Throws `cluster-key.refused`. */
export function requireReadable({ survey }: RotationTree, old: string): void {
  for (const { path, message, bytes } of survey.unreadable) {
    if (bytes !== null && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(old))
      continue;
    const what = bytes === null ? 'may name' : 'names';
    throw new SopskitError(
      'cluster-key.refused',
      `${printablePath(path)} ${what} the key that is replaced, and cannot be read: ${message}`,
      { hint: 'Restore the file from git, or make it readable. Nothing was changed.' },
    );
  }
}

/** The age identities of this machine, and those of a file that `--output` names, each once. The caller wipes them. */
export async function identitiesHere(
  system: System,
  output: string | null,
): Promise<readonly FoundIdentity[]> {
  const { found, problems } = await findIdentities(system, { runCommands: true });
  for (const problem of problems) system.warn(problem);
  const known = new Set(found.map(({ recipient }) => recipient));
  const others = (await identitiesOfOutput(system, output)).filter((one) => {
    if (!known.has(one.recipient)) return true;
    one.text.wipe();
    return false;
  });
  return [...found, ...others];
}

/**
 * Refuses a working tree that lacks files which git has in it and which name the old recipient: they would stay as they
 * are, and the clusters go on to need the old key. Throws `cluster-key.refused`, `git.*`.
 */
export async function requireCheckedOut(
  { files }: System,
  { git, top }: RotationTree,
  old: string,
): Promise<void> {
  const { stdout } = await git.run(['grep', '--cached', '-l', '-z', '-F', '-e', old], { statuses: [1] });
  const lacking = splitAtNul(stdout)
    .map(pathText)
    .filter((file) => files.kindOf(nodePath.join(top, file)) === null);
  const [first] = lacking;
  if (first === undefined) return;
  const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : '';
  throw new SopskitError(
    'cluster-key.refused',
    `${printablePath(first)}${more} names the key that is replaced, and is not in the working tree`,
    {
      hint: 'Check it out (git restore; git sparse-checkout disable), or commit that it is gone. It would go on to need the old key.',
    },
  );
}

/** Refuses a repository in which git makes no commit of some files alone. Throws `cluster-key.refused`, `git.*`. */
export async function requireNoMerge({ git }: RotationTree): Promise<void> {
  for (const [head, name] of [
    ['MERGE_HEAD', 'merge'],
    ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ] as const) {
    const { status } = await git.run(['rev-parse', '--quiet', '--verify', head], { statuses: [1] });
    if (status === 0)
      throw new SopskitError('cluster-key.refused', `a ${name} is in progress`, {
        hint: `Finish it first: git ${name} --continue, or --abort.`,
      });
  }
}

/** What files are opened with: keys of this machine, and those of the clusters' Secrets, in memory. */
export async function openingSources(
  system: System,
  targets: readonly OverlapTarget[],
  here: readonly FoundIdentity[],
): Promise<{ readonly sources: readonly KeySource[]; wipe(): void }> {
  const texts = here.map(({ text }) => text);
  const own: FoundIdentity[] = [];
  for (const { secret } of targets)
    for (const { use, name, value } of secret.entries) {
      if (use !== 'age') continue;
      const bytes = value.lend((lent) => lent.slice());
      own.push(...(await identitiesIn(system, bytes, { place: name, file: null })).found);
      bytes.fill(0);
    }
  const age = ageSourceHolding([...texts, ...own.map(({ text }) => text)]);
  return {
    sources: keySources.map((source) => (source.name === 'age' ? age : source)),
    wipe: () => {
      for (const { text } of own) text.wipe();
    },
  };
}

/** What `.sops.yaml` files call recipients. */
export async function namesOf({ configurations }: Survey): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const bytes of configurations.values())
    for (const [id, name] of await recipientNames(bytes)) if (!names.has(id)) names.set(id, name);
  return names;
}

/** Paths, from the top, of files that a commit in the history of `HEAD` took a text into or out of. */
export async function formerlyNaming(git: Git, text: string): Promise<ReadonlySet<string>> {
  const { stdout, status } = await git.run(
    ['log', '--format=', '--name-only', '--no-renames', '-z', `-S${text}`, 'HEAD', '--'],
    { statuses: [128] },
  );
  if (status !== 0) return new Set();
  return new Set(splitAtNul(stdout).map((name) => pathText(name).replace(/^\n+/, '')));
}
