import { describe, expect, it } from 'vitest';
import { changeLines, remarkLines, summaryLine } from '../../src/cli/many-text.ts';
import type { Outcome } from '../../src/repository/many/outcome.ts';
import type { ManyResult } from '../../src/repository/many/run-many.ts';

function result(outcomes: Readonly<Record<string, Outcome | null>>, named = false): ManyResult {
  const results = Object.entries(outcomes).map(([shown, outcome]) => ({
    file: { path: `/w/${shown}`, shown, named },
    outcome,
  }));
  return { results, interrupted: results.some(({ outcome }) => outcome === null) };
}

const failed = (message: string, file = ''): Outcome => ({
  kind: 'failed',
  failure: { code: 'sops.mac', message, hint: 'Look.', place: file === '' ? { line: 3 } : { file, line: 9 } },
});

describe('what is said of many files', () => {
  it('counts what was done, what is right, what was passed over, and what failed', () => {
    const all = result({
      a: { kind: 'changed' },
      b: { kind: 'unchanged', reason: 'already-encrypted' },
      c: { kind: 'skipped', reason: 'no-secret' },
      d: failed('it is broken'),
      e: null,
    });
    expect(summaryLine('encrypt', false, all)).toBe(
      'sopskit encrypt: 1 encrypted, 1 already encrypted, 1 skipped (1 neither encrypted nor a Secret), 1 failed, 1 not reached',
    );
    expect(summaryLine('encrypt', true, result({ a: { kind: 'changed' } }))).toBe(
      'sopskit encrypt: 1 would be encrypted',
    );
    expect(summaryLine('verify', false, result({}))).toBe('sopskit verify: no files');
  });

  it('says the same failure once, and names the file it lies in', () => {
    const lines = remarkLines(
      'verify',
      result({ a: failed('same'), b: failed('same'), c: failed('rule', '.sops.yaml') }),
      false,
    );
    expect(lines).toEqual([
      'sopskit verify: a:3: same\nhint: Look.\n  the same for b',
      'sopskit verify: c: .sops.yaml:9: rule\nhint: Look.',
    ]);
  });

  it('takes errors that differ by the name of their file for the same', () => {
    const of = (file: string) => failed(`cannot write /w/${file}: no space left; rule 1 is not for ${file}`);
    expect(remarkLines('encrypt', result({ 'sub/a.yaml': of('sub/a.yaml'), b: of('b') }), false)).toEqual([
      'sopskit encrypt: sub/a.yaml:3: cannot write /w/sub/a.yaml: no space left; rule 1 is not for sub/a.yaml\nhint: Look.\n  the same for b',
    ]);
    const other = remarkLines(
      'encrypt',
      result({ a: failed('a bad thing'), b: failed('b good thing') }),
      false,
    );
    expect(other).toHaveLength(2);
  });

  it('never quotes a mistake of its own', () => {
    const internal: Outcome = { kind: 'failed', failure: { code: null, message: 'a value' } };
    const [line] = remarkLines('verify', result({ a: internal }), false);
    expect(line).toMatch(/^sopskit verify: a: internal error/);
    expect(line).not.toContain('a value');
  });

  it('names few of many files, unless all are asked for', () => {
    const skipped: Outcome = { kind: 'skipped', reason: 'no-rule' };
    const many = result(Object.fromEntries([...'abcdefgh'].map((name) => [name, skipped])));
    expect(remarkLines('encrypt', many, false)).toEqual([
      'warning: passed over a, b, c, d, e and 3 more: Secrets that no rule matches',
    ]);
    expect(remarkLines('encrypt', many, true)[0]).toContain('f, g, h:');
  });

  it('is silent of what most files are, and not of what was named', () => {
    const outcome: Outcome = { kind: 'skipped', reason: 'passed-over', detail: 'it is a symbolic link' };
    expect(remarkLines('encrypt', result({ a: outcome }), false)).toEqual([]);
    expect(remarkLines('encrypt', result({ a: outcome }, true), false)).toEqual([
      'warning: passed over a: it is a symbolic link',
    ]);
  });

  it('lists files with the same change of recipients together', () => {
    const change: Outcome = {
      kind: 'changed',
      keys: [{ added: ['age1new'], removed: ['age1old'] }],
      threshold: { from: 0, to: 2 },
    };
    expect(changeLines(result({ a: change, 'b\nc': change, d: { kind: 'changed' } }), 'synced')).toEqual([
      'shamir_threshold: 0 -> 2\n+++ age1new\n--- age1old',
      '  synced a',
      '  synced b\\nc',
      'synced d',
    ]);
    expect(changeLines(result({ a: change, b: change, c: change }), 'synced', 1).slice(1)).toEqual([
      '  synced a',
      '  and 2 more',
    ]);
  });
});
