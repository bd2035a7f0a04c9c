import { type Documents, Draw, utf8 } from '../random-documents.ts';

const spaces = ['', '', '', ' ', '\n', '\t', '  ', '\r\n', '\n\t', '\n    '];
const characters = [
  'a',
  'b',
  '<',
  '>',
  '&',
  ' ',
  '\x7f',
  utf8('é'),
  utf8('\u2028'),
  utf8('😀'),
  '\xff',
  '\xe2\x82',
].concat(
  ['\\n', '\\"', '\\\\', '\\/', '\\b\\f\\t\\r'],
  ['\\u00e9', '\\ud83d\\ude00', '\\ud800', '\\udc00', '\\u0000', '\\u001f', '\\u003C'],
);
const integers = ['0', '-0', '1', '-1', '9223372036854775807', '9223372036854775808', '-9223372036854775808'];
const floats = [
  '1.0',
  '1.50',
  '1e5',
  '1E-7',
  '1e21',
  '1e20',
  '123456789012345678901234567890',
  '0.000001',
  '-0.0',
].concat(['1.7976931348623157e308', '5e-324', '1e-400', '0.1', '-9223372036854775809']);
const keys = ['"a"', '"b"', '"1"', '"0"', '"__proto__"', '"constructor"', '""'];

/** Random JSON objects in all sorts of layouts; a few of them are no JSON. */
export const randomJson: Documents = (random) => {
  const draw = new Draw(random);
  const space = () => draw.of(spaces);
  const string = () => `"${draw.list(6, () => draw.of(characters, ['\\x', '\n', '\\u12'])).join('')}"`;
  const scalar = () => {
    if (draw.chance(0.4)) return draw.of([...integers, ...floats], ['1e400', '01', '.5', '1.', '+1', '-']);
    return draw.chance(0.6) ? string() : draw.of(['true', 'false', 'null'], ['True', 'nul']);
  };
  const members = (depth: number, prefix: () => string) =>
    draw
      .list(4, () => `${space()}${prefix()}${value(depth)}${space()}`)
      .join(draw.of([','], ['', ',,', ';']));
  const key = () => `${draw.chance(0.7) ? draw.of(keys) : string()}${space()}:${space()}`;
  const object = (depth: number): string => `{${members(depth - 1, key)}${space()}${draw.of([''], [','])}}`;
  const value = (depth: number): string => {
    if (depth < 0 || draw.chance(0.6)) return scalar();
    return draw.chance(0.5) ? object(depth) : `[${members(depth - 1, () => '')}${space()}]`;
  };
  const text = `${space()}${object(3)}${space()}`;
  if (draw.chance(0.02)) return text.slice(0, draw.below(text.length));
  return draw.of([''], ['\xef\xbb\xbf', '[', '1', '{} ']) + text;
};
