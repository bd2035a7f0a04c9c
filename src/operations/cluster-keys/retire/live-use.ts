import type { Cluster } from '../../../cluster/cluster.ts';
import { fieldIn, itemsIn, textIn } from '../../../cluster/fields.ts';
import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { FluxKustomization } from '../../../flux/kustomization.ts';
import type { LiveKustomization } from '../../../flux/plan/change.ts';
import { gitReference, showReference } from '../../../flux/source/git-reference.ts';
import { isSameRepository } from '../../../flux/source/repository-url.ts';
import { keyOfSource, type SourceInCluster, specText } from '../../../flux/source/source-in-cluster.ts';
import type { Mapping } from '../../../tree/value.ts';
import { kustomizationKind, liveKustomization } from '../../live-state.ts';
import type { FluxController } from '../bound-cluster.ts';

/** A live Kustomization that decrypts with one of the Secrets that are looked at. */
export interface LiveUse {
  /** `namespace/name`. */
  readonly key: string;
  readonly live: LiveKustomization;
  readonly secret: SecretRef;
  /** Whether the Secret is the controller's own. */
  readonly global: boolean;
  readonly source: LiveSource;
  /** Every revision that it may have applied or may apply at any moment, as status has it; each once. */
  readonly revisions: readonly string[];
  /** Why it must be waited for: it is at work right now; `null`: it is not. */
  readonly running: string | null;
}

/** What a Kustomization is made from, in the cluster. */
export interface LiveSource {
  readonly key: string;
  /** `null`: there is no such source, or it may not be read. */
  readonly manifest: Mapping | null;
  /** Whether it holds this repository. */
  readonly here: boolean;
  /** The branch that it follows; `null`: it is pinned, or not a git repository. */
  readonly branch: string | null;
  /** What it follows, in words: `branch main`, `tag v1.2`. */
  readonly follows: string;
  /** Its address, as its spec has it. */
  readonly url: string;
  /** `status.artifact.revision`; empty: none. */
  readonly revision: string;
}

/** The Secret that a Kustomization decrypts with; `null`: none (kustomize-controller, `ImportKeys`). */
export function secretUsed(
  { namespace, spec }: FluxKustomization,
  controller: FluxController | null,
): { readonly ref: SecretRef; readonly global: boolean } | null {
  if (spec.decryption?.provider !== 'sops') return null;
  const { secretName } = spec.decryption;
  if (secretName !== null && secretName !== '')
    return { ref: { namespace, name: secretName }, global: false };
  if (controller?.sopsAgeSecret == null) return null;
  return { ref: { namespace: controller.namespace, name: controller.sopsAgeSecret }, global: true };
}

/**
 * Reads all live Kustomizations that decrypt, and their sources. `addresses`: those of this repository. Throws
 * `cluster.*`.
 */
export async function readLiveUses(
  cluster: Cluster,
  controller: FluxController | null,
  addresses: readonly string[],
): Promise<readonly LiveUse[]> {
  const sources = new Map<string, Promise<LiveSource>>();
  const uses: LiveUse[] = [];
  for (const manifest of await cluster.list(kustomizationKind, null)) {
    const live = liveKustomization(manifest);
    const used = live === null ? null : secretUsed(live.kustomization, controller);
    if (live === null || used === null) continue;
    const { sourceRef } = live.kustomization.spec;
    const key = keyOfSource(sourceRef);
    const reading = sources.get(key) ?? readSource(cluster, sourceRef, addresses);
    sources.set(key, reading);
    const source = await reading;
    const revisions = new Set([
      textIn(manifest, 'status', 'lastAppliedRevision'),
      textIn(manifest, 'status', 'lastAttemptedRevision'),
      source.revision,
    ]);
    revisions.delete('');
    const { namespace, name } = live.kustomization;
    uses.push({
      ...{ key: `${namespace}/${name}`, live, source, revisions: [...revisions] },
      ...{ secret: used.ref, global: used.global, running: runningOf(manifest) },
    });
  }
  return uses;
}

async function readSource(
  cluster: Cluster,
  ref: Omit<SourceInCluster, 'manifest'>,
  addresses: readonly string[],
): Promise<LiveSource> {
  const apiVersion = 'source.toolkit.fluxcd.io/v1';
  const manifest = await cluster.get({ apiVersion, ...ref });
  const url = manifest === null ? '' : specText(manifest, 'url');
  const isGit = ref.kind === 'GitRepository' && manifest !== null;
  const reference = isGit ? gitReference(manifest) : null;
  return {
    key: keyOfSource(ref),
    manifest,
    here: isGit && addresses.some((address) => isSameRepository(address, url)),
    branch: reference?.kind === 'branch' ? reference.value : null,
    follows: reference === null ? ref.kind : showReference(reference),
    url,
    revision: manifest === null ? '' : textIn(manifest, 'status', 'artifact', 'revision'),
  };
}

/** A failed run leaves `Reconciling=True` with the reason `ProgressingWithRetry` behind until the next; nothing runs then. */
function runningOf(manifest: Mapping): string | null {
  if (fieldIn(manifest, 'metadata', 'deletionTimestamp') !== undefined) return 'it is being deleted';
  const reconciling = itemsIn(manifest, 'status', 'conditions').find(
    (one) => textIn(one, 'type') === 'Reconciling',
  );
  if (reconciling === undefined || textIn(reconciling, 'status') !== 'True') return null;
  if (textIn(reconciling, 'reason') === 'ProgressingWithRetry') return null;
  return textIn(reconciling, 'message').split('\n')[0] || 'it is at work';
}
