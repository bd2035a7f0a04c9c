import { describe, expect, it } from 'vitest';
import { formatForPath, formatNamed, formatNameForPath } from '../../src/formats/registry.ts';

describe('the registry of formats', () => {
  it.each([
    ['a.yaml', 'yaml'],
    ['a.yml', 'yaml'],
    ['x/a.json', 'json'],
    ['.env', 'dotenv'],
    ['prod.env', 'dotenv'],
    ['.env.prod', 'binary'],
    ['a.ini', 'ini'],
    ['a.YAML', 'binary'],
    ['yaml', 'binary'],
    ['', 'binary'],
  ])('takes %s for %s', (path, name) => {
    expect(formatNameForPath(path)).toBe(name);
  });

  it.each(['json', 'dotenv', 'ini', 'binary'] as const)('loads %s', async (name) => {
    expect((await formatNamed(name)).name).toBe(name);
  });

  it('loads by path', async () => {
    expect((await formatForPath('secrets.env')).name).toBe('dotenv');
  });

  it('refuses an unknown name and lists the known ones', async () => {
    await expect(formatNamed('toml')).rejects.toMatchObject({
      code: 'usage.invalid',
      hint: 'Use one of yaml, json, dotenv, ini, binary.',
    });
  });
});
