import type { Edit } from '../../formats/format.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import { type FluxKustomization, keyOf, kustomizationGroup } from '../kustomization.ts';
import type { Draft } from './draft.ts';
import type { Ground } from './ground.ts';
import { isFromHere } from './ground.ts';
import { editLocated, identityOf, type Located, objectsIn } from './located.ts';
import { isYamlName } from './place-path.ts';
import { reachOf } from './references.ts';
import { replaceEntry } from './replace-entry.ts';

/** Files whose objects the cluster's Kustomizations apply from this repository. */
export async function filesOfCluster({ cluster }: Ground, draft: Draft): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for (const node of cluster.kustomizations.values()) {
    if (!isFromHere(cluster, node)) continue;
    const { manifests } = await reachOf(draft, node.kustomization.spec.path);
    for (const file of manifests.keys()) files.add(file);
  }
  return files;
}

/**
 * Mends what names a Kustomization that goes: `dependsOn` of others, health checks, and the sources of alerts and
 * receivers. Each mention becomes one of every successor. Returns what was mended, in words.
 */
export async function mendMentions(
  ground: Ground,
  draft: Draft,
  old: FluxKustomization,
  successors: readonly string[],
): Promise<readonly string[]> {
  const mended: string[] = [];
  for (const file of await filesOfCluster(ground, draft)) {
    if (!isYamlName(file)) continue;
    const bytes = await draft.read(file);
    if (bytes === null || !Buffer.from(bytes).includes(old.name)) continue;
    for (const { index } of await objectsIn(draft, file)) {
      const located = (await objectsIn(draft, file)).find((one) => one.index === index);
      if (located === undefined) continue;
      const edits = mentionEdits(located, old, successors);
      if (edits.length === 0) continue;
      await editLocated(draft, located, edits);
      const { kind, name } = identityOf(located.tree);
      mended.push(`${kind} ${name} in ${file}`);
    }
  }
  return mended;
}

interface MentionList {
  readonly group: string;
  readonly path: Path;
  /** Whether items say their kind. */
  readonly typed: boolean;
}

const mentionLists: readonly MentionList[] = [
  { group: kustomizationGroup, path: ['spec', 'dependsOn'], typed: false },
  { group: kustomizationGroup, path: ['spec', 'healthChecks'], typed: true },
  { group: 'notification.toolkit.fluxcd.io', path: ['spec', 'eventSources'], typed: true },
  { group: 'notification.toolkit.fluxcd.io', path: ['spec', 'resources'], typed: true },
];

function mentionEdits({ tree }: Located, old: FluxKustomization, successors: readonly string[]): Edit[] {
  const own = identityOf(tree);
  if (
    own.kind === 'Kustomization' &&
    keyOf({ ...own, namespace: own.namespace || old.namespace }) === keyOf(old)
  )
    return [];
  const ownNamespace = own.namespace || old.namespace;
  return mentionLists.flatMap(({ group, path, typed }): Edit[] => {
    const list = own.group === group ? nodeAt(tree, path) : null;
    if (list?.kind !== 'sequence') return [];
    let added = list.items.length;
    return list.items.flatMap((item, index): Edit[] => {
      if (item.kind !== 'mapping' || textAt(item, 'name') !== old.name) return [];
      if ((textAt(item, 'namespace') || ownNamespace) !== old.namespace) return [];
      if (typed && textAt(item, 'kind') !== 'Kustomization') return [];
      const [first, ...others] = successors;
      if (first === undefined) return [{ kind: 'remove', branch: 0, path: [...path, index] }];
      return [
        { kind: 'put', branch: 0, path: [...path, index, 'name'], value: stringOf(first) },
        ...others.map((name): Edit => {
          return {
            kind: 'put',
            branch: 0,
            path: [...path, added++],
            value: replaceEntry(item, 'name', stringOf(name)),
          };
        }),
      ];
    });
  });
}
