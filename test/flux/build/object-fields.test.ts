import { expect, it } from 'vitest';
import { annotationsOf, labelsOf } from '../../../src/flux/build/object-fields.ts';
import { objectOf } from './scene.ts';

it('reads null as an empty text, and no map that holds anything else', () => {
  const object = objectOf('metadata: {labels: {app: , team: x}, annotations: {a: b, n: 1}}');
  expect([...labelsOf(object)]).toEqual([
    ['app', ''],
    ['team', 'x'],
  ]);
  expect([...annotationsOf(object)]).toEqual([]);
});
