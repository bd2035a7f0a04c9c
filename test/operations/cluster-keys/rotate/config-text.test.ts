import { describe, expect, it } from 'vitest';
import {
  namesInConfig,
  replaceInConfig,
} from '../../../../src/operations/cluster-keys/rotate/config-text.ts';

const old = `age1${'q'.repeat(58)}`;
const fresh = `age1${'p'.repeat(58)}`;
const other = `age1${'z'.repeat(58)}`;

function replace(text: string): string | null {
  const bytes = replaceInConfig(Buffer.from(text), old, fresh);
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** All of the text with the other recipient, but for what stands in comments. */
const whole: readonly (readonly [string, string])[] = [
  ['a plain text', `creation_rules:\n  - age: ${old}\n`],
  ['quotes', `creation_rules:\n  - {age: "${old}", path_regex: 'a'}\n  - age: '${old}'\n`],
  ['a comma separated text', `creation_rules:\n  - age: ${other},${old} , ${other}\n`],
  ['a list', `creation_rules:\n  - age:\n      - ${other}\n      - ${old}\n`],
  ['a folded text', `creation_rules:\n  - age: >-\n      ${other},\n      ${old}\n    pgp: AB\n`],
  ['a literal text', `creation_rules:\n  - age: |\n      ${old}\n`],
  ['a plain text over lines', `creation_rules:\n  - age: ${other},\n      ${old},\n      ${other}\n`],
  [
    'key groups',
    `creation_rules:\n  - key_groups:\n      - age: [${old}]\n      - age:\n          - "${old}"\n`,
  ],
  ['anchors', `keys:\n  - &one ${old}\n  - &two ${other}\ncreation_rules:\n  - age: [*one, *two]\n`],
  ['a merge key', `x: &base\n  age: ${old}\ncreation_rules:\n  - <<: *base\n    path_regex: a\n`],
  [
    'stores and destinations',
    `destination_rules:\n  - recreation_rule:\n      age: ${old}\n    s3_bucket: b\n`,
  ],
  ['line ends of Windows', `creation_rules:\r\n  - age: ${old}\r\n`],
  ['a byte order mark', `\ufeffcreation_rules:\n  - age: ${old}\n`],
  ['no line end', `creation_rules: [{age: ${old}}]`],
  ['odd indentation', `creation_rules:\n-   age:   ${old}   \n\n\n`],
];

describe('replaceInConfig', () => {
  it.each(whole)('replaces it in %s, and nothing else', (_, text) => {
    expect(replace(text)).toBe(text.replaceAll(old, fresh));
    expect(namesInConfig(Buffer.from(text), old)).toBe(true);
  });

  it('leaves comments as they are', () => {
    const text = (recipient: string): string =>
      [
        `# ${old}`,
        'creation_rules:',
        `  # - age: ${old}`,
        `  - age: ${recipient} # was ${old}`,
        `    pgp: > # ${old}`,
        '      AB',
        `  - age: # ${old}`,
        `      - ${recipient} # ${old}`,
        `      # ${old}`,
        `  - age: [${other}, # ${old}`,
        `      ${recipient}]`,
        `# ${old}`,
        '',
      ].join('\n');
    expect(replace(text(old))).toBe(text(fresh));
  });

  it.each([
    ['a comment alone', `# ${old}\ncreation_rules:\n  - age: ${other}\n`],
    ['a longer recipient', `creation_rules:\n  - age: ${old}q\n`],
    ['another one', `creation_rules:\n  - age: ${other}\n`],
  ])('has nothing to do for %s', (_, text) => {
    expect(replace(text)).toBeNull();
    expect(namesInConfig(Buffer.from(text), old)).toBe(false);
  });

  it('refuses a text that is no YAML', () => {
    expect(() => replace(`creation_rules: [${old}\n`)).toThrow(
      expect.objectContaining({ code: 'document.syntax' }),
    );
  });
});
