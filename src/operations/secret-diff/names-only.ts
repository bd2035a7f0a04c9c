import type { LintNode } from '../../flux/lint/lint-node.ts';
import { itemsAt } from '../../flux/lint/named-files.ts';
import type { WrittenObject } from '../../flux/lint/written-object.ts';
import { parseId } from '../../flux/object-id.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';
import type { LiveSecretRef } from '../live-secrets/read-live-secrets.ts';
import { looksSealedText } from './sealed-text.ts';
import { storedSecret, withoutValues } from './stored-secret.ts';
import type { WantedSecret } from './wanted-secret.ts';

/**
 * The Secrets in the files of a Kustomization that cannot be built here because a file cannot be opened: with the names
 * of their keys, and where its inventory says they are. None where patches may give them other keys.
 */
export async function namesOnly(
  node: LintNode,
  live: ReadonlyMap<string, LiveKustomization>,
  chosen: ReadonlySet<string> | null,
): Promise<readonly WantedSecret[]> {
  const { build } = node.node;
  const reasons = new Set(build.kind === 'unknown' ? build.unknowns.map(({ reason }) => reason) : []);
  if (reasons.size !== 1 || !reasons.has('missing-key')) return [];
  if (await changesKeys(node)) return [];
  const refs = (live.get(node.key)?.inventory ?? []).flatMap(secretRef);
  const written = (await node.written()).filter(isSecret);
  return written.flatMap(({ object, file }): WantedSecret[] => {
    const [ref, ...more] = refs.filter(({ name }) => name === object.name);
    const isTwice = written.some((one) => one.object !== object && one.object.name === object.name);
    if (ref === undefined || more.length > 0 || isTwice) return [];
    if (chosen !== null && !chosen.has(file.path)) return [];
    const secret = withoutValues(storedSecret(object.manifest, looksSealedText));
    return [
      {
        ref,
        secret: { ...secret, labels: new Map(), annotations: new Map() },
        kustomization: node.key,
        file: file.path,
        files: new Set([file.path]),
        generated: false,
        byName: true,
        notes: ['its Kustomization cannot be built here: only the names of its keys are compared'],
      },
    ];
  });
}

function secretRef(id: string): LiveSecretRef[] {
  const { namespace, name, kind, group } = parseId(id);
  return kind === 'Secret' && group === '' ? [{ namespace, name }] : [];
}

function isSecret({ object: { kind, apiVersion } }: WrittenObject): boolean {
  return kind === 'Secret' && apiVersion === 'v1';
}

const changing = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'replacements', 'transformers'];

async function changesKeys(node: LintNode): Promise<boolean> {
  if (node.spec.patches.length > 0) return true;
  const { kustomizations } = await node.reach();
  return kustomizations.some(({ data }) => changing.some((list) => itemsAt(data, [list]).length > 0));
}
