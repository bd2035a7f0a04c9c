import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintRules, unreadable } from '../../../src/config/lint/registry.ts';
import { wrongName } from '../../../src/repository/lint-configuration.ts';
import { expressionCases } from './expression-cases.ts';
import { alice, lint, ruleOf } from './lint-case.ts';
import { recipientCases } from './recipient-cases.ts';
import { ruleCases } from './rule-cases.ts';
import { structureCases } from './structure-cases.ts';

const cases = { ...structureCases, ...expressionCases, ...ruleCases, ...recipientCases };

describe.each(Object.entries(cases))('%s', (code, ofRule) => {
  it.each(ofRule)('$title', async (given) => {
    const found = await lint(given, code);
    expect(found.map(({ level, place }) => `${level} ${place.line ?? 0}`)).toEqual(given.finds);
    if (given.says !== undefined) expect(`${found[0]?.message} ${found[0]?.fix}`).toContain(given.says);
  });
});

describe('the rules', () => {
  it('each have a case that fires and one that does not', () => {
    for (const { info } of lintRules) {
      const ofRule = cases[info.code] ?? [];
      expect(
        ofRule.some(({ finds }) => finds.length > 0),
        `${info.code} fires`,
      ).toBe(true);
      expect(
        ofRule.some(({ finds }) => finds.length === 0),
        `${info.code} is silent`,
      ).toBe(true);
    }
  });

  it('have codes of their own, a title and a reason', () => {
    const codes = lintRules.map(({ info }) => info.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { info } of lintRules) {
      expect(info.code).toMatch(/^config\.[a-z-]+$/);
      expect(info.title).toMatch(/^[^A-Z].*[^.]$/);
      expect(info.about).toMatch(/\.$/);
    }
  });

  it('are in the guide', () => {
    const guide = readFileSync(new URL('../../../docs/config.md', import.meta.url), 'utf8');
    for (const { info } of [...lintRules, { info: unreadable }, { info: wrongName }])
      expect(guide).toContain(`| \`${info.code}\` | ${info.level} | ${info.title} |`);
  });

  it('never quote a private key', async () => {
    const canary = 'AGE-SECRET-KEY-1CANARYCANARYCANARY';
    const configs = [
      ruleOf(`age: ${canary}`),
      ruleOf(`age: ${alice} ${canary}`),
      ruleOf('age:', `  - ${alice},${canary}`),
      ruleOf(`pgp: ${canary}`),
      ruleOf(`kms: ${canary}`),
      ruleOf(`azure_keyvault: ${canary}`),
      ruleOf('key_groups:', `  - kms: [{arn: ${canary}}]`),
      ruleOf('key_groups:', `  - azure_keyvault: [{vaultUrl: ${canary}, key: ${canary}}]`),
      `keys: [${canary}]\n${ruleOf(`age: ${alice}`)}`,
    ];
    for (const config of configs) expect(JSON.stringify(await lint({ config }))).not.toContain('CANARY');
  });

  it('are silent on a good configuration', async () => {
    const config = ruleOf(
      "path_regex: '^clusters/.*\\.sops\\.ya?ml$'",
      "encrypted_regex: '^(data|stringData)$'",
      `age: ${alice}`,
    );
    expect(await lint({ config, files: { 'clusters/a.sops.yaml': '' } })).toEqual([]);
  });
});
