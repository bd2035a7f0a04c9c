import type { FormatName } from '../../formats/format.ts';
import { entriesOf, mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { jsonText } from './json-text.ts';
import { textOf } from './kustomization-file.ts';
import { annotationsOf } from './object-fields.ts';
import { controllerFormat, markers, type Opener } from './opened.ts';

/** What the controller's decryption makes of one object. */
export type DecryptedObject =
  | { readonly kind: 'same' }
  | { readonly kind: 'opened'; readonly object: Mapping; readonly values: readonly string[] }
  /** No identity here opens it, or one of its values. */
  | { readonly kind: 'no-key' }
  /** The controller fails, with these words behind `decryption failed for …: `. */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * Decrypts an object as the controller does after kustomize: any that has `sops.mac`, as JSON; of other Secrets each
 * value of `data` that is an encrypted file (kustomize-controller, DecryptResource).
 */
export async function decryptObject(object: Mapping, opener: Opener): Promise<DecryptedObject> {
  const disabled =
    annotationsOf(object).get('kustomize.toolkit.fluxcd.io/decrypt')?.toLowerCase() === 'disabled';
  if (disabled) return { kind: 'same' };
  if (hasMac(object)) return openWhole(object, opener);
  return textOf(object, 'kind') === 'Secret' ? openData(object, opener) : { kind: 'same' };
}

/** Whether an object is an encrypted file, for the controller. */
export function hasMac(object: Mapping): boolean {
  const sops = valueAt(object, 'sops');
  const mac = sops?.kind === 'mapping' ? valueAt(sops, 'mac') : undefined;
  return mac !== undefined && mac.kind !== 'null';
}

async function openWhole(object: Mapping, opener: Opener): Promise<DecryptedObject> {
  const opened = await opener.open(Buffer.from(jsonText(object), 'utf8'), 'json');
  const { namespace, name, kind } = namesOf(object);
  switch (opened.kind) {
    case 'no-key':
      return opened;
    case 'broken':
      return broken(`failed to decrypt and format '${namespace}/${name}' ${kind} data: ${opened.message}`);
    case 'opened':
      return { kind: 'opened', object: opened.branches[0] ?? mappingOf([]), values: opened.values };
  }
}

async function openData(object: Mapping, opener: Opener): Promise<DecryptedObject> {
  const data = valueAt(object, 'data');
  if (data?.kind !== 'mapping') return { kind: 'same' };
  const opened = new Map<string, Value>();
  const values: string[] = [];
  for (const { key, value } of entriesOf(data)) {
    if (typeof key !== 'string' || value.kind !== 'string') continue;
    const bytes = Buffer.from(value.value, 'base64');
    const format = formatOf(bytes);
    if (format === null) continue;
    const found = await opener.open(bytes, format);
    if (found.kind === 'no-key') return found;
    const text = found.kind === 'opened' ? await opener.print(found.branches, controllerFormat(key)) : null;
    if (found.kind === 'broken' || text === null) {
      const why =
        found.kind === 'broken' ? found.message : `it cannot be written as ${controllerFormat(key)}`;
      const { namespace, name } = namesOf(object);
      return broken(`failed to decrypt and format '${namespace}/${name}' Secret field '${key}': ${why}`);
    }
    opened.set(key, stringOf(Buffer.from(text).toString('base64')));
    if (found.kind === 'opened') values.push(...found.values);
  }
  if (opened.size === 0) return { kind: 'same' };
  return { kind: 'opened', object: withData(object, data, opened), values };
}

function withData(object: Mapping, data: Mapping, opened: ReadonlyMap<string, Value>): Mapping {
  const entries = entriesOf(data).map(
    ({ key, value }) => [String(key), opened.get(String(key)) ?? value] as const,
  );
  return mappingOf(
    entriesOf(object).map(
      ({ key, value }) => [String(key), key === 'data' ? mappingOf(entries) : value] as const,
    ),
  );
}

/** The controller asks in the random order of a Go map; of what a text can be, the likely one is asked for first. */
function formatOf(bytes: Buffer): FormatName | null {
  for (const format of ['json', 'yaml', 'dotenv', 'ini'] as const) {
    if (bytes.includes(markers.get(format) ?? '')) return format;
  }
  return null;
}

function namesOf(object: Mapping): { namespace: string; name: string; kind: string } {
  const metadata = valueAt(object, 'metadata');
  const at = (key: string) => (metadata?.kind === 'mapping' ? (textOf(metadata, key) ?? '') : '');
  return { namespace: at('namespace'), name: at('name'), kind: textOf(object, 'kind') ?? '' };
}

function broken(message: string): DecryptedObject {
  return { kind: 'broken', message };
}
