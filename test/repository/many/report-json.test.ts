import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/repository/many/outcome.ts';
import { manyJson } from '../../../src/repository/many/report-json.ts';
import type { ManyResult } from '../../../src/repository/many/run-many.ts';

const outcomes: Readonly<Record<string, Outcome | null>> = {
  'a.yaml': {
    kind: 'changed',
    keys: [{ added: ['age1new'], removed: [] }],
    threshold: { from: 0, to: 2 },
    warnings: ['a remark'],
  },
  'b\udcff.yaml': { kind: 'unchanged', reason: 'in-sync' },
  'c.yaml': { kind: 'skipped', reason: 'not-encrypted' },
  'd.yaml': { kind: 'skipped', reason: 'passed-over', detail: 'it is a symbolic link' },
  'e.yaml': {
    kind: 'failed',
    failure: {
      code: 'sops.mac',
      message: 'the MAC does not fit',
      hint: 'Restore it.',
      place: { file: 'e.yaml', line: 7, path: ['sops', 'mac'] },
    },
  },
  'f.yaml': {
    kind: 'failed',
    failure: { code: 'config.invalid', message: 'bad', place: { file: '.sops.yaml' } },
  },
  'g.yaml': { kind: 'failed', failure: { code: null, message: '' } },
  'h.yaml': null,
};
const result: ManyResult = {
  results: Object.entries(outcomes).map(([shown, outcome]) => ({
    file: { path: `/w/${shown}`, shown, named: false },
    outcome,
  })),
  interrupted: true,
};

/** As docs/many-files.md describes it: a change here needs one there, and of the meaning of a field a new version. */
describe('the JSON report', () => {
  const print = (all: boolean) => manyJson({ command: 'rekey', dryRun: true, all }, result);

  it('is one document of the documented shape', () => {
    expect(JSON.parse(print(false))).toEqual({
      version: 1,
      command: 'rekey',
      dryRun: true,
      interrupted: true,
      summary: {
        files: 8,
        changed: 1,
        unchanged: 1,
        skipped: 2,
        failed: 3,
        left: 1,
        reasons: { 'in-sync': 1, 'not-encrypted': 1, 'passed-over': 1 },
      },
      files: [
        {
          path: 'a.yaml',
          outcome: 'changed',
          warnings: ['a remark'],
          keys: [{ added: ['age1new'], removed: [] }],
          threshold: { from: 0, to: 2 },
        },
        { path: 'b\udcff.yaml', outcome: 'unchanged', reason: 'in-sync' },
        { path: 'd.yaml', outcome: 'skipped', reason: 'passed-over', detail: 'it is a symbolic link' },
        {
          path: 'e.yaml',
          outcome: 'failed',
          error: {
            code: 'sops.mac',
            message: 'the MAC does not fit',
            hint: 'Restore it.',
            line: 7,
            path: ['sops', 'mac'],
          },
        },
        {
          path: 'f.yaml',
          outcome: 'failed',
          error: { code: 'config.invalid', message: 'bad', file: '.sops.yaml' },
        },
        { path: 'g.yaml', outcome: 'failed', error: { code: 'internal', message: '' } },
      ],
    });
  });

  it('lists every file when it is asked for, and is valid UTF-8 under any name', () => {
    expect(JSON.parse(print(true)).files).toHaveLength(7);
    expect(print(false)).toContain('b\\udcff.yaml');
  });
});
