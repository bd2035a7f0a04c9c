import type { KustomizationDecryption, SecretRef } from '../../../flux/decryption/decryption.ts';
import type { LiveKustomization } from '../../../flux/plan/change.ts';
import type { FluxController } from '../bound-cluster.ts';
import type { KeyedKustomization } from './scene.ts';

/** Joins what the repository has with what is live; the repository's first, in its order. `namespace`: only of there. */
export function keyedKustomizations(
  decryptions: readonly KustomizationDecryption[],
  live: ReadonlyMap<string, LiveKustomization>,
  controller: FluxController | null,
  namespace: string | null,
): readonly KeyedKustomization[] {
  const own = new Map(decryptions.map((one) => [one.key, one] as const));
  const keys = new Set([...own.keys(), ...[...live.keys()].sort()]);
  return [...keys]
    .filter((key) => namespace === null || key.startsWith(`${namespace}/`))
    .map((key) => keyed(key, own.get(key) ?? null, live.get(key) ?? null, controller));
}

function keyed(
  key: string,
  decryption: KustomizationDecryption | null,
  live: LiveKustomization | null,
  controller: FluxController | null,
): KeyedKustomization {
  const told = live?.kustomization.spec.decryption ?? null;
  const now =
    live === null ? null : use(told?.provider ?? null, secretOf(key, told?.secretName ?? null), controller);
  // what a path alone leads to is written nowhere: what is live says how it decrypts
  const isWritten = decryption !== null && (live === null || !isPathOnly(decryption));
  const written = isWritten ? use(decryption.provider, decryption.secret, controller) : null;
  const used = now ?? written ?? use(null, null, controller);
  return { key, decryption, live, ...used, next: written === null || isSame(used, written) ? null : written };
}

type Use = Pick<KeyedKustomization, 'provider' | 'secret' | 'global'>;

function use(provider: string | null, named: SecretRef | null, controller: FluxController | null): Use {
  if (provider === null) return { provider, secret: null, global: false };
  const secret = named ?? globalSecret(controller);
  return { provider, secret, global: named === null && secret !== null };
}

function isSame(a: Use, b: Use): boolean {
  const isSecret = a.secret?.name === b.secret?.name && a.secret?.namespace === b.secret?.namespace;
  return a.provider === b.provider && isSecret && a.global === b.global;
}

/** Whether only its path was named, so that no file says what it decrypts with. */
export function isPathOnly({ unknowns, key }: KustomizationDecryption): boolean {
  return unknowns.some(({ reason, subject }) => reason === 'live' && subject === key);
}

export function secretOf(key: string, name: string | null): SecretRef | null {
  return name === null ? null : { namespace: key.slice(0, key.indexOf('/')), name };
}

export function globalSecret(controller: FluxController | null): SecretRef | null {
  if (controller?.sopsAgeSecret == null) return null;
  return { namespace: controller.namespace, name: controller.sopsAgeSecret };
}
