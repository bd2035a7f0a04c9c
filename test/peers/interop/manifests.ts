import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SelectorKind } from '../../../src/config/selector.ts';
import type { FormatName } from '../../../src/formats/format.ts';

export interface Manifest {
  readonly format: FormatName;
  readonly text: string;
  readonly select?: { readonly [kind in SelectorKind]?: string };
}

const formats: ReadonlyMap<string, FormatName> = new Map([
  ['.json', 'json'],
  ['.env', 'dotenv'],
  ['.ini', 'ini'],
]);

const secretsOnly = { encrypted_regex: '^(data|stringData)$' };

/**
 * Files as they lie in GitOps repositories. They were written for this suite, after the habits of public ones: a Secret
 * of Flux' guide, a HelmRelease with values, a Talos machine configuration, a Docker Compose file, an environment file,
 * a php.ini, a service account. Values are made up. The examples of this repository come with them.
 */
export const manifests: readonly (readonly [string, Manifest])[] = [
  ...folder('../../../examples', ['.yaml', '.env']),
  ...folder('real', ['.yaml', '.json', '.env', '.ini']),
];

function folder(name: string, endings: readonly string[]): (readonly [string, Manifest])[] {
  const root = fileURLToPath(new URL(name, import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .sort()
    .map((file) => [path.join(path.basename(name), file), read(path.join(root, file))] as const);
}

function read(file: string): Manifest {
  const text = readFileSync(file, 'utf8');
  const format = formats.get(path.extname(file)) ?? 'yaml';
  return /^kind: Secret$/m.test(text) ? { format, text, select: secretsOnly } : { format, text };
}
