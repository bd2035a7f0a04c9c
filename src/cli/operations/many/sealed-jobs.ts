import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Outcome } from '../../../repository/many/outcome.ts';
import { decryptedBytes } from '../../../sops/decrypt.ts';
import type { OpenFile } from '../../../sops/open-file.ts';
import { type ReadableValue, readableValues } from '../../../sops/readable-values.ts';
import { rekeyFile } from '../../../sops/rekey.ts';
import { rotateFile } from '../../../sops/rotate.ts';
import type { SealedFile } from '../../../sops/sealed-file.ts';
import { type KeyChanges, keyChanges, withKeys } from '../../../sops/update-keys.ts';
import { printPath } from '../../../tree/path.ts';
import { masterKeys } from '../master-keys.ts';
import { findSealed } from './find-sealed.ts';
import type { Job, JobResult, ReadFile } from './job.ts';
import type { ManyRequest, RequestOf } from './request.ts';
import type { Shop } from './shop.ts';

/** Gives a job the file's metadata; files without any are not its business, unless they were named. */
function onSealed<Request extends ManyRequest>(
  job: (shop: Shop, request: Request, read: ReadFile, sealed: SealedFile) => Promise<JobResult>,
): Job<Request> {
  return async (shop, request, read) => {
    const sealed = await findSealed(read.file, read.bytes, request.inputType);
    if (sealed !== null) return job(shop, request, read, sealed);
    if (!read.file.named) return { kind: 'skipped', reason: 'not-encrypted' };
    throw new SopskitError('sops.not-encrypted', 'the file is not encrypted: it has no sops metadata', {
      hint: 'Encrypt it with `sopskit encrypt -i`. In folders, and by globs in quotes, such files are passed over.',
    });
  };
}

export const decryptJob: Job<RequestOf<'decrypt' | 'verify'>> = onSealed(
  (shop, { ignoreMac }, { file, system }, sealed) =>
    withOpen(shop.open(sealed, ignoreMac, system), async (open) => {
      const style = await shop.style(file.path, sealed.document.format);
      return { kind: 'changed', bytes: decryptedBytes(open, { style }) };
    }),
);

export const rotateJob: Job<RequestOf<'rotate'>> = onSealed((shop, request, { system }, sealed) => {
  const add = masterKeys(request.add, request.options);
  const remove = masterKeys(request.remove, request.options);
  return withOpen(shop.open(sealed, request.ignoreMac, system), async (open) => ({
    kind: 'changed',
    bytes: await rotateFile(open, { system, keyring: shop.keyring, add, remove }),
  }));
});

/** A dry run only compares: it needs no identity. */
export const updateKeysJob: Job<RequestOf<'updatekeys'>> = onSealed(
  async (shop, { dryRun }, { file }, sealed) => {
    const { keyGroups } = await shop.wanted(file.path);
    const changes = keyChanges(sealed, keyGroups);
    if (!changes.any) return { kind: 'unchanged', reason: 'in-sync' };
    const bytes = dryRun ? null : await withKeys(sealed, keyGroups, changes.threshold.to, shop.keyring);
    return { kind: 'changed', bytes, ...described(changes) };
  },
);

export const rekeyJob: Job<RequestOf<'rekey'>> = onSealed(async (shop, request, { file, system }, sealed) => {
  const { keyGroups, threshold } = await shop.wanted(file.path);
  const changes = keyChanges(sealed, keyGroups, threshold);
  if (request.onlyStale && !changes.any) return { kind: 'unchanged', reason: 'in-sync' };
  return withOpen(shop.open(sealed, request.ignoreMac, system), async (open) => ({
    kind: 'changed',
    bytes: await rekeyFile(open, keyGroups, { system, keyring: shop.keyring, threshold }),
    ...described(changes),
  }));
});

export const verifyJob: Job<RequestOf<'decrypt' | 'verify'>> = onSealed(
  async (shop, { ignoreMac }, { system }, sealed) => {
    const readable = readableValues(sealed);
    if (readable.length > 0) throw readableError(readable);
    return withOpen(shop.open(sealed, ignoreMac, system), async () => ({
      kind: 'unchanged',
      reason: 'verified',
    }));
  },
);

async function withOpen(
  opening: Promise<OpenFile>,
  use: (open: OpenFile) => Promise<JobResult>,
): Promise<JobResult> {
  const open = await opening;
  try {
    return await use(open);
  } finally {
    open.dataKey.wipe();
  }
}

function described({
  groups,
  threshold,
  any,
}: KeyChanges): Pick<Extract<Outcome, { kind: 'changed' }>, 'keys' | 'threshold'> {
  if (!any) return {};
  return {
    keys: groups.map(({ added, removed }) => ({ added, removed })),
    ...(threshold.from === threshold.to ? {} : { threshold }),
  };
}

/** As many places as one message names. */
const namedPlaces = 5;

function readableError(values: readonly ReadableValue[]): SopskitError {
  const [first, ...others] = values;
  const { line } = first?.leaf ?? {};
  const more = others.length - namedPlaces;
  const names = others
    .slice(0, namedPlaces)
    .map(({ leaf, path }) => `${printPath(path)}${leaf.line === undefined ? '' : ` (line ${leaf.line})`}`);
  return new SopskitError(
    'sops.readable-value',
    [
      'this value should be encrypted and is readable',
      ...(names.length > 0 ? [`, and so are ${names.join(', ')}`] : []),
      ...(more > 0 ? [` and ${more} more`] : []),
    ].join(''),
    {
      place: { path: [...(first?.path ?? [])], ...(line === undefined ? {} : { line }) },
      hint: 'Somebody wrote into the encrypted file by hand. `sopskit encrypt -i` on its folder seals what was added.',
    },
  );
}
