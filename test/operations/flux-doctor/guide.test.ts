import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

it('lists every code in the guide', () => {
  const folder = path.join(root, 'src/operations/flux-doctor');
  const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const codes = new Set(
    sources.match(
      /(?<=')(?:decryption|source|build|apply|health|dependency|release|applied|state|controller)\.[a-z-]+(?=')/g,
    ),
  );
  const guide = readFileSync(path.join(root, 'docs/flux-doctor.md'), 'utf8');
  const listed = new Set(
    guide
      .slice(guide.indexOf('## Codes'))
      .match(
        /(?<=`)(?:decryption|source|build|apply|health|dependency|release|applied|state|controller)\.[a-z-]+(?=`)/g,
      ),
  );
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].sort()).toEqual([...listed].sort());
});
