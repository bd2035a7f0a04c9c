import { Random } from '../formats/yaml/read-random.ts';

/** Pieces that mean something to one of the formats, to SOPS, or to JavaScript. */
const pieces: readonly [string, ...string[]] = [
  '\n',
  '\r',
  '\t',
  '\0',
  '\ufeff',
  '\u2028',
  ' ',
  '    ',
  '#',
  ' # ',
  ';',
  '=',
  ': ',
  ':',
  '- ',
  '? ',
  ', ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '`',
  '|\n',
  '>-\n',
  '|2+\n',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '&a ',
  '*a',
  '!!binary ',
  '!!str ',
  '!!int ',
  '!!float ',
  '!!null ',
  '! ',
  '!<x> ',
  '<<: ',
  '<<: *a\n',
  'null',
  'true',
  '1e400',
  '0x1F',
  '-0.0',
  '.nan',
  '18446744073709551615',
  '2024-01-01',
  '\\u0000',
  '\\ud800',
  '\\x',
  '\\\n',
  '__proto__: ',
  '"__proto__":1,',
  'constructor=1\n',
  'sops: {}\n',
  'sops_mac=\n',
  '[sops]\n',
  '"sops": {},',
  '<<<<<<< ours\n',
  '=======\n',
  '>>>>>>> theirs\n',
  'ENC[',
  'ENC[AES256_GCM,data:,iv:,tag:,type:str]',
  'ENC[AES256_GCM,data:AA==,iv:AA==,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]',
  ',type:comment]',
  'type:int',
  'type:bytes',
  '_unencrypted',
  '1'.repeat(400),
  '['.repeat(200),
  ' '.repeat(300),
];

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const mutations: readonly [Mutation, ...Mutation[]] = [
  (bytes, random) => replaced(bytes, random.below(bytes.length), 1, Buffer.from([random.below(256)])),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return replaced(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]));
  },
  (bytes, random) => replaced(bytes, random.below(bytes.length + 1), 0, Buffer.from([random.below(256)])),
  (bytes, random) => replaced(bytes, random.below(bytes.length), 1 + random.below(40), Buffer.alloc(0)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => bytes.subarray(random.below(bytes.length)),
  (bytes, random) =>
    replaced(bytes, random.below(bytes.length + 1), 0, Buffer.from(random.pick(pieces), 'utf8')),
  (bytes, random) =>
    replaced(bytes, random.below(bytes.length), random.below(12), Buffer.from(random.pick(pieces), 'utf8')),
  (bytes, random) => {
    const from = random.below(bytes.length);
    const piece = bytes.subarray(from, from + 1 + random.below(120));
    return replaced(bytes, random.below(bytes.length + 1), random.below(2) * piece.length, piece);
  },
  (bytes, random) =>
    withLines(bytes, (lines) => {
      const [a, b] = [random.below(lines.length), random.below(lines.length)];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    }),
  (bytes, random) =>
    withLines(bytes, (lines) => {
      lines.splice(random.below(lines.length), 1);
    }),
  (bytes, random) =>
    withLines(bytes, (lines) => {
      const at = random.below(lines.length);
      lines.splice(random.below(lines.length), 0, lines[at] ?? '');
    }),
  (bytes, random) =>
    withLines(bytes, (lines) => {
      const at = random.below(lines.length);
      lines[at] = `${' '.repeat(random.below(6))}${(lines[at] ?? '').trimStart()}`;
    }),
  (bytes, random) => swapCiphertexts(bytes, random),
  (bytes, random) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(
          /type:(str|int|float|bool|comment)/,
          `type:${random.pick(['str', 'int', 'float', 'bool', 'comment', 'bytes', 'time', 'x'])}`,
        ),
      'latin1',
    ),
];

/** Returns a damaged copy: one to three mutations, chosen by `seed`. */
export function mutant(original: Uint8Array, seed: number): Uint8Array {
  const random = new Random(seed);
  let bytes: Buffer = Buffer.from(original);
  for (let left = 1 + random.below(3); left > 0 && bytes.length > 0; left--)
    bytes = Buffer.from(random.pick(mutations)(bytes, random));
  return bytes;
}

function replaced(bytes: Buffer, at: number, length: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
}

function withLines(bytes: Buffer, change: (lines: string[]) => void): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  change(lines);
  return Buffer.from(lines.join('\n'), 'latin1');
}

function swapCiphertexts(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const found = text.match(/ENC\[[^\]]*\]/g);
  if (found === null) return bytes;
  const [one, other] = [found[random.below(found.length)] ?? '', found[random.below(found.length)] ?? ''];
  const swapped = text
    .split(one)
    .map((part) => part.split(other).join(one))
    .join(other);
  return Buffer.from(swapped, 'latin1');
}
