import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  configFields,
  creationRuleFields,
  destinationRuleFields,
  groupFields,
  storeFields,
} from '../../../src/config/fields.ts';
import { configSchema, schemaText } from '../../../src/config/schema/schema.ts';
import type { Schema } from '../../../src/config/schema/schema-value.ts';
import { configOf } from '../config-text.ts';
import { badConfigurations, goodConfigurations } from './configurations.ts';
import { plainYaml } from './plain-value.ts';
import { violations } from './schema-validator.ts';

const { definitions = {} } = configSchema;

describe('the schema of .sops.yaml', () => {
  it('is the published file', () => {
    const published = readFileSync(new URL('../../../docs/sops.schema.json', import.meta.url), 'utf8');
    expect(published).toBe(schemaText());
  });

  it('has the keys that the decoder reads, and no others', () => {
    const keys = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {}).sort();
    const sorted = (names: Iterable<string>) => [...names].sort();
    expect(keys(definitions['creation_rule'])).toEqual(sorted(creationRuleFields));
    expect(keys(definitions['destination_rule'])).toEqual(sorted(destinationRuleFields));
    expect(keys(definitions['key_group'])).toEqual(sorted(['merge', ...groupFields.keys()]));
    expect(keys(configSchema)).toEqual(sorted([...configFields, 'keys']));
    expect(keys(configSchema.properties?.['stores'])).toEqual(sorted(storeFields.keys()));
    for (const [field, shape] of groupFields) {
      const items = definitions['key_group']?.properties?.[field]?.items;
      expect(keys(items)).toEqual(shape === 'text' ? [] : sorted(shape));
    }
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const visit = (schema: Schema, at: string): void => {
      for (const [name, member] of Object.entries(schema.properties ?? {})) {
        if (member.$ref === undefined && member.description === undefined) undescribed.push(`${at}/${name}`);
        visit(member, `${at}/${name}`);
      }
      if (schema.items !== undefined) visit(schema.items, `${at}/-`);
    };
    visit(configSchema, '');
    for (const [name, definition] of Object.entries(definitions)) visit(definition, name);
    expect(undescribed).toEqual([]);
  });

  it.each(goodConfigurations)('accepts what is like $like', ({ text }) => {
    expect(violations(configSchema, plainYaml(text))).toEqual([]);
  });

  it.each(goodConfigurations)('as the decoder does: $like', ({ text }) => {
    const deeper = configOf(text).unknown.filter(({ place }) => (place.path?.length ?? 0) > 1);
    expect(deeper).toEqual([]);
  });

  it.each(badConfigurations)('refuses: $why', ({ why, text }) => {
    expect(violations(configSchema, plainYaml(text))).toContain(why);
  });
});
