// What a recorder under test/vectors/recorders/ works with: the real tools in their pinned versions, a folder that is
// thrown away, and the place of the vectors.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vectors = join(root, 'test', 'vectors');

/** The tools whose version decides what is recorded. Others in the folder come with them. */
const pinned = {
  sops: { version: '3.13.3', asked: ['--version', '--disable-version-check'] },
  age: { version: '1.3.2', asked: ['--version'] },
  'age-keygen': { version: '1.3.2', asked: ['--version'] },
};

/**
 * Makes the context of one recorder.
 *
 * - `root`, `vectors`: folders of the project and of its vectors; `temporary`: a folder of this recorder alone.
 * - `tool(name)`: the path of a real tool in `SOPSKIT_PEERS_BIN`, in its pinned version, or an error.
 * - `run(program, args, options)`: what the program prints; its `input` and `env` are options of `execFileSync`.
 * - `askGo(program, requests)`: the answers of a program under recorders/go/, one for each request.
 * - `runPeersTest(name, tools)`: runs test/peers/NAME.test.ts so that it records what it finds.
 * - `write(name, text)`: writes a vector file in one step.
 * - `remove()`: throws the temporary folder away.
 */
export function recordingContext() {
  const bin = process.env.SOPSKIT_PEERS_BIN ?? join(homedir(), '.cache', 'sopskit-peers', 'bin');
  const temporary = mkdtempSync(join(tmpdir(), 'sopskit-record-'));
  const run = (program, args, options = {}) =>
    execFileSync(program, args, { cwd: temporary, maxBuffer: 2 ** 30, ...options });
  return {
    root,
    vectors,
    bin,
    temporary,
    run,
    tool: (name) => toolIn(bin, name),
    askGo: (program, requests) => askGo(run, program, requests),
    runPeersTest: (name, tools) => runPeersTest(run, bin, name, tools),
    write: (name, text) => write(join(vectors, name), text),
    remove: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

function toolIn(bin, name) {
  const file = join(bin, name);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw new Error(`there is no ${name} in ${bin}; .ci/run installs it (CONTRIBUTING.md)`);
  }
  const pin = pinned[name];
  if (pin !== undefined) {
    const found = execFileSync(file, pin.asked, { encoding: 'utf8' }).trim();
    const version = /\d+\.\d+\.\d+/.exec(found)?.[0];
    if (version !== pin.version)
      throw new Error(`${file} says ${found}; vectors are made with ${pin.version}`);
  }
  return file;
}

function askGo(run, program, requests) {
  const answers = run('go', ['run', '-buildvcs=false', `./${program}`], {
    cwd: join(vectors, 'recorders', 'go'),
    input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = answers.split('\n').slice(0, -1);
  if (lines.length !== requests.length)
    throw new Error(`${program} gave ${lines.length} answers to ${requests.length} requests`);
  return lines.map((line) => JSON.parse(line));
}

function runPeersTest(run, bin, name, tools) {
  for (const tool of tools) toolIn(bin, tool);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, SOPSKIT_PEERS_BIN: bin, SOPSKIT_REQUIRE_PEERS: '1', SOPSKIT_RECORD: '1' };
  const args = [vitest, 'run', '--project', 'peers', `test/peers/${name}.test.ts`];
  run(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
}

function write(path, text) {
  const work = `${path}.${process.pid}`;
  try {
    writeFileSync(work, text);
    renameSync(work, path);
  } finally {
    rmSync(work, { force: true });
  }
}
