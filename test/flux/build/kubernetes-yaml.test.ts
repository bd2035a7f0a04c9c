import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../src/flux/build/json-text.ts';
import { readKubernetesYaml } from '../../../src/flux/build/kubernetes-yaml.ts';

const read = (text: string) => readKubernetesYaml(Buffer.from(text)).map((value) => jsonText(value));

describe('YAML as Kubernetes reads it', () => {
  it.each([
    ['a: yes\nb: "yes"\nc: off\nd: y\n', '{"a":true,"b":"yes","c":false,"d":true}'],
    ['a: 0777\nb: 1_000\nc: 0x1f\nd: 1e3\n', '{"a":511,"b":1000,"c":31,"d":1000}'],
    ['a: 2001-01-01\nb: ~\nc:\n', '{"a":"2001-01-01","b":null,"c":null}'],
    ['1: a\ntrue: b\nyes: c\n', '{"1":"a","true":"c"}'],
    ['a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n', '{"a":{"b":1,"c":2},"d":{"c":3,"b":1}}'],
    ['a: 1\na: 2\n', '{"a":2}'],
    ['a: !!str 1\nb: !!binary aGk=\n', '{"a":"1","b":"hi"}'],
    ['# nothing\n', ''],
    ['- 1\n', '[1]'],
  ])('%j', (text, wanted) => expect(read(text).join('\n')).toBe(wanted));

  it('reads several documents, and leaves out empty ones', () => {
    expect(read('a: 1\n---\n---\n# c\n---\nb: 2\n')).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('ends where an alias contains itself', () => {
    expect(read('a: &x [*x]\n')).toHaveLength(1);
  });
});
