import { describe, expect, it } from 'vitest';
import { printReport } from '../../src/findings/print.ts';
import { finding, plain, report } from './sample-report.ts';

function lines(...found: Parameters<typeof finding>): string[] {
  return printReport(report(found.map((changes) => finding(changes))), 'github', plain).split('\n');
}

describe('a report as GitHub annotations', () => {
  it('is a command a finding, and a summary', () => {
    expect(lines({})).toEqual([
      '::error file=apps/db.yaml,line=4,col=3,title=plaintext.secret%3A a readable value of a Secret::a value of a Secret is readable at ["data"]["password"]%0Afix: Run sopskit encrypt -i apps/db.yaml',
      '1 finding (1 error) in 1 of 40 files',
      '',
    ]);
  });

  it.each([
    ['error', 'error'],
    ['warning', 'warning'],
    ['note', 'notice'],
  ] as const)('calls %s %s', (level, command) => {
    expect(lines({ level })[0]).toMatch(new RegExp(`^::${command} `));
  });

  it('escapes what ends a property or a command', () => {
    const [line] = lines({ place: { file: 'a,b:c%d\ne.yaml' }, message: '50% of\r\n::set-output' });
    expect(line).toMatch(/^::error file=a%2Cb%3Ac%25d%0Ae\.yaml,title=/);
    expect(line).toContain('::50%25 of%0D%0A::set-output%0Afix: ');
  });

  it('gives no column without a line, and no file without one', () => {
    expect(lines({ place: { file: 'a.yaml', column: 3 } })[0]).toMatch(/^::error file=a\.yaml,title=/);
    expect(lines({ place: {} })[0]).toMatch(/^::error title=/);
  });

  it('writes valid Unicode only', () => {
    const [line = ''] = lines({ place: { file: 'a\udcff.yaml' } });
    expect(line).toContain('file=a\\xff.yaml');
  });
});
