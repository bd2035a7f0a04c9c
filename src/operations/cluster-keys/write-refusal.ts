import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, textsIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { leavesEntries } from './keeper.ts';
import type { KeySecret } from './key-secret.ts';

/**
 * Throws `cluster-key.refused` for a Secret that cannot be changed, or not for long. `addsOnly`: what is put are entries
 * that it does not have yet, which a keeper that writes nothing but its own leaves there.
 */
export function refuseUntouchable(
  { context, flags }: Cluster,
  { namespace, name }: SecretRef,
  before: KeySecret | null,
  addsOnly: boolean,
): void {
  if (before === null) return;
  refuseEnding({ context, flags }, before);
  const title = `Secret ${namespace}/${name} in the cluster of context ${context}`;
  if (before.keeper !== null && !(addsOnly && leavesEntries(before.manifest)))
    throw new SopskitError(
      'cluster-key.refused',
      `${title} is kept by ${before.keeper}, which would write over the change`,
      {
        hint: `Change it where that takes it from, or use a Secret of its own: --secret-name NAME, and the same name in spec.decryption.secretRef.`,
      },
    );
  if (before.immutable)
    throw new SopskitError('cluster-key.refused', `${title} is immutable, and cannot be changed`, {
      hint: `It can only be made anew, with all that is in it, which nobody else may have: ${remake(flags, namespace, name)} – and run this again. Where the replacement fails, the keys are in that file: keep it until the Secret is there.`,
    });
}

/** Throws `cluster-key.refused` for a Secret that is being deleted, and only waits for somebody's finalizer. */
export function refuseEnding(
  { context, flags }: Pick<Cluster, 'context' | 'flags'>,
  { ref: { namespace, name }, manifest }: KeySecret,
): void {
  if (fieldIn(manifest, 'metadata', 'deletionTimestamp') === undefined) return;
  const holding = textsIn(manifest, 'metadata', 'finalizers').join(', ');
  throw new SopskitError(
    'cluster-key.refused',
    `Secret ${namespace}/${name} in the cluster of context ${context} is being deleted, and its keys with it${holding === '' ? '' : ` (it waits for ${holding})`}`,
    {
      hint: `Wait until it is gone, and run this again: it is made anew then. kubectl${flags} get secret ${name} -n ${namespace} -o jsonpath='{.metadata.finalizers}' shows what holds it.`,
    },
  );
}

/** Keeps a copy that only the user reads until the Secret is there again, that may be changed then. */
function remake(flags: string, namespace: string, name: string): string {
  const read = `kubectl${flags} get secret ${name} -n ${namespace} -o yaml`;
  return `F=$(mktemp) && ${read} | grep -v '^immutable:' > "$F" && kubectl${flags} replace --force -f "$F" && rm "$F"`;
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
