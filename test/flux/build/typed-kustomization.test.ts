import { expect, it } from 'vitest';
import { jsonText } from '../../../src/flux/build/json-text.ts';
import { typedKustomization } from '../../../src/flux/build/typed-kustomization.ts';
import { printSingle } from '../../../src/tree/go-float.ts';
import { objectOf } from './scene.ts';

const typed = (yaml: string): unknown => JSON.parse(jsonText(typedKustomization(objectOf(yaml))));

it('finds fields whatever their case, and loses what the type has no field for', () => {
  expect(typed('nameprefix: z\nNAMESPACE: rv2\nResources: [a.yaml]\nother: 1\n')).toEqual({
    namePrefix: 'z',
    namespace: 'rv2',
    resources: ['a.yaml'],
  });
  expect(typed('configmapgenerator: [{Name: a, LITERALS: [x=y], more: 1}]')).toEqual({
    configMapGenerator: [{ name: 'a', literals: ['x=y'] }],
  });
});

it('takes the last in byte order of keys that differ in their case only', () => {
  expect(typed('nameprefix: low\nnamePrefix: high\n')).toEqual({ namePrefix: 'low' });
  expect(typed('commonLabels: {a: "1"}\ncommonlabels: {b: "2"}\n')).toEqual({
    commonLabels: { a: '1', b: '2' },
  });
});

it('makes texts of numbers and words where the type has texts', () => {
  expect(typed('generatorOptions: {labels: {x: y, v: 1}, disableNameSuffixHash: yes}')).toEqual({
    generatorOptions: { labels: { x: 'true', v: '1' }, disableNameSuffixHash: true },
  });
  expect(typed('images: [{name: i, newTag: 1.10}]\nlabels: [{pairs: {a: off}}]\nnamePrefix: 007')).toEqual({
    images: [{ name: 'i', newTag: '1.1' }],
    labels: [{ pairs: { a: 'false' } }],
    namePrefix: '7',
  });
});

it('leaves them in structs that lie inline, which the library overlooks', () => {
  expect(typed('configMapGenerator: [{name: 5, options: {labels: {x: y}}}]')).toEqual({
    configMapGenerator: [{ name: 5, options: { labels: { x: true } } }],
  });
});

it.each([
  [1.1, '1.1'],
  [1234567, '1.234567e+06'],
  [0.00001, '1e-05'],
  [0.1 + 0.2, '0.3'],
  [-2.5, '-2.5'],
])('prints %s as Go prints a float of 32 bits', (value, text) => {
  expect(printSingle(value)).toBe(text);
});
