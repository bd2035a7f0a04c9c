import path from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { masterKeyOf } from '../../../keys/age/master-key.ts';
import type { KeySource, MasterKey } from '../../../keys/key-source.ts';
import { readSealed } from '../../../repository/audit/sealed-version.ts';
import { inlineCrew } from '../../../repository/many/crew.ts';
import { type Failure, type FileWork, failureOf, type Outcome } from '../../../repository/many/outcome.ts';
import { type Progress, runMany } from '../../../repository/many/run-many.ts';
import { Keyring } from '../../../sops/keyring.ts';
import { type OpenFile, openFile } from '../../../sops/open-file.ts';
import { withNewDataKey } from '../../../sops/rotate.ts';
import type { SealedFile } from '../../../sops/sealed-file.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import { isRecipient } from './survey.ts';

/** The replacement of a recipient in files. */
export interface Rekeying {
  /** The repository's top, absolute. */
  readonly top: string;
  readonly old: string;
  readonly sources: readonly KeySource[];
  readonly stop: AbortSignal;
  progress(done: Progress): void;
}

/** A file that was not done, and why. */
export interface Undone {
  /** From the top. */
  readonly path: string;
  readonly failure: Failure;
}

/**
 * Re-keys every file in memory, for the keys that it has: that it opens, that its MAC fits, that programs and servers wrap
 * for the others, and that it can be written, is known before anything is changed. Returns what failed. Throws `interrupted`.
 */
export function proveFiles(
  system: System,
  files: readonly string[],
  rekeying: Rekeying,
): Promise<readonly Undone[]> {
  const keyring = new Keyring(system, rekeying.sources);
  return perform(files, rekeying, async (file) => {
    const { sealed } = await readFile(system, file);
    return withOpen(system, keyring, sealed, async (open) => {
      const { keyGroups, shamirThreshold } = sealed.metadata;
      await withNewDataKey(open, keyGroups, shamirThreshold, { system, keyring });
      system.files.checkReplaceable(file);
      return { kind: 'unchanged', reason: 'verified' };
    });
  });
}

/**
 * Exchanges the recipient in each file's own key groups and gives it a new data key; each is its old or its new self at
 * any moment. Shamir thresholds stay. Returns what failed. Throws `interrupted`.
 */
export async function rekeyFiles(
  system: System,
  files: readonly string[],
  fresh: string,
  rekeying: Rekeying,
): Promise<readonly Undone[]> {
  const keyring = new Keyring(system, rekeying.sources);
  try {
    return await perform(files, rekeying, async (file) => {
      const { sealed, bytes } = await readFile(system, file);
      const { keyGroups, shamirThreshold } = sealed.metadata;
      const groups = keyGroups.map((group) => exchanged(group, rekeying.old, fresh));
      return withOpen(system, keyring, sealed, async (open) => {
        const renewed = await withNewDataKey(open, groups, shamirThreshold, { system, keyring });
        await write(system, file, bytes, renewed);
        return { kind: 'changed' };
      });
    });
  } finally {
    system.files.flush?.();
  }
}

/** The new recipient stands where the old one stood; one that is there already stays alone. */
export function exchanged(group: readonly MasterKey[], old: string, fresh: string): readonly MasterKey[] {
  const [isOld, isFresh] = [isRecipient(old), isRecipient(fresh)];
  const hasFresh = group.some(isFresh);
  let isPlaced = hasFresh;
  return group.flatMap((key) => {
    if (!isOld(key)) return [key];
    if (isPlaced) return [];
    isPlaced = true;
    return [masterKeyOf(fresh)];
  });
}

/** Whether two versions of a file hold the same plaintext. Neither is shown; what cannot be opened is not the same. */
export async function isSamePlaintext(
  system: System,
  name: string,
  versions: readonly [Uint8Array, Uint8Array],
  sources: readonly KeySource[],
): Promise<boolean> {
  const { decryptedBytes } = await import('../../../sops/decrypt.ts');
  const keyring = new Keyring(system, sources);
  const texts: Buffer[] = [];
  try {
    for (const bytes of versions) {
      const sealed = await readSealed(name, bytes);
      if (sealed === null || sealed instanceof SopskitError) return false;
      await withOpen(system, keyring, sealed, async (open) => {
        texts.push(Buffer.from(decryptedBytes(open, { style: {} })));
        return { kind: 'unchanged', reason: 'verified' };
      });
    }
    return texts[0] !== undefined && texts[1] !== undefined && texts[0].equals(texts[1]);
  } catch (error) {
    if (error instanceof SopskitError && error.code !== 'interrupted') return false;
    throw error;
  } finally {
    for (const text of texts) text.fill(0);
  }
}

async function perform(
  files: readonly string[],
  { top, stop, progress }: Rekeying,
  work: (file: string) => Promise<Outcome>,
): Promise<readonly Undone[]> {
  const attempt: FileWork = async ({ path: file }) => {
    try {
      return await work(file);
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
  };
  const given = files.map((file) => ({
    path: path.join(top, file),
    shown: printablePath(file),
    named: true,
  }));
  const { results, interrupted } = await runMany(inlineCrew(attempt), given, stop, progress);
  if (interrupted) throw new SopskitError('interrupted', 'interrupted; every file is as it was or done');
  return results.flatMap(({ outcome }, index) =>
    outcome?.kind === 'failed' ? [{ path: files[index] ?? '', failure: outcome.failure }] : [],
  );
}

async function readFile(
  { files }: System,
  file: string,
): Promise<{ readonly sealed: SealedFile; readonly bytes: Uint8Array }> {
  const bytes = files.kindOf(file) === 'file' ? files.read(file) : null;
  if (bytes === null) throw new SopskitError('file.missing', 'there is no such file any more');
  const sealed = await readSealed(file, bytes);
  if (sealed instanceof SopskitError) throw sealed;
  if (sealed === null) throw new SopskitError('sops.not-encrypted', 'it is not encrypted any more');
  return { sealed, bytes };
}

async function withOpen(
  system: System,
  keyring: Keyring,
  sealed: SealedFile,
  use: (open: OpenFile) => Promise<Outcome>,
): Promise<Outcome> {
  const open = await openFile(sealed, { system: { ...system, warn: () => undefined }, keyring });
  try {
    return await use(open);
  } finally {
    open.dataKey.wipe();
  }
}

async function write({ files }: System, file: string, before: Uint8Array, bytes: Uint8Array): Promise<void> {
  const isAsRead = (): boolean => {
    const now = files.kindOf(file) === 'file' ? files.read(file) : null;
    return now !== null && Buffer.compare(now, before) === 0;
  };
  if (files.replaceAmongMany !== undefined) {
    if (await files.replaceAmongMany(file, bytes, isAsRead)) return;
  } else if (isAsRead()) {
    files.replace(file, bytes);
    return;
  }
  throw new SopskitError(
    'file.changed',
    'the file was changed by somebody else meanwhile; nothing was written',
  );
}
