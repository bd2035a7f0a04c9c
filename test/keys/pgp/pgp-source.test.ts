import { describe, expect, it } from 'vitest';
import { pgpSource } from '../../../src/keys/pgp/pgp-source.ts';
import { mappingOf, stringOf, valueAt } from '../../../src/tree/mapping.ts';

const idsOf = (text: string): string[] => pgpSource.parse(text).map((key) => key.id);

describe('fingerprints on the command line', () => {
  it('are separated by commas; blanks in them do not count', () => {
    expect(idsOf('')).toEqual([]);
    expect(idsOf('85D7 7543 B3D6 24B6 3CEA  9E6D BC17 301B 491B 3F21')).toEqual([
      '85D77543B3D624B63CEA9E6DBC17301B491B3F21',
    ]);
    expect(idsOf('AAAA, BBBB!,\n0xcccc')).toEqual(['AAAA', 'BBBB!', '0xcccc']);
  });

  it('are not empty', () => {
    for (const text of ['AAAA,', ',AAAA', ' '])
      expect(() => pgpSource.parse(text)).toThrow(expect.objectContaining({ code: 'key.invalid' }));
  });

  it('become keys that are not wrapped yet', () => {
    const [key] = pgpSource.parse('AAAA');
    expect(key).toEqual({
      source: 'pgp',
      id: 'AAAA',
      fields: mappingOf([['fp', stringOf('AAAA')]]),
      enc: null,
    });
  });
});

describe('metadata of a PGP key', () => {
  const item = (fields: Record<string, string>) =>
    mappingOf(Object.entries(fields).map(([key, value]) => [key, stringOf(value)]));

  it('is read, unknown fields included', () => {
    const fields = item({ created_at: '2024-01-02T03:04:05Z', enc: 'message', fp: 'AAAA', later: 'x' });
    const key = pgpSource.decode(fields);
    expect(key).toEqual({ source: 'pgp', id: 'AAAA', fields, enc: 'message' });
    expect(valueAt(key.fields, 'later')).toEqual(stringOf('x'));
  });

  it('is read from weak types and any case, as sops does', () => {
    const fields = mappingOf([
      ['Created_At', { kind: 'time', value: '2024-01-02T03:04:05Z' }],
      ['FP', { kind: 'int', value: 1234567890123456n }],
    ]);
    expect(pgpSource.decode(fields)).toMatchObject({ id: '1234567890123456', enc: null });
  });

  it.each(['', 'yesterday', '2024-01-02', '2024-13-02T00:00:00Z', '2024-01-02 03:04:05Z'])(
    'is refused with created_at %j',
    (created_at) => {
      const decode = () => pgpSource.decode(item({ created_at, fp: 'AAAA', enc: 'x' }));
      expect(decode).toThrow(expect.objectContaining({ code: 'sops.metadata' }));
    },
  );

  it('is refused where a text is a map', () => {
    const fields = mappingOf([
      ['created_at', stringOf('2024-01-02T03:04:05Z')],
      ['fp', mappingOf([])],
    ]);
    expect(() => pgpSource.decode(fields)).toThrow('the metadata field fp is mapping');
  });
});
