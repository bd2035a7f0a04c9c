import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { flagOf } from '../cluster-keys/find-controller.ts';
import type { Reading } from './reading.ts';

/**
 * The Secret that kustomize-controller takes age keys from for Kustomizations without a secretRef (`--sops-age-secret`).
 * `null`: it has none; `undefined`: the controller was not seen, so that nobody knows.
 */
export function controllerSecret({
  controllers,
}: Pick<Reading, 'controllers'>): SecretRef | null | undefined {
  const controller = controllers.get('kustomize-controller');
  if (controller === undefined) return undefined;
  const name = flagOf(controller.args, 'sops-age-secret');
  return name === null ? null : { namespace: controller.namespace, name };
}
