// Bundles the library and the command line into dist/.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
rmSync(join(root, 'dist'), { recursive: true, force: true });

const shared = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Heavy, and imported only where a file needs them.
  external: ['openpgp', 're2js', 'age-encryption', 'bcrypt-pbkdf'],
  legalComments: 'eof',
  logLevel: 'warning',
};
await build({
  ...shared,
  entryPoints: { index: 'src/index.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
});
// One CommonJS file: Node 20 starts it faster than ES modules; parts of it run only when their command does.
await build({
  ...shared,
  entryPoints: { cli: 'src/cli/main.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  minify: true,
});
