// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { describe, expect, it } from 'vitest';
import { substituteText } from '../../../src/flux/build/envsubst/envsubst.ts';

const vars: Readonly<Record<string, string>> = {
  a: 'abcABC123ABCabc',
  path: 'path/to/file.tar.gz',
  ß: 'no',
  u: 'Äpfel',
};
const put = (text: string) => {
  const put = substituteText(text, (name) => vars[name] ?? '');
  return typeof put === 'string' ? put : `refused: ${put.message}`;
};

describe('envsubst', () => {
  it.each([
    ['plain text', 'plain text'],
    ['${a}', 'abcABC123ABCabc'],
    ['${none}', ''],
    ['$a $ ${a', 'refused: missing closing brace'],
    ['$${a} and $$', '${a} and $'],
    ['${none:=x}${none:-y}${none=z}', 'xyz'],
    ['${none:=${a:0:3}-${path##*/}}', 'abc-file.tar.gz'],
    ['${#a}', '15'],
    ['${#u}', '6'],
    ['${u^^} ${u,} ${a^}', 'ÄPFEL äpfel AbcABC123ABCabc'],
    ['${a:3:3} ${a:-3}', 'ABC abcABC123ABCabc'],
    ['${path#*/} ${path%.*} ${path%%.*}', 'to/file.tar.gz path/to/file.tar path/to/file'],
    [
      '${a/ABC/x} ${a//ABC/x} ${a/#abc/x} ${a/%abc/x}',
      'abcx123ABCabc abcx123xabc xABC123ABCabc abcABC123ABCx',
    ],
    ['${path//\\//-}', 'path-to-file.tar.gz'],
    ['${}', 'refused: unable to parse variable name'],
    ['${a!b}', 'refused: missing closing brace'],
    ['${a/b}', 'refused: bad substitution'],
  ])('%s', (text, wanted) => expect(put(text)).toBe(wanted));

  it.each([
    ['${none}', 'variable not set (strict mode): "none"'],
    ['${none^}', 'variable not set (strict mode): "none"'],
    ['${a:=${none}}', 'variable not set (strict mode): "none"'],
    ['${none:=${a:0:1}}', 'a'],
    ['${none!} ${other}', 'missing closing brace'],
  ])('a variable that is not set: %s', (text, wanted) => {
    const put = substituteText(text, (name) => vars[name] ?? null);
    expect(typeof put === 'string' ? put : put.message).toBe(wanted);
  });
});
