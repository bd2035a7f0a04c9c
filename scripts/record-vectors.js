// Makes the recorded files under test/vectors/ anew with the real tools: node scripts/record-vectors.js [NAME…]
// Each NAME is a module of test/vectors/recorders/; without one, all run. test/vectors/README.md says what each makes.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordingContext } from './recording-context.js';

const recorders = join(dirname(fileURLToPath(import.meta.url)), '..', 'test', 'vectors', 'recorders');
const known = readdirSync(recorders)
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -'.js'.length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no recorder for ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

const failed = [];
for (const name of wanted.length > 0 ? wanted : known) {
  if (!(await recorded(name))) failed.push(name);
}
if (failed.length > 0) {
  console.error(`Not recorded: ${failed.join(', ')}.`);
  process.exit(1);
}

async function recorded(name) {
  const context = recordingContext();
  try {
    const { record } = await import(new URL(`file://${join(recorders, `${name}.js`)}`));
    await record(context);
    console.log(`${name}: recorded`);
    return true;
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    return false;
  } finally {
    context.remove();
  }
}
