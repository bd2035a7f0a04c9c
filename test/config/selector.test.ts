import { describe, expect, it } from 'vitest';
import { combineSelectors, defaultSelector, pickSelector } from '../../src/config/selector.ts';

describe('pickSelector', () => {
  it('takes the one that is set', () => {
    expect(pickSelector({ encrypted_regex: '^data$', encrypted_suffix: '' }, 'config.invalid')).toEqual({
      kind: 'encrypted_regex',
      value: '^data$',
    });
  });

  it('finds none where all are empty', () => {
    expect(pickSelector({}, 'config.invalid')).toBeNull();
    expect(pickSelector({ unencrypted_suffix: '' }, 'config.invalid')).toBeNull();
  });

  it('refuses two, with the code of the place they stand in', () => {
    const both = { encrypted_regex: 'a', unencrypted_comment_regex: 'b' };
    const pick = () => pickSelector(both, 'config.invalid', { file: '.sops.yaml', line: 4 });
    expect(pick).toThrow('cannot use more than one of encrypted_regex and unencrypted_comment_regex');
    expect(pick).toThrow(
      expect.objectContaining({ code: 'config.invalid', place: { file: '.sops.yaml', line: 4 } }),
    );
  });
});

describe('combineSelectors', () => {
  const rule = { kind: 'encrypted_regex', value: '^data$', place: { line: 3 } } as const;

  it('takes the default where nothing is chosen', () => {
    expect(combineSelectors({}, null)).toEqual(defaultSelector);
    expect(combineSelectors({ encrypted_suffix: '' }, null)).toEqual(defaultSelector);
  });

  it('puts a flag over the same field of the rule', () => {
    expect(combineSelectors({ encrypted_regex: '^x$' }, rule)).toEqual({
      kind: 'encrypted_regex',
      value: '^x$',
    });
    expect(combineSelectors({ encrypted_regex: '' }, rule)).toEqual(rule);
  });

  it('refuses a flag of another kind than the rule', () => {
    const combine = () => combineSelectors({ encrypted_suffix: '_x' }, rule);
    expect(combine).toThrow(expect.objectContaining({ code: 'usage.conflict' }));
  });
});
