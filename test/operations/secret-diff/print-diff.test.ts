import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type SecretComparison, verdictOf } from '../../../src/operations/secret-diff/compared.ts';
import { comparisonJson } from '../../../src/operations/secret-diff/diff-json.ts';
import { printComparison } from '../../../src/operations/secret-diff/print-diff.ts';
import { valueLines } from '../../../src/operations/secret-diff/value-text.ts';
import { Secret } from '../../../src/secret/secret.ts';

const canary = 'CANARY-diff-4711';
const of = (text: string): Secret => Secret.fromText(text);

function comparison(more: Partial<SecretComparison> = {}): SecretComparison {
  const common = { kustomization: 'flux-system/apps', file: 'apps/db.yaml', liveName: null, notes: [] };
  return {
    ...{ context: 'homelab', server: 'https://x', cluster: 'clusters/homelab', unlooked: [], passedOver: [] },
    secrets: [
      { ...common, ref: { namespace: 'app', name: 'same' }, state: 'same', differences: [] },
      {
        ...common,
        ref: { namespace: 'app', name: 'db' },
        state: 'different',
        differences: [
          { field: 'data', key: 'a', change: 'changed', repository: of(`${canary}-1`), cluster: of(canary) },
          { field: 'label', key: 'l', change: 'added', repository: of(canary), cluster: null },
          { field: 'type', key: null, change: 'changed', repository: of('Opaque'), cluster: of(canary) },
        ],
      },
    ],
    ...more,
  };
}

describe('printing what differs', () => {
  it('shows no value unless asked, in text, JSON and what a debugger prints', () => {
    const plain = { colour: false, showValues: false };
    const text = printComparison(comparison(), plain);
    expect(text).toBe(
      [
        'context homelab, clusters/homelab: 2 Secrets, 1 differs',
        '',
        '~ Secret app/db  differs  (Kustomization flux-system/apps, apps/db.yaml)',
        '    ~ a  differs',
        '    + label l  only in the repository',
        '    ~ type  differs',
        '',
      ].join('\n'),
    );
    expect(JSON.stringify(comparisonJson(comparison(), false))).not.toContain('CANARY');
    expect(`${inspect(comparison(), { depth: 9 })}${JSON.stringify(comparison())}`).not.toContain('CANARY');
    const shown = printComparison(comparison(), { ...plain, showValues: true });
    expect(shown).toContain(`        - ${canary}\n        + ${canary}-1\n`);
    expect(JSON.stringify(comparisonJson(comparison(), true))).toContain(`{"text":"${canary}"}`);
  });

  it('says first what is certain', () => {
    const unlooked = [{ what: 'Kustomization a/b', why: 'it fails', fix: 'Mend it.' }];
    expect(verdictOf(comparison({ unlooked }))).toBe('different');
    const rest = comparison({ unlooked, secrets: comparison().secrets.slice(0, 1) });
    expect(verdictOf(rest)).toBe('unknown');
    const text = printComparison(rest, { colour: false, showValues: false });
    expect(text).toContain('1 Secret the same, 1 not compared');
    expect(text).toContain('  ? Kustomization a/b: it fails\n    • Mend it.\n');
    expect(verdictOf({ ...rest, unlooked: [] })).toBe('same');
  });

  it.each([
    ['one line', 'old', 'new', ['- old', '+ new']],
    ['nothing before', null, 'new', ['+ new']],
    ['a line break', 'x', 'x\n', ['- x', '+ x  (with a line break at its end)']],
    ['an empty value', '', 'x', ['- (empty)', '+ x']],
    ['lines that differ only', 'a\nb\nc\n', 'a\nB\nc\n', ['@@ line 2', '- b', '+ B']],
    ['control characters', 'a\tb', 'a', ['- a\\tb', '+ a']],
    ['an escape', '\u001b[31m', 'a', ['- binary, 5 bytes, base64: G1szMW0=', '+ a']],
  ])('shows %s', (_, cluster, repository, lines) => {
    const [before, after] = [cluster, repository].map((text) => (text === null ? null : of(text)));
    expect(valueLines(before ?? null, after ?? null)).toEqual(lines);
  });

  it('tells of long binary values their size', () => {
    expect(valueLines(null, new Secret(new Uint8Array(5000)))).toEqual(['+ binary, 5000 bytes']);
  });
});
