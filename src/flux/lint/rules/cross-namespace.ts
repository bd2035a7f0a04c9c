import type { RuleInfo } from '../../../findings/finding.ts';
import { leavesBelow } from '../../../manifests/leaves-below.ts';
import { nodeAt } from '../../../tree/node-at.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { FluxRule } from '../rule.ts';

const crossNamespaceInfo: RuleInfo = {
  code: 'flux.cross-namespace',
  level: 'note',
  title: 'a source in another namespace',
  about:
    'Fine where controllers run as Flux installs them. With --no-cross-namespace-refs=true, the setting for clusters that several teams share, it is refused ("cross-namespace references have been blocked"): where the repository itself sets that flag, each is an error; else one note per cluster says how many there are. dependsOn may cross namespaces in either case.',
};

/** References of Kustomizations to sources elsewhere. */
export const crossNamespace: FluxRule = {
  infos: [crossNamespaceInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      const crossing = cluster.nodes.filter(
        ({ spec, kustomization }) => spec.sourceRef.namespace !== kustomization.namespace,
      );
      const blocked = await isBlocked(cluster);
      const count = crossing.length > 1 ? ` (and ${crossing.length - 1} more)` : '';
      for (const node of blocked ? crossing : crossing.slice(0, 1)) {
        const { kind, namespace, name } = node.spec.sourceRef;
        scene.tell(crossNamespaceInfo, {
          place: await node.place(['spec', 'sourceRef']),
          level: blocked ? 'error' : 'note',
          message: `${node.key}${blocked ? '' : count} takes ${kind} ${namespace}/${name} from another namespace, which --no-cross-namespace-refs ${blocked ? 'refuses here' : 'would refuse'}`,
          fix: blocked
            ? `Put a source of its own into namespace ${node.kustomization.namespace}, and name that.`
            : 'Nothing to do while the controllers run without that flag.',
        });
      }
    }
  },
};

/** Whether the repository's own Flux is installed with the flag. */
async function isBlocked(cluster: LintCluster): Promise<boolean> {
  for (const node of cluster.nodes) {
    for (const { identity, manifest } of await node.objects()) {
      if (identity.kind !== 'Deployment' || identity.name !== 'kustomize-controller') continue;
      const containers = nodeAt(manifest, ['spec', 'template', 'spec', 'containers']);
      const leaves = containers === null ? [] : leavesBelow(containers);
      if (leaves.some(({ leaf }) => leaf.kind === 'string' && flag.test(leaf.value))) return true;
    }
  }
  return false;
}

const flag = /^--no-cross-namespace-refs(?:=true)?$/;
