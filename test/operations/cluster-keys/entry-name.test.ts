import { describe, expect, it } from 'vitest';
import { entryNameFor } from '../../../src/operations/cluster-keys/entry-name.ts';

const recipient = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq12345678';

describe('entryNameFor', () => {
  it.each([
    [[], 'age.agekey'],
    [['other.agekey', 'age.asc'], 'age.agekey'],
    [['age.agekey'], 'age-12345678.agekey'],
    [['age.agekey', 'age-12345678.agekey'], 'age-12345678-2.agekey'],
  ])('beside %j it is %s', (taken, name) => {
    expect(entryNameFor(recipient, taken)).toBe(name);
  });
});
