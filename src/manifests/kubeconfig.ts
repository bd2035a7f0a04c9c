import { valueAt } from '../tree/mapping.ts';
import { nodeAt } from '../tree/node-at.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping } from '../tree/value.ts';
import { textAt } from './kubernetes-object.ts';
import { leavesBelow, type PlacedScalar } from './leaves-below.ts';
import { isPlaceholder } from './placeholder.ts';

const credentials = new Set(['client-key-data', 'token', 'password']);
const providerCredentials = new Set(['refresh-token', 'client-secret', 'id-token', 'access-token']);
const secretName = /SECRET|TOKEN|PASSWORD|PASSPHRASE|PRIVATE_?KEY|API_?KEY/i;
const secretArgument = /^--?[\w-]*(?:secret|token|password|api-key)[\w-]*=\S/i;

/** Whether a mapping is a kubeconfig; kubectl does without its `kind`. */
export function isKubeconfig(manifest: Mapping): boolean {
  const has = (key: string) => valueAt(manifest, key) !== undefined;
  if (!has('users')) return false;
  return textAt(manifest, 'kind') === 'Config' || (has('clusters') && has('contexts'));
}

/**
 * Lists the credentials in a kubeconfig: the client keys, tokens and passwords of its users, what their providers keep,
 * and what is handed to the programs that fetch tokens. None in another object.
 */
export function kubeconfigCredentials(manifest: Mapping, path: Path = []): readonly PlacedScalar[] {
  const users = valueAt(manifest, 'users');
  if (users === undefined || !isKubeconfig(manifest)) return [];
  return leavesBelow(users, [...path, 'users']).filter(
    (found) =>
      isCredential(found, manifest, path) &&
      !(found.leaf.kind === 'string' && isPlaceholder(found.leaf.value)),
  );
}

function isCredential({ leaf, path: full }: PlacedScalar, manifest: Mapping, above: Path): boolean {
  const key = String(full.at(-1));
  const text = leaf.kind === 'string' ? leaf.value : '';
  if (text === '' && leaf.kind === 'string') return false;
  if (full.includes('exec')) {
    if (full.at(-2) === 'args')
      return secretArgument.test(text) && !isPlaceholder(text.replace(/^[^=]*=/, ''));
    return key === 'value' && secretName.test(nameBeside(manifest, full.slice(above.length)));
  }
  return credentials.has(key) || (full.includes('auth-provider') && providerCredentials.has(key));
}

/** The `name` of the item that has a value. */
function nameBeside(manifest: Mapping, path: Path): string {
  const item = nodeAt(manifest, path.slice(0, -1));
  return item?.kind === 'mapping' ? textAt(item, 'name') : '';
}
