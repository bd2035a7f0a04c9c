import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../../src/config/decode.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import { configText, ruleLines } from '../../../src/repository/init/config-text.ts';
import { pathRegexFor } from '../../../src/repository/init/path-regex.ts';
import { recipientNames } from '../../../src/repository/recipient-names.ts';

const alice = 'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y';
const bob = 'age18cm3rpjpqv24r6wp0ymltk0a3s7dg8l7k38l5wx4s922uyg8ycks7ga2jj';

describe('a new .sops.yaml', () => {
  it('has one rule that encrypts the values of Secrets, and says whose keys it names', async () => {
    const text = configText([
      {
        pathRegex: '\\.ya?ml$',
        preset: 'kubernetes',
        recipients: [
          { recipient: alice, name: 'alice' },
          { recipient: bob, name: null },
        ],
      },
    ]);
    const { creationRules, unknown } = decodeConfig(readYaml(Buffer.from(text)).branches[0] ?? null, {
      file: 'f',
    });
    expect(unknown).toEqual([]);
    expect(creationRules).toHaveLength(1);
    expect(creationRules?.[0]).toMatchObject({
      pathRegex: '\\.ya?ml$',
      selectors: { encrypted_regex: '^(data|stringData)$' },
    });
    expect([...(await recipientNames(Buffer.from(text)))]).toEqual([[alice, 'alice']]);
  });

  it.each(["it's", 'a: b', '#x', 'x #y', '[a]', '*', "'", '^clusters/a b/', '\\.ya?ml$', 'ends:', ' x '])(
    'keeps the expression %j',
    (pathRegex) => {
      const text = configText([{ pathRegex, preset: 'all', recipients: [{ recipient: alice, name: null }] }]);
      const { creationRules } = decodeConfig(readYaml(Buffer.from(text)).branches[0] ?? null, { file: 'f' });
      expect(creationRules?.[0]).toMatchObject({ pathRegex, selectors: {} });
    },
  );

  it('begins the rule with its first field', () => {
    const lines = ruleLines({
      pathRegex: null,
      preset: 'all',
      recipients: [{ recipient: alice, name: null }],
    });
    expect(lines).toEqual(['# Every value is encrypted.', '- age:', `    - ${alice}`]);
  });
});

describe('path_regex', () => {
  it.each([
    ['/r', '/r', 'kubernetes', '\\.ya?ml$'],
    ['/r', '/r/a.b/c+d', 'kubernetes', '^a\\.b/c\\+d/.*\\.ya?ml$'],
    ['/r', '/r', 'all', null],
    ['/r', '/r/a', 'all', '^a/'],
  ] as const)('for %s, %s and %s', (top, folder, preset, expected) => {
    expect(pathRegexFor(top, folder, preset)).toBe(expected);
  });

  it.each([
    ['/r/a/s.yaml', true],
    ['/r/a/b/s.yml', true],
    ['/r/ab/s.yaml', false],
    ['/r/x/a/s.yaml', false],
    ['/r/a/s.json', false],
  ])('takes the files of a folder: %s', (file, fits) => {
    expect(new RegExp(pathRegexFor('/r', '/r/a', 'kubernetes') ?? '').test(file.slice('/r/'.length))).toBe(
      fits,
    );
  });
});
