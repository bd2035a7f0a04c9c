import { textAt } from '../../manifests/kubernetes-object.ts';
import { readLoosely } from '../../repository/check/loose-yaml.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Decryption } from '../kustomization.ts';
import { decryptsByPatch } from '../lint/decrypts-by-patch.ts';
import type { LintCluster } from '../lint/lint-cluster.ts';
import type { LintNode } from '../lint/lint-node.ts';
import { mappingAt } from '../lint/lint-object.ts';
import { itemsAt } from '../lint/named-files.ts';
import { asList, patchText } from '../lint/patches.ts';

/**
 * The decryption that a patch of a parent gives a Kustomization, where the parent could not be built, so that its own
 * manifest does not tell. `null`: none does. What cannot be read of it is left out.
 */
export async function decryptionByPatch(cluster: LintCluster, node: LintNode): Promise<Decryption | null> {
  if (!(await decryptsByPatch(cluster, node))) return null;
  for (const key of new Set([node.key, ...node.node.owners])) {
    const parent = cluster.node(key);
    if (parent === null || parent.node.build.kind === 'built') continue;
    for (const text of await patchTexts(parent)) {
      const found = await decryptionIn(text);
      if (found !== null) return found;
    }
  }
  return { provider: 'sops', secretName: null, serviceAccountName: null };
}

async function patchTexts(parent: LintNode): Promise<readonly string[]> {
  const texts = parent.spec.patches.flatMap((patch) =>
    patch.kind === 'mapping' ? [textAt(patch, 'patch')] : [],
  );
  for (const { path, data } of (await parent.reach()).kustomizations) {
    for (const key of ['patches', 'patchesJson6902', 'patchesStrategicMerge'] as const) {
      for (const { value } of itemsAt(data, [key])) {
        const written = await patchText(value, path, parent);
        if (written !== null) texts.push(written.text);
      }
    }
  }
  return texts.filter((text) => text.includes('decryption'));
}

async function decryptionIn(text: string): Promise<Decryption | null> {
  const documents = (await readLoosely(Buffer.from(asList(text)), false)) ?? [];
  for (const { branch } of documents) {
    const own = mappingAt(mappingAt(branch, 'spec'), 'decryption');
    if (own !== null) return readDecryption(own);
    const items = valueAt(branch, 'items');
    const found = items?.kind === 'sequence' ? byOperations(items.items) : null;
    if (found !== null) return found;
  }
  return null;
}

/** `/spec/decryption`, or its parts one by one. */
function byOperations(items: readonly (Value | { readonly kind: 'comment' })[]): Decryption | null {
  let provider: string | null = null;
  let secretName: string | null = null;
  for (const item of items) {
    if (item.kind !== 'mapping') continue;
    const value = valueAt(item, 'value');
    const path = textAt(item, 'path');
    if (value?.kind === 'mapping' && path === '/spec/decryption') return readDecryption(value);
    if (value?.kind === 'string' && path === '/spec/decryption/provider') provider = value.value;
    if (value?.kind === 'mapping' && path === '/spec/decryption/secretRef')
      secretName = textAt(value, 'name') || null;
    if (value?.kind === 'string' && path === '/spec/decryption/secretRef/name') secretName = value.value;
  }
  return provider === null ? null : { provider, secretName, serviceAccountName: null };
}

function readDecryption(mapping: Mapping): Decryption {
  const secretRef = mappingAt(mapping, 'secretRef');
  return {
    provider: textAt(mapping, 'provider') || 'sops',
    secretName: secretRef === null ? null : textAt(secretRef, 'name') || null,
    serviceAccountName: textAt(mapping, 'serviceAccountName') || null,
  };
}
