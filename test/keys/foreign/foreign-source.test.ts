import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeySource } from '../../../src/keys/key-source.ts';
import { keySourceNamed, keySources } from '../../../src/keys/registry.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { nodeSystem } from '../../../src/system/node/node-system.ts';
import { mappingOf, stringOf } from '../../../src/tree/mapping.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';

interface Vector {
  readonly source: string;
  readonly text: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly ids: readonly string[];
  readonly refused: boolean;
}

const file = path.join(import.meta.dirname, '../../vectors/foreign-keys.json');
const vectors: readonly Vector[] = JSON.parse(fs.readFileSync(file, 'utf8')).parsed;
/** sops makes addresses of these that nobody can reach; we refuse them. */
const refusedByUs = ['vault.example:8200/v1/transit/keys/n', 'https://v/v1/t/keys/n?x=1'];

const fieldsOf = (fields: Record<string, string | Value>): Mapping =>
  mappingOf(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? stringOf(value) : value,
    ]),
  );
const foreign = keySources.filter((source) => source.name !== 'age' && source.name !== 'pgp');

describe('recipients, as the Go packages read them', () => {
  it.each(vectors)('$source: $text', ({ source, text, context, profile, ids, refused }) => {
    const parse = () =>
      keySourceNamed(source).parse(text, {
        ...(profile === undefined ? {} : { awsProfile: profile }),
        ...(context === undefined ? {} : { encryptionContext: fieldsOf(context) }),
      });
    if (refused || refusedByUs.includes(text))
      expect(parse).toThrow(expect.objectContaining({ code: 'key.invalid' }));
    else expect(parse().map((key) => key.id)).toEqual(ids);
  });

  it('are not empty where sops would fail later', () => {
    for (const name of ['kms', 'gcp_kms'])
      expect(() => keySourceNamed(name).parse('a,')).toThrow(
        expect.objectContaining({ code: 'key.invalid' }),
      );
  });

  it('may lack a version in Azure', () => {
    expect(keySourceNamed('azure_kv').parse('https://v/keys/k/')[0]?.id).toBe('https://v/keys/k/');
    expect(keySourceNamed('azure_kv').parse('https://v/keys/k')[0]?.id).toBe('https://v/keys/k/');
  });
});

describe('items of key_groups', () => {
  const items: [string, Mapping, string][] = [
    [
      'kms',
      fieldsOf({ arn: 'foo', role: '123', context: fieldsOf({ baz: 'bam' }), aws_profile: 'bar' }),
      'foo+123|baz:bam|bar',
    ],
    ['kms', fieldsOf({ arn: 'foo', aws_profile: 'bar' }), 'foo||bar'],
    ['kms', fieldsOf({ arn: 'foo', context: fieldsOf({}) }), 'foo'],
    ['gcp_kms', fieldsOf({ resource_id: 'projects/p' }), 'projects/p'],
    ['hckms', fieldsOf({ key_id: 'eu-de:1' }), 'eu-de:1'],
    ['azure_kv', fieldsOf({ vaultUrl: 'https://v', key: 'k', version: '1' }), 'https://v/keys/k/1'],
  ];

  it.each(items)('of %s', (name, fields, id) => {
    expect(keySourceNamed(name).parseFields?.(fields).id).toBe(id);
  });

  it('must be a region and an id for hckms', () => {
    const parse = () => keySourceNamed('hckms').parseFields?.(fieldsOf({ key_id: 'x' }));
    expect(parse).toThrow(expect.objectContaining({ code: 'key.invalid' }));
  });
});

describe('metadata', () => {
  const rest = { created_at: '2024-01-02T03:04:05Z', enc: 'wrapped', later: 'kept' };
  const items: [string, Record<string, string | Value>, string][] = [
    [
      'kms',
      { arn: 'arn:x', role: 'arn:y', context: fieldsOf({ b: '2', a: '1' }), aws_profile: '' },
      'arn:x+arn:y|a:1,b:2',
    ],
    ['kms', { arn: 'arn:x', aws_profile: 'dev' }, 'arn:x||dev'],
    ['gcp_kms', { resource_id: 'projects/p' }, 'projects/p'],
    ['hckms', { key_id: 'eu-de:1' }, 'eu-de:1'],
    ['azure_kv', { vault_url: 'https://v', name: 'k', version: '1' }, 'https://v/keys/k/1'],
    [
      'hc_vault',
      { vault_address: 'https://v', engine_path: 'transit', key_name: 'n' },
      'https://v/v1/transit/keys/n',
    ],
  ];

  it.each(items)('of %s is kept as it is', (source, own, id) => {
    const fields = fieldsOf({ ...own, ...rest });
    expect(keySourceNamed(source).decode(fields)).toEqual({ source, id, fields, enc: 'wrapped' });
  });

  it.each(foreign)('of $name without created_at is refused', (source) => {
    expect(() => source.decode(fieldsOf({ enc: 'x' }))).toThrow(
      expect.objectContaining({ code: 'sops.metadata' }),
    );
  });

  it('of hckms without a region is refused', () => {
    expect(() => keySourceNamed('hckms').decode(fieldsOf({ key_id: 'x', ...rest }))).toThrow('key_id');
  });

  it.each(foreign)('of $name cannot be used, and the error says what can', async (source: KeySource) => {
    const key = { source: source.name, id: 'the-id', fields: fieldsOf({}), enc: 'x' };
    const session = source.open(nodeSystem());
    await expect(session.unwrap(key)).rejects.toMatchObject({
      code: 'key.unsupported',
      message: expect.stringContaining('the-id'),
    });
    await expect(session.unwrap(key)).rejects.toMatchObject({
      hint: expect.stringContaining('open it with `sops`'),
    });
    await expect(session.wrap(key, new Secret(new Uint8Array(32)))).rejects.toMatchObject({
      code: 'key.unsupported',
    });
  });
});
