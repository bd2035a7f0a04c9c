import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Selector } from '../../src/config/selector.ts';
import { selectorKinds } from '../../src/config/selector.ts';
import { compileSelector } from '../../src/sops/selector.ts';
import type { SelectorCase } from './selector-tree.ts';
import { verdictsOf } from './selector-tree.ts';

/** What sops 3.13.3 encrypted; recorded by test/peers/selector.test.ts. */
const recorded = JSON.parse(
  readFileSync(new URL('../vectors/selectors.json', import.meta.url), 'utf8'),
) as readonly SelectorCase[];

describe('compileSelector', () => {
  it.each(selectorKinds)('decides as sops did: %s', async (kind) => {
    const cases = recorded.filter(({ selector }) => selector.kind === kind);
    expect(cases.some(({ encrypted }) => /01|10/.test(encrypted))).toBe(true);
    for (const one of cases)
      expect({ ...one, encrypted: await verdictsOf(one.selector, one.tree) }).toEqual(one);
  });

  it('selects everything without a selector', async () => {
    const { selects } = await compileSelector(null);
    expect(selects(['data_unencrypted'], [[]], false)).toBe(true);
  });

  it('looks at every key of a path', async () => {
    const regex = await compileSelector({ kind: 'encrypted_regex', value: '^data$' });
    expect(regex.selects(['a', 'data', 'b'], [[], [], []], false)).toBe(true);
    const suffix = await compileSelector({ kind: 'unencrypted_suffix', value: '_unencrypted' });
    expect(suffix.selects(['a_unencrypted', 'b'], [[], []], false)).toBe(false);
    expect(suffix.selects([], [['a comment']], true)).toBe(true);
  });

  it('does not let a comment select itself', async () => {
    const { selects } = await compileSelector({ kind: 'encrypted_comment_regex', value: 'enc' });
    expect(selects(['a'], [['enc'], ['x']], false)).toBe(true);
    expect(selects(['a'], [[], ['enc']], true)).toBe(false);
    expect(selects(['a'], [[], ['enc', 'enc']], true)).toBe(true);
    expect(selects(['a'], [['enc'], ['enc']], true)).toBe(true);
  });

  it('lets a comment exclude itself', async () => {
    const { selects } = await compileSelector({ kind: 'unencrypted_comment_regex', value: 'plain' });
    expect(selects([], [['plain']], true)).toBe(false);
    expect(selects(['a'], [['plain'], []], false)).toBe(false);
    expect(selects(['a'], [['other'], []], false)).toBe(true);
  });

  it('knows which expressions would match a ciphertext', async () => {
    const text = 'ENC[AES256_GCM,data:dGVzdA==,iv:dGVzdA==,tag:dGVzdA==,type:comment]';
    const matches = async (kind: Selector['kind']) =>
      (await compileSelector({ kind, value: 'type:comment' })).matchesCiphertext(text);
    expect(await Promise.all(selectorKinds.map(matches))).toEqual([false, false, false, false, true, false]);
  });

  it('refuses an invalid expression', async () => {
    const compile = compileSelector({ kind: 'encrypted_regex', value: '^(?!kind)' }, { file: 'a.yaml' });
    await expect(compile).rejects.toMatchObject({ code: 'config.selector', place: { file: 'a.yaml' } });
  });
});
