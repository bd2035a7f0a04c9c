// Bundles the library and the command line into dist/, in one step that never leaves half of it.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const work = join(root, `dist.${process.pid}`);

const shared = {
  absWorkingDir: root,
  outdir: work,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Heavy, and imported only where a file needs them.
  external: ['openpgp', 're2js', 'age-encryption', 'bcrypt-pbkdf'],
  legalComments: 'eof',
  logLevel: 'warning',
};
const commonJs = {
  ...shared,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  charset: 'ascii',
  minify: true,
  // Compiled code that V8 kept cannot call import(); require() loads ES modules since Node 20.19.
  supported: { 'dynamic-import': false },
};

try {
  await build({
    ...shared,
    entryPoints: { index: 'src/index.ts' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  // One CommonJS file: Node 20 starts it faster than ES modules; parts of it run only when their command does.
  await build({ ...commonJs, entryPoints: { cli: 'src/cli/main.ts' } });
  const id = createHash('sha256')
    .update(readFileSync(join(work, 'cli.cjs')))
    .digest('hex')
    .slice(0, 16);
  await build({
    ...commonJs,
    entryPoints: { launch: 'src/cli/launch.ts' },
    define: { BUILD_ID: JSON.stringify(id) },
  });
  replaceDist();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function replaceDist() {
  const old = `${work}.old`;
  const dist = join(root, 'dist');
  try {
    renameSync(dist, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(work, dist);
  rmSync(old, { recursive: true, force: true });
}
