import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConfigOutcome } from './config-case.ts';
import { configCases } from './config-cases.ts';
import { outcomeOf } from './config-outcome.ts';

/** What sops 3.13.3 did; recorded by test/peers/config.test.ts. */
const recorded = JSON.parse(
  readFileSync(new URL('../vectors/config.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, ConfigOutcome>>;

describe('a file and its .sops.yaml', () => {
  it('has a record of every case', () => {
    expect(configCases.map(({ title }) => title)).toEqual(Object.keys(recorded));
  });

  it.each(configCases.filter(({ differs }) => differs === undefined))('$title', async (one) => {
    expect(await outcomeOf(one)).toEqual(recorded[one.title]);
  });

  it.each(configCases.filter(({ differs }) => differs !== undefined))(
    '$title: otherwise than sops',
    async (one) => {
      const outcome = await outcomeOf(one);
      expect(outcome).not.toEqual(recorded[one.title]);
      expect(outcome.status).toBe(one.differs?.sopskit === 'resolves' ? 0 : 1);
    },
  );
});
