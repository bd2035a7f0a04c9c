import { markers } from '../../flux/build/opened.ts';

/** How a value begins that sops encrypted. */
const start = 'ENC[AES256_GCM,';

/** Whether a text is a value as sops encrypts it. */
export function looksSealedText(text: string): boolean {
  return text.startsWith(start);
}

/** Whether a text is such a value, or a whole encrypted file that kustomize-controller would open. */
export function looksSealedFile(text: string): boolean {
  return (
    looksSealedText(text) ||
    (text.includes(start) && [...markers.values()].some((marker) => text.includes(marker)))
  );
}
