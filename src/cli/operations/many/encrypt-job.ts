import { basename } from 'node:path';
import { requireRule } from '../../../config/match.ts';
import { defaultSelector } from '../../../config/selector.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Document } from '../../../formats/format.ts';
import { objectsOf } from '../../../manifests/kubernetes-object.ts';
import { isKustomizationName } from '../../../manifests/kustomization.ts';
import { reviewSecrets } from '../../../manifests/review-secrets.ts';
import { isSecretObject, tellingValues } from '../../../manifests/secret-object.ts';
import type { Configuration } from '../../../repository/configuration.ts';
import { secretValuesRegex } from '../../../repository/init/config-text.ts';
import { type EncryptOptions, encryptDocument, type FilePolicy } from '../../../sops/encrypt.ts';
import { readableValues } from '../../../sops/readable-values.ts';
import { sealReadable } from '../../../sops/seal-readable.ts';
import type { SealedFile } from '../../../sops/sealed-file.ts';
import type { System } from '../../../system/system.ts';
import { breakableIn, breaking } from '../breakable.ts';
import { plainFormat } from '../file-format.ts';
import { findSealed } from './find-sealed.ts';
import type { Job, JobResult, ReadFile } from './job.ts';
import type { RequestOf } from './request.ts';
import type { Shop } from './shop.ts';

type Request = RequestOf<'encrypt'>;

/** Takes files that carry sops metadata, Secrets that a rule matches, and whatever is named. */
export const encryptJob: Job<Request> = async (shop, request, read) => {
  const sealed = await findSealed(read.file, read.bytes, request.inputType);
  return sealed === null ? encryptPlain(shop, request, read) : sealAdded(shop, request, read, sealed);
};

/** Values that were written into an encrypted file in clear are sealed; without any the file is right as it is. */
async function sealAdded(
  shop: Shop,
  request: Request,
  { file, system }: ReadFile,
  sealed: SealedFile,
): Promise<JobResult> {
  const readable = readableValues(sealed);
  if (readable.length === 0) return { kind: 'unchanged', reason: 'already-encrypted' };
  const style = await shop.style(file.path, sealed.document.format);
  const options = { system, keyring: shop.keyring, style, ignoreMac: request.ignoreMac };
  return { kind: 'changed', bytes: await sealReadable(sealed, readable, options) };
}

async function encryptPlain(shop: Shop, request: Request, read: ReadFile): Promise<JobResult> {
  const { file, bytes } = read;
  const format = await plainFormat(request.inputType, file.path);
  if (!file.named && !mayHoldSecret(format.name, bytes))
    return { kind: 'skipped', reason: isKustomizationName(basename(file.path)) ? 'refused' : 'no-secret' };
  const plain = parse(() => format.parse(bytes), read);
  if (plain === null) return { kind: 'skipped', reason: readsLikeSecret(bytes) ? 'unparsable' : 'no-secret' };
  const objects = plain.branches.flatMap(objectsOf);
  const secrets = objects.filter(isSecretObject);
  const broken = file.named && request.encryption.anyKind === true ? null : breakableIn(file.path, plain);
  if (broken !== null) {
    if (file.named || secrets.length > 0) throw breaking(broken, secrets.length > 0);
    return { kind: 'skipped', reason: 'refused', detail: broken };
  }
  if (!file.named && secrets.length === 0) return { kind: 'skipped', reason: 'no-secret' };
  const configuration = await shop.configuration(file.path);
  if (!(await hasRule(configuration, request, read))) return { kind: 'skipped', reason: 'no-rule' };
  try {
    return { kind: 'changed', bytes: await seal(shop, request, read, plain, secrets.length > 0) };
  } catch (error) {
    const nothing = error instanceof SopskitError && error.code === 'sops.nothing-selected';
    if (!nothing || file.named || secrets.some((secret) => tellingValues(secret).length > 0)) throw error;
    return { kind: 'skipped', reason: 'nothing-selected' };
  }
}

async function seal(
  shop: Shop,
  request: Request,
  { file, system }: ReadFile,
  plain: Document,
  holdsSecret: boolean,
): Promise<Uint8Array> {
  const chosen = await shop.policy(file.path, plain.format, request.encryption, system);
  const policy = holdsSecret && !request.oneFile ? forSecrets(chosen, system) : chosen;
  const options: EncryptOptions = {
    system,
    keyring: shop.keyring,
    style: await shop.style(file.path, plain.format),
    review: (document, readable) => reviewSecrets(document.data, readable),
    allowPlaintext: request.encryption.allowPlaintext,
  };
  return encryptDocument(plain, policy, options);
}

/** Without a selector sops encrypts kind and name of a Secret, too: nobody could tell any more that it is one. */
function forSecrets(policy: FilePolicy, system: System): FilePolicy {
  if (policy.selector !== defaultSelector) return policy;
  system.warn(
    `no flag and no rule says what to encrypt; of Secrets that is encrypted_regex ${secretValuesRegex}, so that they can still be told to be Secrets`,
  );
  return { ...policy, selector: { kind: 'encrypted_regex', value: secretValuesRegex } };
}

/**
 * Keys given by flags need no rule. A named file without one is an error, a Secret that was found is passed over; where
 * there is no configuration at all, that is the error, and policyFor's.
 */
async function hasRule(
  configuration: Configuration | null,
  { encryption }: Request,
  { file }: ReadFile,
): Promise<boolean> {
  if (encryption.keys.length > 0 || configuration === null) return true;
  const outcome = await configuration.matcher.match(file.path);
  if (file.named) requireRule(configuration.config, outcome);
  return outcome.rule !== null;
}

function mayHoldSecret(format: string, bytes: Uint8Array): boolean {
  if (format !== 'yaml' && format !== 'json') return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('Secret');
}

/** Templates of charts are named like manifests and cannot be read: passed over, unless they are named. */
function parse(read: () => Document, { file }: ReadFile): Document | null {
  try {
    return read();
  } catch (error) {
    if (file.named || !(error instanceof SopskitError) || !error.code.startsWith('document.')) throw error;
    return null;
  }
}

function readsLikeSecret(bytes: Uint8Array): boolean {
  return /kind["']?\s*:\s*["']?Secret\b/.test(Buffer.from(bytes).toString('latin1'));
}
