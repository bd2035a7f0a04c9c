// Keeps of dist/types what index.d.ts reaches, and writes its imports as every TypeScript since 4.7 reads them (.js).
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'types');
const specifier = /(?<=(?:from\s*|import\s*\(?\s*)(['"]))(\.{1,2}\/[^'"]+)\.ts(?=\1)/g;

const kept = new Set();
keep(join(types, 'index.d.ts'));
removeOthers(types);

function keep(file) {
  if (kept.has(file)) return;
  kept.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, , path] of text.matchAll(specifier)) keep(resolve(dirname(file), `${path}.d.ts`));
  writeFileSync(file, text.replace(specifier, '$2.js'));
}

/** Returns whether anything is left in the folder. */
function removeOthers(folder) {
  const left = readdirSync(folder).filter((name) => {
    const path = join(folder, name);
    const stays = statSync(path).isDirectory() ? removeOthers(path) : kept.has(path);
    if (!stays) rmSync(path, { recursive: true });
    return stays;
  });
  return left.length > 0;
}
