import { objectsOf } from '../../manifests/kubernetes-object.ts';
import { isSecretObject, type SecretValue, tellingValues } from '../../manifests/secret-object.ts';
import { readContent } from './content.ts';
import { signsOf } from './signs.ts';

/** Finds the readable values of Secrets in a text that is a value of another file: a patch, an inline manifest. */
export async function embeddedSecrets(text: string): Promise<readonly SecretValue[]> {
  if (!text.includes('\n') || !signsOf(text).secret) return [];
  const content = await readContent(
    Buffer.from(text),
    { format: 'yaml', template: text.includes('{{') },
    false,
  );
  const parts = content.kind === 'tree' ? content.parts : [];
  return parts.flatMap(({ data }) => objectsOf(data).filter(isSecretObject).flatMap(tellingValues));
}
