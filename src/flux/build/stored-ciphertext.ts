import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { showObject } from '../object-id.ts';
import type { BuiltObject } from './build.ts';
import type { BuiltKustomization } from './built-report.ts';

/**
 * Tells of objects that would be stored with ciphertext for a value, which the controller does without a word: encrypted
 * ones where nothing is decrypted (a ConfigMap, a Secret with stringData), values whose `sops` block was cut off. What
 * only cannot be opened here is not among them. And of encrypted ones of other kinds, whose `sops` the API server does not
 * know. One sentence each, without its full stop.
 */
export function storedCiphertext({ kustomization, build, decrypts }: BuiltKustomization): readonly string[] {
  if (build.kind !== 'built') return [];
  const refused = decrypts ? [] : build.objects.filter(({ manifest }) => isSealed(manifest));
  const stored = build.objects
    .filter((object) => isStored(object, decrypts))
    .map(({ identity }) => {
      const why = decrypts
        ? 'it has no sops block, so nothing decrypts it'
        : `${kustomization} has no spec.decryption`;
      return `${showObject(identity)} would be stored with ciphertext for a value: ${why}`;
    });
  return [
    ...refused.map(
      ({ identity }) =>
        `${showObject(identity)} would be refused by the API server (.sops: field not declared in schema): it is encrypted, and ${kustomization} has no spec.decryption`,
    ),
    ...stored,
  ];
}

function isStored({ manifest, identity }: BuiltObject, decrypts: boolean): boolean {
  if (isSealed(manifest)) return false; // refused; or opened where the key is
  const isSecret = identity.kind === 'Secret' && identity.group === '';
  return entriesOf(manifest).some(({ key, value }) =>
    holdsCiphertext(value, isSecret && key === 'data', decrypts),
  );
}

/** What is left of a `sops`: that of Secrets and other built-in kinds is taken off. */
function isSealed(manifest: Mapping): boolean {
  return valueAt(manifest, 'sops')?.kind === 'mapping';
}

/** A whole encrypted file in a value of a Secret is decrypted where decryption is on. */
function holdsCiphertext(value: Value, isBase64: boolean, decrypts: boolean): boolean {
  switch (value.kind) {
    case 'mapping':
      return entriesOf(value).some((entry) => holdsCiphertext(entry.value, isBase64, decrypts));
    case 'sequence':
      return value.items.some((item) => item.kind !== 'comment' && holdsCiphertext(item, isBase64, decrypts));
    case 'string':
      return isCiphertext(
        isBase64 ? Buffer.from(value.value, 'base64').toString('utf8') : value.value,
        decrypts,
      );
    default:
      return false;
  }
}

function isCiphertext(text: string, decrypts: boolean): boolean {
  if (text.startsWith('ENC[AES256_GCM,')) return true;
  return !decrypts && /(?:^|\s|")(?:sops_)?mac"?[:=] ?"?ENC\[AES256_GCM,/.test(text);
}
