import { describe, expect, it } from 'vitest';
import { printReport } from '../../src/findings/print.ts';
import { finding, plain, report } from './sample-report.ts';

describe('a report as JSON', () => {
  it('is one document with every field', () => {
    const commit = 'c0ffee'.padEnd(40, '0');
    const printed = report([finding(), finding({ place: {}, level: 'note' })], {
      waived: [{ finding: finding({ commit }), reason: 'a test key' }],
    });
    const common = { code: 'plaintext.secret', message: 'a value of a Secret is readable' };
    const fix = 'Run sopskit encrypt -i apps/db.yaml';
    const placed = { file: 'apps/db.yaml', line: 4, column: 3, path: ['data', 'password'] };
    expect(JSON.parse(printReport(printed, 'json', plain))).toStrictEqual({
      tool: 'check',
      version: '1.2.3',
      findings: [
        { ...common, level: 'error', ...placed, fix },
        { ...common, level: 'note', file: null, line: null, column: null, path: [], fix },
      ],
      waived: [{ ...common, level: 'error', ...placed, fix, commit, reason: 'a test key' }],
      summary: { errors: 1, warnings: 0, notes: 1, waived: 1, files: 40 },
    });
  });

  it('carries names that are no UTF-8 so that they can be had back', () => {
    const text = printReport(report([finding({ place: { file: 'a\udcff.yaml' } })]), 'json', plain);
    expect(Buffer.from(text).toString('utf8')).toBe(text); // valid Unicode on the wire
    expect(JSON.parse(text).findings[0].file).toBe('a\udcff.yaml');
  });
});
