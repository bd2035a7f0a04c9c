import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { viewSecrets } from '../../src/cli/secret-view.ts';
import { yamlFormat } from '../../src/formats/yaml/yaml-format.ts';
import { bytesOf, secretEntries, secretObjects } from '../../src/manifests/secret-manifest-read.ts';

const seed = Number(process.env['SOPSKIT_TEST_SEED'] ?? randomInt(1 << 30));

/** A small generator (mulberry32): a failure names its seed. */
function random(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Pick = ReturnType<typeof random>;

const pieces = [
  'a',
  'B',
  '0',
  '1',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\t',
  ':',
  ': ',
  '#',
  ' # ',
  '-',
  '- ',
  '"',
  "'",
  '\\',
  '{',
  ']',
  '|',
  '>',
  '&x',
  '*',
  '!',
  '%',
  '@',
  '`',
  'ö',
  '漢',
  '😀',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\r\n',
  '\r',
  '\u0000',
  '\u007f',
  '=',
  '~',
  'null',
  'true',
  '---',
  '...',
  'key: value',
  '0x1F',
  '1e3',
  '12:30',
];

function value(pick: Pick): Buffer {
  if (pick(5) === 0) return Buffer.from(Array.from({ length: pick(40) }, () => pick(256)));
  return Buffer.from(Array.from({ length: pick(9) }, () => pieces[pick(pieces.length)]).join(''), 'utf8');
}

function written(bytes: Buffer, pick: Pick, indent: string): string {
  const text = bytes.toString('base64');
  const lines = text.match(/.{1,12}/g) ?? [''];
  if (text === '') return pick(2) === 0 ? '""' : "''";
  switch (pick(6)) {
    case 0:
      return `'${text}'`;
    case 1:
      return `"${text}"`;
    case 2:
      return `|\n${lines.map((line) => `${indent}  ${line}`).join('\n')}`;
    case 3:
      return `>-\n${indent}  ${text}`;
    case 4:
      return `${text}  # a comment`;
    default:
      return text;
  }
}

function manifest(pick: Pick): { readonly text: string; readonly values: readonly Buffer[] } {
  const values = Array.from({ length: 1 + pick(5) }, () => value(pick));
  const indent = pick(2) === 0 ? '  ' : '    ';
  const lines = values.map(
    (bytes, index) =>
      `${pick(4) === 0 ? `${indent}# about it\n` : ''}${indent}k${index}: ${written(bytes, pick, indent)}`,
  );
  const head = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n';
  const tail = pick(2) === 0 ? '\ntype: Opaque\n' : '\n';
  return { text: `${head}${lines.join(pick(5) === 0 ? '\n\n' : '\n')}${tail}`, values };
}

describe('the text of a Secret in an editor', () => {
  it(`shows every value, and comes back byte for byte (seed ${seed})`, async () => {
    for (let round = 0; round < 500; round++) {
      const { text, values } = manifest(random(seed + round));
      const said = `seed ${seed + round}: ${JSON.stringify(text)}`;
      const view = await viewSecrets(yamlFormat, Buffer.from(text));
      const [shown] = secretObjects(yamlFormat.parse(view.text).data);
      const seen =
        shown === undefined
          ? []
          : secretEntries(shown).map((entry) => bytesOf({ ...entry, field: 'stringData' }));
      expect(
        seen.map((bytes) => Buffer.from(bytes ?? []).toString('hex')),
        said,
      ).toEqual(values.map((bytes) => bytes.toString('hex')));
      expect(Buffer.from(await view.restore(view.text)).toString('utf8'), said).toBe(text);
    }
  });
});
