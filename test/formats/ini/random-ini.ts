import { type Documents, Draw, utf8 } from '../random-documents.ts';

const spaces = ['', '', '', '', ' ', '\t', '  ', '\xc2\xa0', '\xe2\x80\x83'];
const values = [
  '',
  'v',
  'a b',
  '"q"',
  "'q'",
  '`b`',
  '"""t"""',
  '"a;b"',
  'a ; c',
  'a # c',
  ';c',
  '%(x)s',
  '\xff',
  utf8('é'),
].concat(
  [
    '`a\nb`',
    '"""x\ny\n"""',
    '`a` ; c',
    '"""a\nb""" ; c',
    '"""a\nb""" \\\nc"""',
    '`a` junk',
    '`a ; b`',
    '`a\n\n; b`',
  ],
  [
    'x\\',
    'x\\\n  y',
    'x\\\n\n',
    'x\\\ny\\\nz',
    ' \\ ',
    '\\',
    "it's",
    '"a" b"',
    '""',
    "''",
    '``',
    '""""""',
    'a`b',
    'a"""b',
    'a=b',
    'a:b',
  ],
);
const keys = [
  'a',
  'b',
  'c',
  'long_key',
  '-',
  '"q"',
  '`a=b`',
  '"""x`y"""',
  'k k',
  'a',
  utf8('ü'),
  "'s'",
  '1',
  '__proto__',
  '#1',
  'x#y',
];
const comments = ['c', '\xe9\xff', 'comment here', 'x = y', '; d', '[s]', utf8('é'), 'c ', ''];
const sections = ['s', 't', 'a.b', ' sp ', 'x]', 'DEFAULT', 'default', 's', utf8('ñ'), 'u'];
const closings = [']', ']', ']', ']', '] ; c', '] # c', '] junk', '] junk ; c'];

/** Random INI files with all that ini.v1 knows; a few of them are refused. */
export const randomIni: Documents = (random) => {
  const draw = new Draw(random);
  const comment = () =>
    draw.of([';', '#']) + draw.of(['', ' ', ' ', ';', ' ;', '#', '  ']) + draw.of(comments);
  const section = () => `[${draw.of(sections, [''])}${draw.of(closings, [''])}`;
  const pair = () => {
    const delimiter = draw.of(spaces) + draw.of(['=', '=', ':']) + draw.of(spaces);
    return (
      draw.of(keys, ['', '"x']) +
      delimiter +
      draw.of(values, ['`', '"', '"""a']) +
      draw.of(['', '', '', ' ', ' ; in', ' # in'])
    );
  };
  const line = () => {
    if (draw.chance(0.2)) return draw.of(spaces);
    const make = draw.chance(0.25) ? comment : draw.chance(0.25) ? section : pair;
    return draw.of(spaces) + (draw.chance(0.005) ? 'no value' : make());
  };
  const lineEnd = draw.chance(0.1) ? '\r\n' : '\n';
  const text = draw.list(10, line).join(lineEnd) + draw.of(['', lineEnd, lineEnd, lineEnd + lineEnd]);
  return draw.of([''], ['\xef\xbb\xbf', '\xfe\xff', '\xff\xfe']) + text;
};
