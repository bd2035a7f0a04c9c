import type { Subject } from '../../repository/check/subject.ts';
import type { LintCluster } from './lint-cluster.ts';
import type { LintNode } from './lint-node.ts';
import type { ReachedFile } from './reach.ts';

/** A file that Kustomizations read. */
export interface UsedFile {
  readonly path: string;
  readonly subject: Subject;
  readonly uses: readonly FileUse[];
}

export interface FileUse {
  readonly cluster: LintCluster;
  readonly node: LintNode;
  readonly file: ReachedFile;
}

/** Lists the files in the order in which they are reached. */
export async function findFileUses(clusters: readonly LintCluster[]): Promise<readonly UsedFile[]> {
  const found = new Map<string, { subject: Subject; uses: FileUse[] }>();
  for (const cluster of clusters) {
    for (const node of cluster.nodes) {
      for (const file of (await node.reach()).files) {
        const key = `${node.node.tree?.label}\0${file.path}`;
        const known = found.get(key);
        const subject = known?.subject ?? (await node.subject(file.path));
        if (subject === null) continue;
        if (known === undefined) found.set(key, { subject, uses: [{ cluster, node, file }] });
        else known.uses.push({ cluster, node, file });
      }
    }
  }
  return [...found.values()].map(({ subject, uses }) => ({ path: subject.path, subject, uses }));
}

/** `Kustomization flux-system/apps`, `Kustomizations a and b`, `Kustomizations a, b and 3 more`. */
export function kustomizationsText(nodes: Iterable<LintNode>): string {
  const keys = [...new Set([...nodes].map(({ key }) => key))];
  const [first = '', second = ''] = keys;
  if (keys.length === 1) return `Kustomization ${first}`;
  if (keys.length === 2) return `Kustomizations ${first} and ${second}`;
  return `Kustomizations ${first}, ${second} and ${keys.length - 2} more`;
}
