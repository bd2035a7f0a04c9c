/** What YAML treats specially: the stuff of odd trees. */

// biome-ignore format: a table
export const fragments = [
  'a', 'word', ' ', '  ', '\n', '\n\n', '\t', '\r', '\r\n', ': ', ':', ' #', '#', '-', '- ', '?', '? ', '---',
  '...', '"', "'", '\\', '{', '}', '[', ']', ',', '&', '*', '!', '|', '>', '%', '@', '`', '~', '=', '<<', '.',
  '+', '_', '0', '1', '12', '60', 'x', 'b', 'o', 'e', 'E', 'T', 'Z', 'ä', '€', '😀', '\u{1fffe}', '\x00',
  '\x07', '\x1b', '\x7f', '\x80', '\x85', '\xa0', '\u2028', '\u2029', '\ufeff', '\ufffd', '\ufffe', '\uffff',
  '\ud7ff', '\ue000', 'ENC[AES256]',
  'a longer stretch of text that any emitter with a line width would fold somewhere in the middle of it, surely',
] as const;

// biome-ignore format: a table
export const words = [
  '', '~', 'null', 'Null', 'true', 'TRUE', 'tRUE', 'yes', 'No', 'on', 'OFF', 'y', 'N', '<<', '=', '.inf',
  '-.INF', '+.inf', '.nan', '.NaN', '-.nan', '0', '00', '08', '017', '0o17', '0O17', '-0o17', '0b11', '0b-11',
  '0b+1', '-0b1', '0x1F', '0X1f', '0x', '-0x1', '1_000', '_1', '1_', '0_x_1', '+5', '-5', '--5', '1.', '.5',
  '.', '-.5', '+.5e3', '.5_0', '._5', '.5_e3', '1e3', '1E+3', '1e400', '.5e400', '1e-400',
  '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809',
  '18446744073709551615', '18446744073709551616', '0xffffffffffffffff', '0x10000000000000000', '12:30',
  '12:30:45', '190:20:30', '1:60', '-1:30.5', '2024-01-01', '2024-1-1', '2024-13-01', '2024-02-30',
  '2023-02-29', '2024-02-29', '2024-01-01T1:2:3Z', '2024-01-01t1:2:3,5+24:60', '2024-01-01T1:2:3+25:00',
  '2024-01-01 1:2:3', '2024-01-01   1:2:3.5', '2024-01-01 1:2:3Z', '2024-01-01T24:00:00Z', '2024-01-01 ',
  '2001-12-14 21:59:43.10 -5', '0000-01-01', '- a', '-a', '-', '--- a', '...', '? a', '?a', ':a', ': a', 'a:',
  'a: b', 'a:b', 'a #b', 'a#b', '#a', '@a', '%a', '!a', '&a', '*a', '|', '>', "'", '"', '[a]', '{a}', 'a, b',
  ' a', 'a ', '\ta', 'a\t', 'a\tb', '\n', '\n\n', 'a\n', 'a\n\n', '\na', '\n\na', ' a\nb', '  a\nb\n', 'a\n b',
  'a\n\n b\n', 'a \nb', 'a\nb ', 'a\n ', 'a\n\tb', '\ta\nb', '\n\ta\nb', '\n a', 'a\n#b', 'a\n---\nb',
  '\u2028a\nb', 'a\u2028b', 'a\u2028', '\u2028', 'a\n\u2028', 'a\u2028 b\nc', 'a\u2029\u2028b', '\ufeffa b',
  'a\ufeff', "it's", "it's: \u2028 b", '-----BEGIN KEY-----\nabc\ndef\n-----END KEY-----\n', '{"a": 1}',
  '{{ tpl }}',
] as const;

// biome-ignore format: a table
export const floats = [
  '0', '-0', '1', '1.5', '-2.25', '0.1', '100000', '999999', '1000000', '1234567', '123456.789', '1e+20',
  '1e+21', '1e-4', '1e-5', '0.00001234', '9007199254740992', '5e-324', '1.7976931348623157e+308', '+Inf',
  '-Inf', 'NaN',
] as const;

// biome-ignore format: a table
export const longKeys = [
  'k'.repeat(128), 'k'.repeat(129), 'ä'.repeat(64), 'ä'.repeat(65), 'k'.repeat(1100), 'true '.repeat(30), '<<',
] as const;

// biome-ignore format: a table
export const comments = [
  ' a comment', '', ' ', 'no space', ' with: colon', '# two', ' ä €', '😀', ' tab\there', ' two\nlines',
  ' end\n', ' cr\r', ' ls\u2028next', ' - item', ' "quote',
] as const;
