import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import type { KeySecret } from './key-secret.ts';

/** Throws `cluster-key.refused` for a Secret that cannot be changed, or not for long. */
export function refuseUntouchable(
  { context, flags }: Cluster,
  { namespace, name }: SecretRef,
  before: KeySecret | null,
): void {
  if (before === null) return;
  const title = `Secret ${namespace}/${name} in the cluster of context ${context}`;
  if (before.keeper !== null)
    throw new SopskitError(
      'cluster-key.refused',
      `${title} is kept by ${before.keeper}, which would write over the change`,
      {
        hint: `Change it where that takes it from, or use a Secret of its own: --secret-name NAME, and the same name in spec.decryption.secretRef.`,
      },
    );
  if (before.immutable)
    throw new SopskitError('cluster-key.refused', `${title} is immutable, and cannot be changed`, {
      hint: `It can only be made anew: kubectl${flags} delete secret ${name} -n ${namespace}, and run this again at once; until then Flux decrypts nothing with it.`,
    });
}

/** Of fields that others have: the flag that takes them over. */
export function withForceHint(error: unknown, { namespace, name }: SecretRef): unknown {
  if (!(error instanceof SopskitError) || error.code !== 'cluster.conflict') return error;
  return new SopskitError(error.code, error.message, {
    hint: `Add --force-conflicts to take these fields of Secret ${namespace}/${name} over, if that manager does not write them again.`,
    cause: error,
  });
}

const withoutAnswer: ReadonlySet<string> = new Set([
  'cluster.unreachable',
  'cluster.timeout',
  'cluster.refused',
  'cluster.denied',
]);

/** The server took the change, and does not show it any more. */
export function unreadBack(
  { context, flags }: Cluster,
  { namespace, name }: SecretRef,
  error: unknown,
): unknown {
  if (!(error instanceof SopskitError) || !withoutAnswer.has(error.code)) return error;
  return new SopskitError(
    'cluster.uncertain',
    `Secret ${namespace}/${name} was sent to the cluster of context ${context}, and could not be read back (${error.message}): whether it was written is not known`,
    {
      hint: `Running the same command again is safe; kubectl${flags} get secret ${name} -n ${namespace} shows whether it is there.`,
      cause: error,
    },
  );
}
