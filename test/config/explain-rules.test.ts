import { describe, expect, it } from 'vitest';
import { explainRules, nearMisses } from '../../src/config/explain-rules.ts';
import { configOf } from './config-text.ts';

const age = 'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y'; // a test key

function rules(...expressions: readonly (string | null)[]) {
  const items = expressions.map((expression) =>
    expression === null ? `  - age: ${age}\n` : `  - path_regex: '${expression}'\n    age: ${age}\n`,
  );
  return configOf(`creation_rules:\n${items.join('')}`);
}

describe('what becomes of each rule', () => {
  it.each([
    ['the first that matches wins', ['^x/', '\\.yaml$', null], ['no-match', 'wins', 'hidden']],
    ['none', ['^x/', '^y/'], ['no-match', 'no-match']],
    ['a later one that would not match either', ['\\.yaml$', '^x/'], ['wins', 'no-match']],
    ['an invalid one stops sops', ['(', null], ['invalid', 'hidden']],
    ['an invalid one behind the winner does no harm', [null, '('], ['wins', 'invalid']],
  ] as const)('%s', async (_, expressions, verdicts) => {
    const explained = await explainRules(rules(...expressions), 'apps/a.yaml');
    expect(explained.map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('says why an expression is invalid', async () => {
    const [explained] = await explainRules(rules('a('), 'a');
    expect(explained?.reason).toContain('character 2');
  });

  it('has nothing to say without rules', async () => {
    expect(await explainRules(configOf('stores: {}\n'), 'a')).toEqual([]);
  });
});

describe('what is near to a path that no rule matches', () => {
  it.each([
    ['\\.sops\\.yaml$', 'apps/a.yaml', 'apps/a.sops.yaml'],
    ['\\.enc\\.json$', 'a.json', 'a.enc.json'],
    ['\\.yaml$', 'a.yml', 'a.yaml'],
    ['\\.yaml$', 'secret', 'secret.yaml'],
    ['^apps/', 'k8s/apps/a.yaml', 'apps/a.yaml'],
    ['secrets/.*\\.env$', 'apps/a.env', 'apps/secrets/a.env'],
    ['^readme$', 'README', 'readme'],
  ])('%s and %s: %s', async (expression, path, near) => {
    expect(await nearMisses(rules(expression), path)).toMatchObject([{ path: near, rule: { index: 0 } }]);
  });

  it('is nothing where nothing is', async () => {
    expect(await nearMisses(rules('^infra/x/', '('), 'apps/a.yaml')).toEqual([]);
  });
});
