import { decoded, type SecretValue, tellingValues } from '../../manifests/secret-object.ts';
import { secretsIn } from '../../manifests/secrets-in.ts';
import { readContent } from './content.ts';
import { signsOf } from './signs.ts';

/**
 * Finds the readable values of Secrets in a text that is a value of another file: a patch, an inline manifest, what kubectl
 * kept of an object; in base64, too.
 */
export async function embeddedSecrets(value: string): Promise<readonly SecretValue[]> {
  const text = /[\n{]/.test(value.trim()) ? value : packed(value);
  if (text === null || !signsOf(text).secret) return [];
  const content = await readContent(
    Buffer.from(text),
    { format: 'yaml', template: text.includes('{{') },
    false,
  );
  const parts = content.kind === 'tree' ? content.parts : [];
  return parts.flatMap(({ data }) => secretsIn(data).flatMap(tellingValues));
}

/** What may be a manifest behind base64, also behind the `data:…;base64,` of Ignition. */
function packed(value: string): string | null {
  const body = value.slice(value.lastIndexOf(',') + 1);
  return body.length < 40 ? null : decoded(body);
}
