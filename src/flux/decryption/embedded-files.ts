import { type KubernetesObject, textAt } from '../../manifests/kubernetes-object.ts';
import { decodeBase64 } from '../../manifests/secret-manifest.ts';
import { Subject } from '../../repository/check/subject.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { markers } from '../build/opened.ts';
import { mappingAt } from '../lint/lint-object.ts';
import { itemsAt } from '../lint/named-files.ts';
import { isDisabledGenerator } from './applied-objects.ts';

export interface EmbeddedFile {
  /** Key of `data`. */
  readonly key: string;
  readonly subject: Subject;
}

/** The values of a Secret's `data` that the controller takes for encrypted files, by what is in them. */
export function embeddedFiles({ kind, manifest }: KubernetesObject): readonly EmbeddedFile[] {
  const data = kind === 'Secret' ? mappingAt(manifest, 'data') : null;
  if (data === null) return [];
  return entriesOf(data).flatMap(({ key, value }) => {
    const bytes = value.kind === 'string' ? decodeBase64(value.value) : null;
    const extension = bytes === null ? null : extensionOf(Buffer.from(bytes));
    if (bytes === null || extension === null) return [];
    return [{ key: String(key), subject: new Subject(`value.${extension}`, bytes) }];
  });
}

/** Literals of secretGenerators that are encrypted files: values of `data` once they are made. */
export function embeddedLiterals(
  kustomization: Mapping,
): readonly (EmbeddedFile & { readonly name: string })[] {
  return itemsAt(kustomization, ['secretGenerator']).flatMap(({ value: generator }) => {
    if (generator.kind !== 'mapping' || isDisabledGenerator(generator, kustomization)) return [];
    return itemsAt(generator, ['literals']).flatMap(({ value: literal }) => {
      const text = literal.kind === 'string' ? literal.value : '';
      const [key = '', value = ''] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
      const bytes = Buffer.from(value.replace(/^(["'])([\s\S]*)\1$/, '$2'));
      const extension = extensionOf(bytes);
      if (extension === null) return [];
      return [{ key, name: textAt(generator, 'name'), subject: new Subject(`value.${extension}`, bytes) }];
    });
  });
}

/** What the marker in a text says of its format, as the end of a name. */
function extensionOf(bytes: Buffer): string | null {
  for (const [format, extension] of [
    ['json', 'json'],
    ['yaml', 'yaml'],
    ['dotenv', 'env'],
    ['ini', 'ini'],
  ] as const) {
    if (bytes.includes(markers.get(format) ?? '')) return extension;
  }
  return null;
}
