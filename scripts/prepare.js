// Builds where the package is installed from git (`npm install github:…`, the pre-commit framework): git has no dist/.
import { spawnSync } from 'node:child_process';

const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_config_(global|location|prefix|omit|include)$/i.test(name),
  ),
);
const run = (program, args) =>
  spawnSync(program, args, { stdio: 'inherit', env, shell: process.platform === 'win32' }).status ?? 1;

if (!hasBuilder()) {
  // `npm install -g` of a git repository installs what it needs for the build in the wrong place
  if (process.env.npm_config_global !== 'true') process.exit(0); // --omit=dev: dist/ is whatever is there
  if (run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']) !== 0) process.exit(1);
}
process.exit(run(process.execPath, ['scripts/build.js']));

function hasBuilder() {
  try {
    import.meta.resolve('esbuild');
    return true;
  } catch {
    return false;
  }
}
