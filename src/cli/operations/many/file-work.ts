import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KeySource } from '../../../keys/key-source.ts';
import { type FileWork, failureOf, type ManyFile, type Outcome } from '../../../repository/many/outcome.ts';
import type { Files } from '../../../system/files.ts';
import type { System } from '../../../system/system.ts';
import { isEqual } from '../../streams.ts';
import { isTooLong, tooLong } from '../../text-limit.ts';
import { encryptJob } from './encrypt-job.ts';
import type { Job, JobResult } from './job.ts';
import type { ManyCommand, ManyRequest, RequestOf } from './request.ts';
import { decryptJob, rekeyJob, rotateJob, updateKeysJob, verifyJob } from './sealed-jobs.ts';
import { Shop } from './shop.ts';

/** What each command does with a file. */
const jobs: { readonly [Name in ManyCommand]: Job<RequestOf<Name>> } = {
  encrypt: encryptJob,
  decrypt: decryptJob,
  updatekeys: updateKeysJob,
  rotate: rotateJob,
  rekey: rekeyJob,
  verify: verifyJob,
};

/** Makes the work on one file after the other, for one thread. `sources` are where its keyring finds keys. */
export function createFileWork(
  system: System,
  sources: readonly KeySource[],
  request: ManyRequest,
): FileWork {
  const shop = new Shop(system, sources, request);
  const job = jobs[request.command] as Job;
  return async (file) => {
    const warnings: string[] = [];
    const own = { ...system, warn: (message: string) => void warnings.push(message) };
    const outcome = await attempt(file, async () => {
      const bytes = readFound(system, file);
      if (!(bytes instanceof Uint8Array)) return bytes;
      const result = await job(shop, request, { file, bytes, system: own });
      return result.kind === 'changed' ? settle(system, request, file, bytes, result) : result;
    });
    return warnings.length === 0 ? outcome : { ...outcome, warnings };
  };
}

async function attempt(file: ManyFile, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (thrown) {
    const error = isTooLong(thrown) ? tooLong(thrown) : thrown;
    const { shown } = file;
    return {
      kind: 'failed',
      failure: failureOf(error instanceof SopskitError ? error.at({ file: shown }) : error),
    };
  }
}

/** A file that was found may be gone again, or too large to be one of ours; one that was named has to be there. */
function readFound({ files }: System, { path, shown, named }: ManyFile): Uint8Array | Outcome {
  try {
    const bytes = files.kindOf(path) === 'file' ? files.read(path) : null;
    if (bytes !== null) return bytes;
  } catch (error) {
    if (named || !(error instanceof SopskitError) || error.code !== 'file.too-large') throw error;
    return { kind: 'skipped', reason: 'too-large' };
  }
  if (!named) return { kind: 'skipped', reason: 'gone' };
  throw new SopskitError('file.missing', 'there is no such file any more', { place: { file: shown } });
}

/** Writes the new bytes - a dry run finds out whether it could -, unless they are the old ones, or somebody else has changed the file since it was read. */
async function settle(
  { files }: System,
  { dryRun }: ManyRequest,
  { path, shown }: ManyFile,
  before: Uint8Array,
  { bytes, ...changed }: Extract<JobResult, { kind: 'changed' }>,
): Promise<Outcome> {
  if (bytes !== null && isEqual(bytes, before)) return { kind: 'unchanged', reason: 'same-bytes' };
  if (dryRun) files.checkReplaceable(path);
  if (dryRun || bytes === null) return changed;
  const isAsRead = (): boolean => {
    const now = files.kindOf(path) === 'file' ? files.read(path) : null;
    return now !== null && isEqual(now, before);
  };
  if (await replace(files, path, bytes, isAsRead)) return changed;
  throw new SopskitError(
    'file.changed',
    'the file was changed by somebody else meanwhile; nothing was written',
    {
      place: { file: shown },
      hint: 'Run the command again.',
    },
  );
}

async function replace(
  files: Files,
  path: string,
  bytes: Uint8Array,
  proceed: () => boolean,
): Promise<boolean> {
  if (files.replaceAmongMany !== undefined) return files.replaceAmongMany(path, bytes, proceed);
  const proceeds = proceed();
  if (proceeds) files.replace(path, bytes);
  return proceeds;
}
