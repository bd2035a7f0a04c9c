/** cctv-age.json: the age test vectors of C2SP CCTV, as the npm package cctv-age has them. TEST KEYS. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const packageName = 'cctv-age@0.2.0';

export async function record({ run, temporary, write }) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', packageName];
  run('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const files = await import(pathToFileURL(join(temporary, 'node_modules', 'cctv-age', 'index.js')));
  const names = Object.keys(files).sort();
  const vectors = Object.fromEntries(
    names.map((name) => [name, Buffer.from(files[name]).toString('base64')]),
  );
  const note =
    'C2SP CCTV age test vectors (npm cctv-age 0.2.0, 0BSD OR CC0-1.0 OR Unlicense), base64 of each file. TEST KEYS.';
  write('cctv-age.json', `${JSON.stringify({ note, vectors }, null, 1)}\n`);
}
