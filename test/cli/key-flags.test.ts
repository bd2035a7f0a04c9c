import { expect, it } from 'vitest';
import { keyFlagTable } from '../../src/cli/key-flags.ts';
import { keySources } from '../../src/keys/registry.ts';

it('every key source has its flags on the command line, under its own names', () => {
  const flags = new Map(keyFlagTable.map((flag) => [flag.source, flag]));
  for (const source of keySources) {
    const flag = flags.get(source.name);
    expect(flag, source.name).toMatchObject({ name: source.flag.name, env: source.flag.env });
    expect(flag?.aliases ?? [], source.name).toEqual(
      source.flag.short === undefined ? [] : [source.flag.short],
    );
  }
});
