import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../src/keys/age/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

describe('importing the age source', () => {
  it.each(files)('loads no package through %s', (name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const packages = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)]
      .map(([, from]) => from ?? '')
      .filter((from) => !from.startsWith('node:') && !from.startsWith('.'));
    expect(packages).toEqual([]);
  });

  it('sees the packages where they are used', () => {
    const lazy = files.filter((name) => /await import\('/.test(readFileSync(`${folder}/${name}`, 'utf8')));
    expect(lazy.sort()).toEqual(['native/hybrid.ts', 'native/library-recipient.ts', 'ssh/openssh-key.ts']);
  });
});
