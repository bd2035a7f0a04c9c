// Bundles the library and the command line into dist/, in one step that never leaves half of it.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildCommandLine } from './command-line-bundles.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const work = join(root, `dist.${process.pid}`);

const shared = {
  absWorkingDir: root,
  outdir: work,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Heavy, and imported only where a file needs them.
  external: [
    'openpgp',
    're2js',
    'age-encryption',
    'bcrypt-pbkdf',
    'picomatch',
    '@dagrejs/dagre',
    '@kubernetes/client-node',
  ],
  legalComments: 'eof',
  logLevel: 'warning',
};
/**
 * `import fs from 'node:fs'` becomes a plain require: esbuild would copy every property of the module into an object of
 * its own, once a file that imports it, and with Node's large modules that is felt at each start.
 */
const plainBuiltins = {
  name: 'plain-builtins',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      return { loader: 'ts', contents: source.replace(defaultImport, "import $1 = require('$2');") };
    });
  },
};
const defaultImport = /^import (\w+) from '(node:[\w/]+)';$/gm;

const commonJs = {
  ...shared,
  plugins: [plainBuiltins],
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
  // CommonJS: Node 20 starts it faster than ES modules; parts of it run only when their command does.
  await buildCommandLine(commonJs, root);
  const id = digest(['cli', 'more'].map((name) => wrap(join(work, `${name}.cjs`))).join());
  await build({
    ...commonJs,
    entryPoints: { launch: 'src/cli/launch.ts', 'launch-worker': 'src/cli/launch-worker.ts' },
    define: { BUILD_ID: JSON.stringify(id) },
  });
  replaceDist();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes a bundle the function that launch.ts calls, as `require` would at run time, and returns it. */
function wrap(file) {
  const source = `(function(exports,require,module){${readFileSync(file, 'utf8')}\n})`;
  writeFileSync(file, source);
  return source;
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
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
