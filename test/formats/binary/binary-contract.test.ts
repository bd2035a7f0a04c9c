import fc from 'fast-check';
import { binaryFormat } from '../../../src/formats/binary/binary-format.ts';
import { describeFormat } from '../contract.ts';
import { type Documents, Draw } from '../random-documents.ts';

const randomBytes: Documents = (random) => {
  const draw = new Draw(random);
  return draw
    .list(20, () => draw.of(['a', '\n', '\0', '\xff', '{', '"', '\xc3\xa9', '\xef\xbb\xbf', '\\', 'ENC[']))
    .join('');
};

describeFormat({
  format: binaryFormat,
  documents: randomBytes,
  puts: fc.record({
    path: fc.constantFrom(['data'], ['other'], ['data', 'x'], [0]),
    value: fc.string().map((value) => ({ kind: 'string' as const, value })),
  }),
  refused: [],
});
