// The command line in two bundles: what a one-file command needs (cli), and all the rest (more), which is read only by
// the commands that need it. Each module is in one of them, so that an error is the same class everywhere.
import { relative } from 'node:path';
import { build } from 'esbuild';

/** The commands of sops, and what belongs to every command line; all others are in `more`. */
const core = new Set([
  ...['decrypt', 'edit', 'encrypt', 'exec-env', 'exec-file', 'filestatus', 'groups-add', 'groups-delete'],
  ...['keyservice', 'old-form', 'publish', 'rotate', 'set', 'unset', 'updatekeys'],
  ...['completion-bash', 'completion-fish', 'completion-pwsh', 'completion-zsh'],
]);

/** Whether a module that `cli` imports when it needs it is the way into `more`. */
function isDoor(file) {
  const command = /^src\/cli\/commands\/(.+)\.ts$/.exec(file);
  if (command !== null) return !core.has(command[1]);
  return (
    /^src\/(?:cluster|findings|flux|operations|page|repository)\//.test(file) ||
    /^src\/cli\/(?:many|worker)/.test(file)
  );
}

/**
 * Builds both, and returns the modules in each. They reach each other through `require('sopskit:cli')` and `require('sopskit:more')`, which
 * `src/cli/code-cache.ts` answers.
 */
export async function buildCommandLine(options, root) {
  const doors = new Set();
  const entry = 'src/cli/main.ts';
  const draft = await build({
    ...options,
    entryPoints: { cli: entry },
    write: false,
    metafile: true,
    plugins: [...options.plugins, cut(root, doors)],
  });
  const inCli = new Set(modulesOf(draft));
  const borrowed = new Set();
  const more = await build({
    ...options,
    metafile: true,
    stdin: { contents: table(doors), resolveDir: root, sourcefile: 'more.js' },
    outdir: undefined,
    outfile: `${options.outdir}/more.cjs`,
    outExtension: undefined,
    plugins: [...options.plugins, borrow(root, inCli, borrowed)],
  });
  await build({
    ...options,
    stdin: {
      contents: `export * from './${entry}';\n${table(borrowed)}`,
      resolveDir: root,
      sourcefile: 'cli.js',
    },
    outdir: undefined,
    outfile: `${options.outdir}/cli.cjs`,
    outExtension: undefined,
    plugins: [...options.plugins, cut(root, doors)],
  });
  return { cli: modulesOf(draft), more: modulesOf(more) };
}

function modulesOf({ metafile }) {
  return Object.keys(metafile.inputs).filter((file) => file.startsWith('src/'));
}

/** Every module by its path, made when it is asked for; `used` has those that were. */
function table(files) {
  const rows = [...files].sort().map((file) => {
    const path = JSON.stringify(file);
    return `  ${path}: () => { used.add(${path}); return require('./${file}'); },`;
  });
  return `export const used = new Set();\nexport const modules = {\n${rows.join('\n')}\n};\n`;
}

/** Takes the doors out of `cli`. */
function cut(root, doors) {
  return {
    name: 'cut',
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === 'resolved') return undefined;
        const file = await resolved(builder, root, { path, kind, importer, resolveDir });
        if (!isDoor(file)) return undefined;
        doors.add(file);
        return { path: file, namespace: 'more' };
      });
      builder.onLoad({ filter: /.*/, namespace: 'more' }, ({ path }) => stub('sopskit:more', path));
      builder.onResolve({ filter: /^sopskit:/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** Leaves out of `more` what is in `cli`. */
function borrow(root, inCli, borrowed) {
  return {
    name: 'borrow',
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === 'resolved') return undefined;
        const file = await resolved(builder, root, { path, kind, importer, resolveDir });
        if (!inCli.has(file)) return undefined;
        borrowed.add(file);
        return { path: file, namespace: 'cli' };
      });
      builder.onLoad({ filter: /.*/, namespace: 'cli' }, ({ path }) => stub('sopskit:cli', path));
      builder.onResolve({ filter: /^sopskit:/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

async function resolved(builder, root, { path, ...where }) {
  const found = await builder.resolve(path, { ...where, pluginData: 'resolved' });
  return relative(root, found.path).replaceAll('\\', '/');
}

function stub(bundle, file) {
  return {
    contents: `module.exports = require('${bundle}').modules[${JSON.stringify(file)}]();`,
    loader: 'js',
  };
}
