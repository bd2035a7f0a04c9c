import { describe, expect, it } from 'vitest';
import { matchRule, requireRule, ruleMatcher } from '../../src/config/match.ts';
import { configOf } from './config-text.ts';

const place = { folder: '/repo' };
const rules = (...regexes: string[]) =>
  configOf(`creation_rules:\n${regexes.map((regex) => `  - path_regex: '${regex}'\n`).join('')}`);
const indexFor = async (file: string, ...regexes: string[]) =>
  (await matchRule(rules(...regexes), file, place)).rule?.index ?? null;

describe('matchRule', () => {
  it.each([
    ['/repo/a.yaml', ['^b', '^a'], 1],
    ['/repo/a.yaml', ['\\.yaml$', '^a'], 0],
    ['/repo/a.yaml', ['', '^a'], 0],
    ['/repo/x/a.yaml', ['^a', 'x/a'], 1],
    ['/repo/x/a.yaml', ['/repo/'], null],
    ['/repository/a.yaml', ['^/repository/'], 0],
    ['/elsewhere/a.yaml', ['^a', '^/elsewhere/a\\.yaml$'], 1],
    ['/repo/a.yaml', ['(?i)^A\\.YAML$'], 0],
    ['/repo/a.yaml', ['^a\\.yaml$', '('], 0],
  ])('finds the rule of %s in %j: %s', async (file, regexes, index) => {
    expect(await indexFor(file, ...regexes)).toBe(index);
  });

  it('leaves the path absolute below a configuration in the root folder, as sops does', async () => {
    const outcome = await matchRule(rules('^a\\.yaml$'), '/a.yaml', { folder: '/' });
    expect(outcome).toMatchObject({ path: '/a.yaml', rule: null });
  });

  it('stops at an invalid expression when its turn comes', async () => {
    await expect(indexFor('/repo/a.yaml', '^b', '(')).rejects.toMatchObject({
      code: 'config.invalid',
      message: 'path_regex is not a valid regular expression at character 1: missing closing ): `(`',
      place: { file: '.sops.yaml', line: 3, path: ['creation_rules', 1, 'path_regex'] },
    });
  });

  it('takes slashes and backslashes on Windows', async () => {
    const windows = { folder: 'C:\\repo', platform: 'win32' } as const;
    const match = (regex: string) => matchRule(rules(regex), 'C:\\repo\\apps\\a.yaml', windows);
    expect(await match('^apps/a\\.yaml$')).toMatchObject({ path: 'apps/a.yaml', rule: { index: 0 } });
    expect(await match('^apps\\\\a\\.yaml$')).toMatchObject({ rule: { index: 0 } });
  });

  it('takes a drive letter of either case on Windows', async () => {
    const find = (folder: string, file: string) =>
      matchRule(rules('^apps/'), file, { folder, platform: 'win32' });
    expect((await find('c:\\repo', 'C:\\repo\\apps\\a.yaml')).path).toBe('apps/a.yaml');
    expect((await find('C:\\repo', 'c:\\repo\\apps\\a.yaml')).path).toBe('apps/a.yaml');
    expect((await find('C:\\repo', 'D:\\repo\\apps\\a.yaml')).rule).toBeNull();
    expect((await find('C:\\repo', 'C:\\repository\\apps\\a.yaml')).rule).toBeNull();
  });

  it('matches many files with one matcher', async () => {
    const matcher = ruleMatcher(rules('(?i)\\.JSON$', '\\.yaml$'), place);
    const files = ['/repo/a.yaml', '/repo/b.json', '/repo/c.txt'];
    const found = await Promise.all(files.map(async (file) => (await matcher.match(file)).rule?.index));
    expect(found).toEqual([1, 0, undefined]);
  });

  it('matches destinations against the path as given', async () => {
    const config = configOf(
      'destination_rules:\n  - path_regex: ^s3/\n    s3_bucket: b\n  - vault_path: v\n',
    );
    const matcher = ruleMatcher(config, place);
    expect((await matcher.matchDestination('s3/a.yaml')).rule?.s3.bucket).toBe('b');
    expect((await matcher.matchDestination('/repo/s3/a.yaml')).rule?.vault.path).toBe('v');
  });
});

describe('requireRule', () => {
  it('says which rules there are and why none applies', async () => {
    const config = rules('^prod/', '^(?:dev|test)/');
    const outcome = await matchRule(config, '/repo/stage/a.yaml', place);
    expect(() => requireRule(config, outcome)).toThrow(
      expect.objectContaining({
        code: 'config.no-match',
        message:
          'no creation rule in .sops.yaml matches stage/a.yaml:\n' +
          '  rule 1 (line 2): path_regex ^prod/ does not match\n' +
          '  rule 2 (line 3): path_regex ^(?:dev|test)/ does not match',
        hint: expect.stringContaining('--age'),
      }),
    );
  });

  it('tells an empty list from a missing one', async () => {
    const empty = configOf('creation_rules: []\n');
    const emptyOutcome = await matchRule(empty, '/repo/a', place);
    expect(() => requireRule(empty, emptyOutcome)).toThrow('matches a; creation_rules is empty');
    const none = configOf('stores: {}\n');
    const noneOutcome = await matchRule(none, '/repo/a', place);
    expect(() => requireRule(none, noneOutcome)).toThrow(expect.objectContaining({ code: 'config.missing' }));
  });
});
