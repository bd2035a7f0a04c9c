import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, textIn, textMapIn, textsIn } from '../../cluster/fields.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import { parseId, printId } from '../../flux/object-id.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { LiveKinds } from '../live-state.ts';
import type { Optional } from './read-cluster.ts';
import { dateOf } from './read-flux-object.ts';
import type { AppliedObject, FluxObject } from './reading.ts';

const nameLabel = `${kustomizationGroup}/name`;
const namespaceLabel = `${kustomizationGroup}/namespace`;

/** Reads all that carries a Kustomization's label, one list a kind that an inventory has. */
export async function readApplied(
  cluster: Cluster,
  objects: readonly FluxObject[],
  namespace: string | null,
  optional: Optional,
): Promise<ReadonlyMap<string, AppliedObject>> {
  const kinds = new LiveKinds(cluster);
  const found = new Map<string, AppliedObject>();
  const wanted = new Map<string, { readonly group: string; readonly kind: string }>();
  for (const id of objects.flatMap(({ inventory }) => inventory)) {
    const { group, kind } = parseId(id);
    wanted.set(`${kind}.${group}`, { group, kind });
  }
  for (const { group, kind } of wanted.values()) {
    const ref = await kinds.find(group, kind);
    if (ref === null) continue;
    const scope = (await cluster.isNamespaced(ref)) === true ? namespace : null;
    const items = await optional(`objects of kind ${kind}`, () => cluster.list(ref, scope, nameLabel), []);
    for (const manifest of items) {
      const one = appliedObject(manifest, group, kind);
      found.set(one.id, one);
    }
  }
  return found;
}

export function appliedObject(manifest: Mapping, group: string, kind: string): AppliedObject {
  const at = (...path: string[]): string => textIn(manifest, 'metadata', ...path);
  const labels = textMapIn(manifest, 'metadata', 'labels');
  const owner = labels.get(nameLabel);
  return {
    id: printId({ namespace: at('namespace'), name: at('name'), group, kind }),
    owner: owner === undefined ? null : `${labels.get(namespaceLabel) ?? ''}/${owner}`,
    deleting: dateOf(at('deletionTimestamp')),
    finalizers: textsIn(manifest, 'metadata', 'finalizers'),
    sealed: group === '' && (kind === 'Secret' || kind === 'ConfigMap') ? sealedKeys(manifest, kind) : [],
  };
}

/** Keys whose values are ciphertext: the values themselves are looked at, and not kept. */
function sealedKeys(manifest: Mapping, kind: string): readonly string[] {
  const data = fieldIn(manifest, 'data');
  if (data?.kind !== 'mapping') return [];
  return entriesOf(data)
    .filter(({ value }) => {
      if (value.kind !== 'string') return false;
      const text = kind === 'Secret' ? Buffer.from(value.value, 'base64').toString('latin1') : value.value;
      // a whole sops file in a ConfigMap may be meant so; in a Secret the controller would have opened it
      const isFile = kind === 'Secret' && /^\s*(?:"mac": "|mac: )ENC\[AES256_GCM,/m.test(text);
      return isFile || /^\s*ENC\[AES256_GCM,data:/.test(text);
    })
    .map(({ key }) => String(key));
}
