import { leavesBelow } from '../../manifests/leaves-below.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { LintCluster } from './lint-cluster.ts';

/** A release of Flux, `2.3`: what is installed, as far as the repository says. */
export interface FluxVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The release that a cluster runs: of the labels of gotk-components.yaml, the tag of flux-manifests, or a FluxInstance's
 * `distribution.version`. `null`: not said, or a range without a minor.
 */
export async function fluxVersion(cluster: LintCluster): Promise<FluxVersion | null> {
  for (const node of cluster.nodes) {
    for (const { identity, labels, manifest } of await node.objects()) {
      const text =
        identity.kind === 'Namespace' && labels.get('app.kubernetes.io/part-of') === 'flux'
          ? labels.get('app.kubernetes.io/version')
          : identity.kind === 'FluxInstance'
            ? textAt(manifest, ['spec', 'distribution', 'version'])
            : identity.kind === 'OCIRepository' && isFluxManifests(manifest)
              ? textAt(manifest, ['spec', 'ref', 'tag'])
              : undefined;
      const found = text === undefined ? null : parse(text);
      if (found !== null) return found;
    }
  }
  return null;
}

/** Whether a release has what came, or went, with `2.8`. */
export function isAtLeast({ major, minor }: FluxVersion, release: string): boolean {
  const other = parse(release);
  return other !== null && (major > other.major || (major === other.major && minor >= other.minor));
}

function isFluxManifests(manifest: Parameters<typeof nodeAt>[0] & object): boolean {
  return leavesBelow(manifest).some(
    ({ leaf }) => leaf.kind === 'string' && leaf.value === 'oci://ghcr.io/fluxcd/flux-manifests',
  );
}

function textAt(
  manifest: Parameters<typeof nodeAt>[0] & object,
  path: readonly string[],
): string | undefined {
  const node = nodeAt(manifest, path);
  return node?.kind === 'string' ? node.value : undefined;
}

function parse(text: string): FluxVersion | null {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}
