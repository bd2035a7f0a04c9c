import { type Documents, Draw, utf8 } from '../random-documents.ts';

const lines = [
  '',
  '',
  '#c',
  '# comment',
  '#',
  '#x\\ny',
  utf8('# é'),
  '# \xe9\xff',
  'A=1',
  'A="q"',
  "export B='x'",
  'C = d',
  'D=',
  '=e',
].concat([
  'E=a\\nb',
  'E=a\\\\nb',
  'F=x=y',
  'G=\xff\xfe',
  utf8('é=ü'),
  'H=1\r',
  'J=# no',
  'K=\t z ',
  'sopsx=1',
]);

/** Random dotenv files; a few hold a line that is none. */
export const randomDotenv: Documents = (random) => {
  const draw = new Draw(random);
  const text = draw.list(8, () => draw.of(lines, ['bad', ' # indented', '  '])).join('\n');
  return draw.of([''], ['\xef\xbb\xbf']) + text + draw.of(['', '\n', '\n', '\n\n']);
};
