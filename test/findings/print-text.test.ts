import { describe, expect, it } from 'vitest';
import { printReport } from '../../src/findings/print.ts';
import { finding, plain, report, staleRule } from './sample-report.ts';

describe('a report as text', () => {
  it('says where, how grave, what, which rule, and what to do', () => {
    expect(printReport(report([finding()]), 'text', plain)).toBe(
      [
        'apps/db.yaml:4:3: error: a value of a Secret is readable at ["data"]["password"] [plaintext.secret]',
        '  fix: Run sopskit encrypt -i apps/db.yaml',
        '',
        '1 finding (1 error) in 1 of 40 files',
        '',
      ].join('\n'),
    );
  });

  it('says so where there is nothing', () => {
    expect(printReport(report([]), 'text', plain)).toBe('no findings in 40 files\n');
  });

  it('tells the fix of a row of like findings once', () => {
    const other = finding({ place: { file: 'apps/db.yaml', line: 9 } });
    const text = printReport(report([finding(), other]), 'text', plain);
    expect(text.match(/fix:/g)).toHaveLength(1);
    expect(text).toContain('apps/db.yaml:9: error');
  });

  it('keeps apart what is not alike: other files, other fixes', () => {
    const found = [finding(), finding({ fix: 'Another.' }), finding({ place: { file: 'b.yaml' } })];
    const text = printReport(report(found), 'text', plain);
    expect(text.match(/fix:/g)).toHaveLength(3);
    expect(text).toMatch(/\n\nb\.yaml: error/);
  });

  it('takes reasons together that are mended alike', () => {
    const found = Array.from({ length: 100 }, (_, index) => finding({ message: `rule ${index}` }));
    const text = printReport(report(found), 'text', plain);
    expect(text.match(/fix:/g)).toHaveLength(1);
    expect(text.split('\n').length).toBeLessThan(20);
  });

  it('cuts a long row, and says so', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      finding({ place: { file: 'a.yaml', line: index + 1 } }),
    );
    const text = printReport(report(many), 'text', plain);
    expect(text.match(/a\.yaml:/g)).toHaveLength(10);
    expect(text).toContain('… and 190 more of plaintext.secret in this file; --json lists all');
    expect(text).toContain('200 findings (200 errors) in 1 of 40 files');
  });

  it('counts by code where the list is long', () => {
    const stale = finding({ rule: staleRule, level: 'warning', message: 'x' });
    const many = [...Array.from({ length: 21 }, () => finding()), stale];
    const text = printReport(report(many), 'text', plain);
    expect(text).toContain(
      '  21 error plaintext.secret: a readable value of a Secret\n   1 warning recipients.extra',
    );
  });

  it('shows paths from the current folder', () => {
    const text = printReport(report([finding()]), 'text', { ...plain, cwd: '/repo/apps' });
    expect(text).toMatch(/^db\.yaml:4:3: /);
    expect(printReport(report([finding()]), 'text', { ...plain, cwd: '/repo/other/x' })).toMatch(
      /^\.\.\/\.\.\/apps\/db\.yaml:4:3: /,
    );
  });

  it('lets no name or key break out of its line', () => {
    const odd = finding({
      place: { file: 'a\u001b[31m\nb\udcff.yaml', path: ['k\u001b\n'] },
      message: 'm\u001b[2J',
    });
    const text = printReport(report([odd]), 'text', plain);
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')[0]).toContain('a\\u001b[31m\\nb\\xff.yaml: error');
  });

  it('colours the level where it is asked to', () => {
    const text = printReport(report([finding()]), 'text', { ...plain, colour: true });
    expect(text).toContain('\u001b[31merror\u001b[39m');
  });

  it('names the commit in a search of history', () => {
    const text = printReport(report([finding({ commit: 'c0ffee'.padEnd(40, '0') })]), 'text', plain);
    expect(text).toContain('in commit c0ffee000000 ');
  });

  it('counts what is waived', () => {
    const waived = [{ finding: finding(), reason: 'a test key' }];
    expect(printReport(report([], { waived }), 'text', plain)).toBe('no findings in 40 files, 1 waived\n');
  });
});
