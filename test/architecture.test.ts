import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * Rooms of `src/` and what each may import from (CONTRIBUTING.md draws it). `errors`, `secret` and the interfaces of
 * `system` are open to all; `system/node` only to the edge.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  secret: [],
  system: [],
  tree: [],
  cipher: ['tree'],
  formats: ['tree'],
  keys: ['tree', 'cipher'],
  findings: [],
  page: [],
  config: ['tree', 'keys', 'cipher', 'findings'],
  sops: ['tree', 'cipher', 'keys', 'config', 'formats'],
  manifests: ['tree'],
  library: ['tree', 'keys', 'config', 'formats', 'sops', 'manifests', 'system/node'],
  repository: ['tree', 'cipher', 'keys', 'config', 'formats', 'sops', 'manifests', 'findings', 'page'],
  flux: [
    'tree',
    'cipher',
    'keys',
    'config',
    'formats',
    'sops',
    'manifests',
    'findings',
    'page',
    'repository',
  ],
  cluster: ['tree', 'formats'],
  operations: [
    'tree',
    'keys',
    'config',
    'formats',
    'sops',
    'manifests',
    'findings',
    'page',
    'repository',
    'flux',
    'cluster',
  ],
  cli: [
    'tree',
    'keys',
    'config',
    'formats',
    'sops',
    'manifests',
    'findings',
    'page',
    'repository',
    'flux',
    'cluster',
    'operations',
    'system/node',
  ],
  index: ['library', 'tree', 'keys', 'config', 'formats', 'system/node'],
};
const openToAll = ['errors', 'secret', 'system'];

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

describe('architecture', () => {
  const imports = sources().flatMap((file) => importsOf(file).map((target) => ({ file, target })));

  it('finds the imports it is to judge', () => {
    expect(imports.length).toBeGreaterThan(200);
  });

  it('has only the arrows of the table', () => {
    const forbidden = imports.filter(({ file, target }) => !allowed(roomOf(file), roomOf(target)));
    expect(forbidden.map(({ file, target }) => `${relative(src, file)} → ${relative(src, target)}`)).toEqual(
      [],
    );
  });

  it('keeps heavy libraries out of static imports', () => {
    const heavy =
      /^import (?!type )[^;]*? from '(openpgp|re2js|age-encryption|bcrypt-pbkdf|picomatch|@dagrejs\/dagre|@kubernetes\/client-node)'/m;
    expect(sources().filter((file) => heavy.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('has no room without a name of its own', () => {
    expect(
      sources().filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\.ts|\/)/.test(file)),
    ).toEqual([]);
  });

  it('throws one kind of error', () => {
    const bare = sources().filter((file) =>
      /throw new (Error|TypeError|RangeError)\(/.test(readFileSync(file, 'utf8')),
    );
    expect(bare).toEqual([]);
  });
});

function allowed(from: string, to: string): boolean {
  if (from === to || (from === 'system/node' && to === 'system')) return true;
  return openToAll.includes(to) || (arrows[from]?.includes(to) ?? false);
}

function roomOf(file: string): string {
  const path = relative(src, file);
  if (path.startsWith('system/node/')) return 'system/node';
  return path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.ts$/, '');
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    resolve(dirname(file), match[1] ?? ''),
  );
}

function sources(): string[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
