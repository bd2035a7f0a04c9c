import { SopskitError } from '../errors/sopskit-error.ts';
import { entriesOf, valueAt } from '../tree/mapping.ts';
import {
  bytesOf,
  type SecretEntry,
  type SecretObject,
  secretEntries,
  titleOf,
} from './secret-manifest-read.ts';
import { checkName, checkNamespace, checkSecret } from './secret-manifest-rules.ts';

/**
 * Checks a Secret in clear as the API server would, whoever wrote it. Throws `manifest.invalid`, which names the Secret
 * and quotes no value.
 */
export function checkSecretObject(secret: SecretObject): void {
  const { name, manifest, type } = secret;
  if (name === null) {
    throw new SopskitError('manifest.invalid', `${titleOf(secret)} has no name`, {
      hint: 'Give it one: metadata.name.',
    });
  }
  const namespace = namespaceOf(secret);
  try {
    checkName(name);
    if (namespace !== null) checkNamespace(namespace);
    checkSecret({
      name,
      namespace,
      type: valueAt(manifest, 'type') === undefined ? 'Opaque' : (type ?? ''),
      labels: textsOf(secret, 'labels'),
      annotations: textsOf(secret, 'annotations'),
      immutable: false,
      values: new Map(secretEntries(secret).map((entry) => [entry.key, bytesIn(entry)])),
      asText: false,
    });
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    throw new SopskitError(error.code, `${titleOf(secret)}: ${error.message}`, {
      ...(error.place === undefined ? {} : { place: error.place }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

function bytesIn(entry: SecretEntry): Uint8Array {
  const { field, key, value } = entry;
  const bytes = value.kind === 'null' ? null : bytesOf(entry);
  if (bytes !== null) return bytes;
  const what = field === 'data' ? 'base64' : 'a text';
  throw new SopskitError('manifest.invalid', `a value of ${field} is not ${what}`, {
    place: { path: [field, key], ...(value.line === undefined ? {} : { line: value.line }) },
    hint: 'Kubernetes would refuse it. An empty value is "".',
  });
}

/** Labels and annotations are texts, all of them. */
function textsOf(secret: SecretObject, field: 'labels' | 'annotations'): ReadonlyMap<string, string> {
  const metadata = valueAt(secret.manifest, 'metadata');
  const values = metadata?.kind === 'mapping' ? valueAt(metadata, field) : undefined;
  if (values?.kind !== 'mapping') return new Map();
  return new Map(
    entriesOf(values).map(({ key, value }) => {
      if (typeof key === 'string' && value.kind === 'string') return [key, value.value];
      throw new SopskitError('manifest.invalid', `${titleOf(secret)}: one of its ${field} is no text`, {
        hint: 'Put it into quotes.',
      });
    }),
  );
}

function namespaceOf(secret: SecretObject): string | null {
  const metadata = valueAt(secret.manifest, 'metadata');
  const value = metadata?.kind === 'mapping' ? valueAt(metadata, 'namespace') : undefined;
  if (value === undefined || value.kind === 'null' || value.kind === 'string') return secret.namespace;
  throw new SopskitError('manifest.invalid', `${titleOf(secret)}: its namespace is no text`, {
    hint: 'Put it into quotes.',
  });
}
