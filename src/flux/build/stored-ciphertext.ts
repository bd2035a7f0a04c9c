import { entriesOf } from '../../tree/mapping.ts';
import type { Value } from '../../tree/value.ts';
import { showObject } from '../object-id.ts';
import type { BuiltObject } from './build.ts';
import type { BuiltKustomization } from './built-report.ts';

/**
 * Tells of objects that would be stored with ciphertext for a value, which the controller does without a word: encrypted
 * ones where nothing is decrypted (a ConfigMap, a Secret with stringData), values whose `sops` block was cut off. What
 * only cannot be opened here is not among them. One sentence each, without its full stop.
 */
export function storedCiphertext({ kustomization, build, decrypts }: BuiltKustomization): readonly string[] {
  if (build.kind !== 'built') return [];
  return build.objects
    .filter((object) => isStored(object, decrypts))
    .map(({ identity }) => {
      const why = decrypts
        ? 'it has no sops block, so nothing decrypts it'
        : `${kustomization} has no spec.decryption`;
      return `${showObject(identity)} would be stored with ciphertext for a value: ${why}`;
    });
}

function isStored({ manifest, identity }: BuiltObject, decrypts: boolean): boolean {
  const isSealed = entriesOf(manifest).some(({ key }) => key === 'sops');
  if (isSealed) return false; // refused by the API server, or by the controller; or opened where the key is
  const isSecret = identity.kind === 'Secret' && identity.group === '';
  return entriesOf(manifest).some(({ key, value }) =>
    holdsCiphertext(value, isSecret && key === 'data', decrypts),
  );
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
