import type { KustomizationDecryption, SecretRef } from '../../flux/decryption/decryption.ts';
import type { FluxController, KeyTarget } from './bound-cluster.ts';

/**
 * Lists the Secrets that Kustomizations decrypt with, in the order in which they are named; the controller's own
 * (`--sops-age-secret`) is one of its own, also where Kustomizations name the same.
 */
export function keyTargets(
  decryptions: readonly KustomizationDecryption[],
  controller: FluxController | null,
): readonly KeyTarget[] {
  const targets = new Map<
    string,
    { ref: SecretRef; global: boolean; kustomizations: KustomizationDecryption[] }
  >();
  for (const decryption of decryptions) {
    if (decryption.provider !== 'sops') continue;
    const global = decryption.secret === null;
    const ref = decryption.secret ?? ownSecret(controller);
    if (ref === null) continue;
    const key = `${ref.namespace}/${ref.name} ${global}`;
    const target = targets.get(key);
    if (target === undefined) targets.set(key, { ref, global, kustomizations: [decryption] });
    else target.kustomizations.push(decryption);
  }
  return [...targets.values()];
}

function ownSecret(controller: FluxController | null): SecretRef | null {
  if (controller?.sopsAgeSecret == null) return null;
  return { namespace: controller.namespace, name: controller.sopsAgeSecret };
}
