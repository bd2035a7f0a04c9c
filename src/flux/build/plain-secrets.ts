import { SopskitError } from '../../errors/sopskit-error.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { type Artifact, joinPath } from './artifact.ts';
import { readKubernetesYaml } from './kubernetes-yaml.ts';
import { mapsAt, textOf, textsAt } from './kustomization-file.ts';
import type { Reach } from './reach.ts';

/**
 * Lists the values of Secrets that a build reads unencrypted: of manifests, as text and out of base64, and what
 * generators make Secrets of. For taking them out of messages.
 */
export async function plainSecrets(
  artifact: Artifact,
  { files, kustomizations }: Reach,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) found.push(...valuesOfFile((await artifact.read(file)) ?? new Uint8Array()));
  for (const [folder, kustomization] of kustomizations) {
    for (const generator of mapsAt(kustomization, 'secretGenerator'))
      found.push(...(await valuesOfGenerator(artifact, folder, generator)));
  }
  return found;
}

function valuesOfFile(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString('utf8');
  if (!/Secret/.test(text)) return [];
  try {
    return readKubernetesYaml(bytes).flatMap(valuesOf);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    // no YAML: whatever stands behind a colon may be a value
    return text.split('\n').map((line) => line.slice(line.indexOf(':') + 1).trim());
  }
}

function valuesOf(value: Value): readonly string[] {
  if (value.kind !== 'mapping') return [];
  const items = valueAt(value, 'items');
  if (items?.kind === 'sequence')
    return items.items.flatMap((item) => (item.kind === 'comment' ? [] : valuesOf(item)));
  if (textOf(value, 'kind') !== 'Secret') return [];
  return ['data', 'stringData'].flatMap((field) => textsBelow(valueAt(value, field))).flatMap(bothForms);
}

function textsBelow(value: Value | undefined): readonly string[] {
  switch (value?.kind) {
    case 'mapping':
      return entriesOf(value).flatMap((entry) => textsBelow(entry.value));
    case 'sequence':
      return value.items.flatMap((item) => (item.kind === 'comment' ? [] : textsBelow(item)));
    case 'string':
      return [value.value];
    case 'int':
    case 'float':
      return [String(value.value)];
    default:
      return [];
  }
}

function bothForms(text: string): readonly string[] {
  const decoded = /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)
    ? Buffer.from(text, 'base64').toString('utf8')
    : '';
  return decoded === '' || decoded.includes('\uFFFD') ? [text] : [text, decoded];
}

async function valuesOfGenerator(
  artifact: Artifact,
  folder: string,
  generator: Mapping,
): Promise<readonly string[]> {
  const literals = textsAt(generator, 'literals').map(behindSign);
  const env = textOf(generator, 'env');
  const read = async (name: string): Promise<string> => {
    const at = joinPath(folder, name);
    return Buffer.from((at === null ? null : await artifact.read(at)) ?? '').toString('utf8');
  };
  const envs = await Promise.all([...textsAt(generator, 'envs'), ...(env === null ? [] : [env])].map(read));
  const files = await Promise.all(textsAt(generator, 'files').map((text) => read(behindSign(text))));
  return [...literals, ...envs.flatMap((text) => text.split('\n').map(behindSign)), ...files];
}

/** Without a sign the whole: it is taken for a value that lacks its key. */
function behindSign(text: string): string {
  return text.slice(text.indexOf('=') + 1).replace(/^(["'])([\s\S]*)\1$/, '$2');
}
