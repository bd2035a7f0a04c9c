import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KeySource } from '../../../keys/key-source.ts';
import { readSealed } from '../../../repository/audit/sealed-version.ts';
import type { Git } from '../../../repository/git/git.ts';
import { decryptedBytes } from '../../../sops/decrypt.ts';
import { Keyring } from '../../../sops/keyring.ts';
import { openFile } from '../../../sops/open-file.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import type { RotationTree } from './ground.ts';
import type { ReplacingIdentity } from './replacing-identity.ts';
import { isRecipient, type SealedPath } from './survey.ts';

/** Revisions of one file that are looked into, the latest first. */
const mostRevisions = 100;

/**
 * Finds where the new identity was put into a file that the old key opens, in the working tree or in the history of any
 * branch: who has the old key has the new one too. Only files that carry an age identity by their name, or by the name of
 * a value (`age.agekey`), are looked into. `null`: nowhere.
 */
export async function exposedIn(
  system: System,
  { git, snapshot, survey }: RotationTree,
  { old, fresh, sources }: Looked,
): Promise<string | null> {
  const keyring = new Keyring(system, sources);
  for (const { path } of survey.sealed.filter(carriesIdentity)) {
    const look = async (bytes: Uint8Array | null): Promise<boolean> =>
      bytes !== null && (await holdsIdentity(system, keyring, { path, bytes }, old, fresh));
    if (await look(await snapshot.read(path))) return printablePath(path);
    for (const [commit, blob] of await revisionsOf(git, path))
      if (await look(await git.blob(blob))) return `${printablePath(path)} of ${commit.slice(0, 12)}`;
  }
  return null;
}

interface Looked {
  readonly old: string;
  readonly fresh: ReplacingIdentity;
  readonly sources: readonly KeySource[];
}

/**
 * Refuses a new identity that the old key gives away, or warns where files are encrypted for it already: that it has to be
 * rotated too. Throws `cluster-key.refused`.
 */
export async function refuseExposed(
  system: System,
  tree: RotationTree,
  looked: Looked & { readonly used: ReadonlySet<string> },
): Promise<void> {
  const where = await exposedIn(system, tree, looked);
  if (where === null) return;
  const { recipient, place } = looked.fresh;
  const what = `the private key of ${recipient} stands in ${where}, encrypted for the key that it replaces: who has the old key reads the new one`;
  if (looked.used.has(recipient)) {
    system.warn(`${what}. When this rotation is done, rotate that key too: sopskit keys rotate ${recipient}`);
    return;
  }
  throw new SopskitError('cluster-key.refused', `${what}, and the rotation would protect nothing`, {
    hint: `Give it up: take its entry out of that file and push that, take the identity with its comments out of ${place} and out of the clusters' Secrets, and run the command again, which makes another.`,
  });
}

function carriesIdentity({ path, values }: SealedPath): boolean {
  return [path, ...values].some((name) => name.includes('agekey'));
}

/** Commits of all branches that changed a file, with its blobs, each once. */
async function revisionsOf(git: Git, path: string): Promise<ReadonlyMap<string, string>> {
  const args = ['log', '--all', `--max-count=${mostRevisions}`, '--format=%H', '--', `:(top,literal)${path}`];
  const { text } = await git.run(args);
  const revisions = new Map<string, string>();
  const seen = new Set<string>();
  for (const commit of text.split('\n').filter((line) => line !== '')) {
    const { text: blob } = await git.run(['rev-parse', '--quiet', '--verify', `${commit}:${path}`], {
      statuses: [1],
    });
    const id = blob.trim();
    if (id === '' || seen.has(id)) continue;
    seen.add(id);
    revisions.set(commit, id);
  }
  return revisions;
}

async function holdsIdentity(
  system: System,
  keyring: Keyring,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  old: string,
  { text }: ReplacingIdentity,
): Promise<boolean> {
  const sealed = await readSealed(path, bytes);
  if (sealed === null || sealed instanceof SopskitError) return false;
  if (!sealed.metadata.keyGroups.some((group) => group.some(isRecipient(old)))) return false;
  try {
    const open = await openFile(sealed, { system: { ...system, warn: () => undefined }, keyring });
    try {
      const plain = Buffer.from(decryptedBytes(open, { style: {} }));
      const isThere = text.lendText((identity) => hasText(plain.toString('latin1'), identity));
      plain.fill(0);
      return isThere;
    } finally {
      open.dataKey.wipe();
    }
  } catch (error) {
    // what no key at hand opens cannot be looked into; where that matters the rotation is refused for it
    if (error instanceof SopskitError && error.code !== 'interrupted') return false;
    throw error;
  }
}

/** As it is, or in base64, as `data` of a Secret has it. */
function hasText(plain: string, identity: string): boolean {
  if (plain.includes(identity)) return true;
  return (plain.match(/[A-Za-z0-9+/]{64,}={0,2}/g) ?? []).some((word) =>
    Buffer.from(word, 'base64').toString('latin1').includes(identity),
  );
}
