import type { Random } from './read-random.ts';

const pieces = [
  'a',
  'b',
  ': ',
  ':',
  '- ',
  '-',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  ' ',
  '  ',
  '# c',
  ' # d',
  '#',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '? ',
  '"x"',
  "'y'",
  '"',
  "'",
  '|\n',
  '>-\n',
  '&a ',
  '*a',
  '!!str ',
  '!t ',
  '\t',
  '---\n',
  '...\n',
  '--- ',
  '%',
  '%YAML 1.1\n',
  '1',
  '@',
  '`',
  '\\',
  '<<: ',
  '\u0085',
  '\u2028',
  '\u2029',
  '\r',
  '😀',
  'x'.repeat(30),
  ' '.repeat(40),
] as const;

/** Pieces of YAML in no order. */
export function soup(random: Random): string {
  let text = random.chance(0.5) ? 'k: ' : '';
  for (let left = 1 + random.below(14); left > 0; left -= 1) text += random.pick(pieces);
  return text;
}

/** One to three small changes anywhere. */
export function mutate(text: string, random: Random): string {
  let changed = [...text];
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const at = random.below(changed.length + 1);
    const cut = random.pick([0, 0, 1, 2, 5]);
    const insert = random.chance(0.7) ? [...random.pick(pieces)] : [];
    changed = [...changed.slice(0, at), ...insert, ...changed.slice(at + cut)];
  }
  return changed.join('');
}
