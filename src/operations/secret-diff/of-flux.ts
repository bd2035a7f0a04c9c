import type { LintNode } from '../../flux/lint/lint-node.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import type { ChosenFile } from './chosen-files.ts';
import { type ExtraSecret, isEarlier } from './compare-all.ts';
import type { FluxSide } from './flux-side.ts';
import { secretsOfFiles } from './from-files.ts';
import { secretsOfCluster } from './from-kustomizations.ts';
import { extrasOf } from './inventory-extras.ts';
import { nothingIn, nothingInNamespace } from './nothing-compared.ts';
import { sortFiles } from './sorted-files.ts';
import type { WantedSecrets } from './wanted-secret.ts';

/** What is to be compared, and what of the cluster may be too much. */
export interface FluxSecrets extends WantedSecrets {
  readonly extras: readonly ExtraSecret[];
}

/** All that the cluster's Kustomizations build. Throws `manifest.invalid` for a namespace that none of it is in. */
export function allOfFlux(flux: FluxSide, built: WantedSecrets, namespace: string | null): FluxSecrets {
  const own = inNamespace(built, namespace);
  const extras = extrasOf(flux.cluster, flux.live, namespace);
  if (namespace !== null && own.wanted.length + own.unlooked.length + extras.length === 0)
    throw nothingInNamespace(namespace, flux.cluster.name);
  return { ...own, passedOver: [...own.passedOver, ...limitsOf(flux)], extras };
}

/**
 * What comes from chosen files: as Kustomizations build it, else as it stands there. `fallback`: the context's
 * namespace. Throws `manifest.invalid` where that is nothing.
 */
export async function chosenOfFlux(
  system: System,
  flux: FluxSide,
  chosen: readonly ChosenFile[],
  asked: { readonly words: readonly string[]; readonly namespace: string | null; readonly fallback: string },
): Promise<FluxSecrets> {
  const { read, unread, elsewhere } = await sortFiles(chosen, flux.cluster, flux.others);
  const built = await secretsOfCluster(flux.cluster, new Set(read.keys()), flux.live);
  const own = inNamespace(built, asked.namespace);
  const plain = await secretsOfFiles(system, unread, asked.namespace ?? asked.fallback);
  const named = elsewhere.filter(({ file }) => file.named).map(({ unlooked }) => unlooked);
  const passedOver = [
    ...own.passedOver,
    ...[...plain.empty, ...withoutSecret(built, read)].map(
      (file) => `${printablePath(file)} holds no Secret`,
    ),
    ...asItStands(plain, flux.cluster.name),
    ...elsewhere
      .filter(({ file }) => !file.named)
      .map(({ unlooked }) => `${printablePath(unlooked.what)} is not compared: ${unlooked.why}`),
  ];
  const wanted = [...own.wanted, ...plain.wanted];
  const unlooked = [...own.unlooked, ...plain.unlooked, ...named];
  const extras = await extrasOfChosen(flux, chosen, own, asked.namespace);
  if (wanted.length + unlooked.length + extras.length === 0) {
    if (built.wanted.length > 0 && asked.namespace !== null)
      throw nothingInNamespace(asked.namespace, flux.cluster.name);
    throw nothingIn(asked.words, passedOver);
  }
  return { wanted, unlooked, passedOver: [...new Set([...passedOver, ...limitsOf(flux)])], extras };
}

/** What generators of chosen files made before, and all that a Kustomization had whose whole folder is chosen. */
async function extrasOfChosen(
  { cluster, live }: FluxSide,
  chosen: readonly ChosenFile[],
  { wanted }: WantedSecrets,
  namespace: string | null,
): Promise<readonly ExtraSecret[]> {
  const inFolders = new Set(
    chosen.flatMap(({ named, inRepository }) => (named || inRepository === null ? [] : [inRepository])),
  );
  const whole = new Set<string>();
  for (const node of cluster.nodes) if (await isWhole(node, inFolders)) whole.add(node.key);
  return extrasOf(cluster, live, namespace).filter(
    (extra) => whole.has(extra.kustomization) || wanted.some((one) => isEarlier(one, extra)),
  );
}

/** Whether all that a Kustomization reads below its own path is in chosen folders. */
async function isWhole(node: LintNode, inFolders: ReadonlySet<string>): Promise<boolean> {
  const { path: folder } = node.spec;
  const { files, kustomizations } = await node.reach();
  const own = [...files, ...kustomizations].filter(
    ({ path }) => folder === '' || path.startsWith(`${folder}/`),
  );
  return own.length > 0 && own.every(({ path }) => inFolders.has(path));
}

function limitsOf({ unread }: FluxSide): readonly string[] {
  return unread === null ? [] : [`what Kustomizations have applied is not known: ${unread}`];
}

function asItStands({ wanted }: WantedSecrets, cluster: string): readonly string[] {
  return wanted.map(
    ({ file }) =>
      `no Kustomization of ${cluster} reads ${printablePath(file ?? '')}: it is compared as it stands`,
  );
}

/** Named files that a Kustomization reads, and that no Secret comes from. */
function withoutSecret(
  { wanted, unlooked, passedOver }: WantedSecrets,
  read: ReadonlyMap<string, ChosenFile>,
): readonly string[] {
  if (unlooked.length + passedOver.length > 0) return [];
  const used = new Set(wanted.flatMap(({ files }) => [...files]));
  return [...read].filter(([path, { named }]) => named && !used.has(path)).map(([, { shown }]) => shown);
}

function inNamespace(found: WantedSecrets, namespace: string | null): WantedSecrets {
  if (namespace === null) return found;
  return { ...found, wanted: found.wanted.filter(({ ref }) => ref.namespace === namespace) };
}
