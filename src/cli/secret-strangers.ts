import { SopskitError } from '../errors/sopskit-error.ts';
import type { SecretObject } from '../manifests/secret-manifest-read.ts';
import { valueAt } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';

/** Throws `manifest.invalid` for objects that look like Secrets, and whose values are somewhere else. */
export function refuseSealed(branches: readonly Mapping[], file: string): void {
  for (const object of objectsOf(branches)) {
    const why = elsewhere.get(textAt(object, 'kind') ?? '');
    if (why === undefined) continue;
    throw new SopskitError('manifest.invalid', `the input holds a ${textAt(object, 'kind')}: ${why}`, {
      place: { file },
      hint: 'Import the Secret that it makes in the cluster: kubectl get secret NAME -o yaml | sopskit secret import -',
    });
  }
  if (branches.some((branch) => valueAt(branch, 'sops') !== undefined)) {
    throw new SopskitError('sops.already-encrypted', 'the input is encrypted already', {
      place: { file },
      hint: 'It can be committed as it is. `sopskit secret set` and `sopskit secret edit` change it.',
    });
  }
}

const elsewhere: ReadonlyMap<string, string> = new Map([
  ['SealedSecret', 'only the controller in the cluster can open it'],
  ['ExternalSecret', 'its values are in another store'],
  ['SopsSecret', 'it is no Secret yet'],
]);

/** Names the objects that are no Secrets, by kind; `null` where there are none. */
export function describeOthers(
  branches: readonly Mapping[],
  secrets: readonly SecretObject[],
): string | null {
  const known = new Set(secrets.map(({ manifest }) => manifest));
  const kinds = objectsOf(branches)
    .filter((object) => !known.has(object))
    .map((object) => textAt(object, 'kind') ?? 'an object without a kind');
  return kinds.length === 0 ? null : [...new Set(kinds)].join(', ');
}

function objectsOf(branches: readonly Mapping[]): Mapping[] {
  return branches.flatMap((branch) => {
    const items = valueAt(branch, 'items');
    const isList = (textAt(branch, 'kind') ?? '').endsWith('List');
    if (!isList || items?.kind !== 'sequence') return branch.entries.length === 0 ? [] : [branch];
    return items.items.filter((item): item is Mapping => item.kind === 'mapping');
  });
}

/** Kinds are printed: nothing but a plain word is taken for one. */
function textAt(mapping: Mapping, key: string): string | null {
  const value = valueAt(mapping, key);
  return value?.kind === 'string' && /^[A-Za-z0-9]{1,63}$/.test(value.value) ? value.value : null;
}
