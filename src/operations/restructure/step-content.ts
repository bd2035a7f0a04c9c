import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { commitSnapshot } from '../../repository/snapshots.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';

export type Content = Uint8Array | null;

/** The files of a step as they are to be committed, and whether somebody's commits came in since they were planned. */
export interface StepContent {
  readonly edits: ReadonlyMap<string, Content>;
  readonly isMerged: boolean;
}

/**
 * Puts a step's edits on top of `HEAD`. A file that somebody changed since the steps were planned is merged, as git
 * merges files. Throws `restructure.refused` where both changed the same lines.
 */
export async function stepContent(
  system: System,
  git: Git,
  restructuring: Restructuring,
  index: number,
  base: string,
): Promise<StepContent> {
  const [planned, head] = await Promise.all([commitSnapshot(git, base), commitSnapshot(git, 'HEAD')]);
  const edits = new Map<string, Content>();
  for (const [file, wanted] of restructuring.steps[index]?.edits ?? []) {
    const before = await plannedContent(restructuring, index, file, planned);
    const current = await head.read(file);
    edits.set(file, await mergeContent(system, git, file, { current, before, wanted }));
  }
  return { edits, isMerged: await hasStrangers(git, base, restructuring.id) };
}

/** What a file holds before a step, if nobody but the steps changes it. */
async function plannedContent(
  { steps }: Restructuring,
  index: number,
  file: string,
  base: Snapshot,
): Promise<Content> {
  for (let at = index - 1; at >= 0; at--) {
    const edited = steps[at]?.edits.get(file);
    if (edited !== undefined) return edited;
  }
  return base.read(file);
}

/** Whether commits without this restructuring's trailer came in since its steps were planned. */
async function hasStrangers(git: Git, base: string, id: string): Promise<boolean> {
  const args = ['rev-list', '--count', '--no-merges', '--invert-grep', `--grep=^Sopskit-Restructure: ${id}$`];
  return (await git.run([...args, `${base}..HEAD`, '--'])).text.trim() !== '0';
}

export interface Versions {
  readonly current: Content;
  /** What `wanted` was made from. */
  readonly before: Content;
  readonly wanted: Content;
}

/** Merges a change into a file as it is now, as git merges files. Throws `restructure.refused` where both touch the same lines. */
export async function mergeContent(
  system: System,
  git: Git,
  file: string,
  { current, before, wanted }: Versions,
): Promise<Content> {
  if (isSame(current, before) || isSame(current, wanted)) return wanted;
  if (current === null || before === null || wanted === null) throw changedByOthers(file);
  const folder = system.files.makePrivateFolder();
  try {
    const names = Object.entries({ current, before, wanted }).map(([name, bytes]) => {
      const full = path.join(folder.path, name);
      system.files.replace(full, bytes, 0o600);
      return full;
    });
    const { status, stdout } = await git.run(['merge-file', '-p', '-q', ...names], {
      statuses: Array.from({ length: 128 }, (_, index) => index),
    });
    if (status !== 0) throw changedByOthers(file);
    return stdout;
  } finally {
    folder.remove();
  }
}

function changedByOthers(file: string): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `${printablePath(file)} was changed by somebody else since the restructuring began, where this step changes it too`,
    {
      hint: 'Take their change back until the restructuring is done, or take the restructuring back: sopskit restructure undo.',
    },
  );
}

export function isSame(one: Content, other: Content): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && Buffer.compare(one, other) === 0;
}

/** Whether two encrypted files are of one plaintext's shape: what is sealed twice has other ciphertext each time. */
export function isSameSealed(one: Content, other: Content): boolean {
  if (one === null || other === null) return false;
  const [a, b] = [one, other].map(shapeOf);
  return a !== null && a === b;
}

/** A sealed file's text without ciphertext and metadata. */
function shapeOf(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString('latin1');
  const end = text.search(/^sops:/m);
  if (end < 0 || !text.includes('ENC[AES256_GCM,')) return null;
  return text.slice(0, end).replaceAll(/ENC\[AES256_GCM,[^\]]*\]/g, 'ENC[]');
}
