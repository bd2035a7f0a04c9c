import { describe, expect, it } from 'vitest';
import { storeStyle } from '../../src/config/stores.ts';
import { configOf } from './config-text.ts';

const config = configOf('stores: {yaml: {indent: 2}, json: {indent: 0}, json_binary: {indent: 3}}\n');

describe('storeStyle', () => {
  it.each([
    [config, 'yaml', undefined, { indent: 2 }],
    [config, 'json', undefined, { indent: 0 }],
    [config, 'binary', undefined, { indent: 3 }],
    [config, 'dotenv', undefined, {}],
    [config, 'yaml', 8, { indent: 8 }],
    [config, 'yaml', 0, {}],
    [config, 'binary', -1, { indent: -1 }],
    [config, 'ini', 8, {}],
    [null, 'yaml', undefined, {}],
    [null, 'json', undefined, { indent: -1 }],
  ])('gives the indentation of %#: %s', (from, format, flag, style) => {
    expect(storeStyle(from, format, flag)).toEqual(style);
  });
});
