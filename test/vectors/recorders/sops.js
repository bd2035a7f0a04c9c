/**
 * sops/: files that sops 3.13.3 wrote with every format × selector × kind of key, each changed by one of its commands,
 * so that every two of them meet, and every three but for a few; what sops prints for them, in every format and in
 * parts; and files as older releases wrote them. TEST keys made here. Needs ssh-keygen and gpg on PATH.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commands, commandsOf } from './sops/commands.js';
import { makeKinds } from './sops/kinds.js';
import { olderFiles } from './sops/older.js';
import { formats, selectors } from './sops/plain-files.js';
import { SopsRunner } from './sops/runner.js';

export function record(context) {
  const folder = join(context.vectors, 'sops');
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['keys', 'older', ...Object.keys(formats)])
    mkdirSync(join(folder, name), { recursive: true });
  const kinds = makeKinds(context);
  const sops = new SopsRunner(context, kinds);
  const plain = new Map();
  const files = [];
  for (const it of combinations(kinds)) {
    const bytes = commands[it.command](sops, it);
    const name = `${it.format}/${[...it.selector, it.kind.name, it.command].join('-')}.${formats[it.format].ending}`;
    context.write(`sops/${name}`, bytes);
    const key = notePrints(sops, { name: `${it.format}-${it.command}`, format: it.format, bytes, plain });
    files.push({ file: name, plain: key, keys: it.keys });
  }
  const [aged, pgp] = ['age', 'pgp'].map((name) => kinds.find((kind) => kind.name === name));
  const older = olderFiles(sops, aged, pgp).map(({ name, format, bytes, keys }) => {
    const file = `older/${name}.${formats[format].ending}`;
    context.write(`sops/${file}`, bytes);
    return { file, plain: notePrints(sops, { name: `older-${name}`, format, bytes, plain }), keys };
  });
  sops.stop();
  const vectors = {
    note: 'Files encrypted for the TEST keys under keys/, made for these tests and used nowhere else. Made by recorders/sops.js.',
    plain: Object.fromEntries(plain),
    files: [...files, ...older],
  };
  context.write('sops/vectors.json', `${JSON.stringify(vectors, null, 1)}\n`);
}

/** A Latin square: each command meets each format with each kind of key, and each selector with each kind. */
function combinations(kinds) {
  return Object.keys(formats).flatMap((format, row) =>
    (format === 'binary' ? [['plain', {}]] : Object.entries(selectors)).flatMap(([name, select], column) =>
      kinds.map((kind, depth) => {
        const able = commandsOf(format);
        const command = able[(row + column + depth) % able.length];
        const selector = format === 'binary' ? [] : [name];
        const needsOther = command.startsWith('groups-') && kind.groups.length === 1;
        const keys = needsOther ? [...kind.keys, 'other'] : kind.keys;
        return { format, selector, select, kind, command, keys };
      }),
    ),
  );
}

/**
 * Records what sops prints of a file, and returns its name there: many files print the same. (Not all that hold the
 * same do: a comment behind a value stays there where it is readable.)
 */
function notePrints(sops, { name, format, bytes, plain }) {
  const printed = sops.decrypt(format, bytes);
  if (printed.status !== 0) throw new Error(`${name}: sops ends with ${printed.status}: ${printed.stderr}`);
  const base64 = printed.stdout.toString('base64');
  const known = [...plain].filter(([key]) => key.startsWith(`${name}.`));
  const same = known.find(([, prints]) => prints.base64 === base64);
  if (same !== undefined) return same[0];
  const end = (flag, value) => {
    const ended = sops.decrypt(format, bytes, [flag, value]);
    return [value, ended.status === 0 ? ended.stdout.toString('base64') : ended.status];
  };
  const outputs = Object.fromEntries(Object.keys(formats).map((output) => end('--output-type', output)));
  const parts = Object.fromEntries(formats[format].parts.map((path) => end('--extract', path)));
  const key = `${name}.${known.length + 1}`;
  plain.set(key, { base64, outputs, parts });
  return key;
}
