import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import { printReport } from '../../src/findings/print.ts';
import type { Report } from '../../src/findings/report.ts';
import { finding, plain, readableRule, report } from './sample-report.ts';

// Held against the schema of OASIS once; here are the properties that it and GitHub ask for.
interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: {
    physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region?: object };
    logicalLocations?: { fullyQualifiedName: string; kind: string }[];
  }[];
  partialFingerprints: Record<string, string>;
  suppressions?: object[];
  properties?: object;
}

function run(printed: Report) {
  const log = JSON.parse(printReport(printed, 'sarif', plain));
  expect(log).toMatchObject({
    version: '2.1.0',
    $schema: expect.stringContaining('sarif-schema-2.1.0.json'),
  });
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

function results(...findings: Finding[]): Result[] {
  return run(report(findings)).results;
}

function uriOf(file: string): string | undefined {
  return results(finding({ place: { file } }))[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
}

describe('a report as SARIF', () => {
  it('names the tool and describes its rules, fired or not', () => {
    const { tool, automationDetails, columnKind } = run(report([]));
    expect(tool.driver).toMatchObject({ name: 'sopskit', version: '1.2.3', semanticVersion: '1.2.3' });
    expect(tool.driver.rules).toHaveLength(2);
    expect(tool.driver.rules[0]).toMatchObject({
      id: 'plaintext.secret',
      name: 'PlaintextSecret',
      shortDescription: { text: 'a readable value of a Secret.' },
      fullDescription: { text: readableRule.about },
      help: { text: readableRule.about, markdown: readableRule.about },
      defaultConfiguration: { level: 'error' },
    });
    expect(automationDetails.id).toBe('sopskit/check/');
    expect(columnKind).toBe('unicodeCodePoints');
  });

  it('places a result in the file and in the tree', () => {
    const [result] = results(finding());
    expect(result).toMatchObject({
      ruleId: 'plaintext.secret',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'a value of a Secret is readable. Run sopskit encrypt -i apps/db.yaml' },
    });
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'apps/db.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 4, startColumn: 3 },
        },
        logicalLocations: [{ fullyQualifiedName: '["data"]["password"]', kind: 'property' }],
      },
    ]);
  });

  it('gives no region without a line', () => {
    const [result] = results(finding({ place: { file: 'a.yaml' } }));
    expect(result?.locations[0]?.physicalLocation.region).toBeUndefined();
  });

  it('describes a rule that only a finding knows of', () => {
    const rule = { ...readableRule, code: 'config.invalid' };
    const { tool, results: found } = run(report([finding({ rule })]));
    expect(tool.driver.rules[found[0].ruleIndex].id).toBe('config.invalid');
  });

  it.each([
    ['a b.yaml', 'a%20b.yaml'],
    ['c:d#e?f%g.yaml', 'c%3Ad%23e%3Ff%25g.yaml'],
    ['ü/日.yaml', '%C3%BC/%E6%97%A5.yaml'],
    ['a\nb\\c".yaml', 'a%0Ab%5Cc%22.yaml'],
    ['no-utf8-\udcff.yaml', 'no-utf8-%FF.yaml'],
    ['plain-1._~/x.yaml', 'plain-1._~/x.yaml'],
  ])('writes %j as a relative URI', (file, uri) => {
    expect(uriOf(file)).toBe(uri);
    expect(new URL(uri, 'file:///repo/').pathname).toBe(`/repo/${uri}`); // no scheme, no query, no fragment
  });

  it('is valid Unicode, whatever the names', () => {
    const [result] = results(
      finding({ place: { file: 'a\udcff', path: ['\ud800\udcff'] }, message: 'b\udcfe' }),
    );
    const texts = [result?.message.text, result?.locations[0]?.logicalLocations?.[0]?.fullyQualifiedName];
    for (const text of texts) expect(Buffer.from(text ?? '').toString('utf8')).toBe(text);
    expect(texts[0]).toContain('b\\xfe');
  });

  it('suppresses what is waived, and says of the others that they are not', () => {
    const waived = [{ finding: finding({ place: { file: 'b.yaml' } }), reason: 'a test key' }];
    const { results: found } = run(report([finding()], { waived }));
    expect(found.map(({ suppressions }: Result) => suppressions)).toEqual([
      [],
      [{ kind: 'external', status: 'accepted', justification: 'a test key' }],
    ]);
    expect(results(finding())[0]?.suppressions).toBeUndefined();
  });

  it('keeps the commit of a finding in history', () => {
    const commit = 'c0ffee'.padEnd(40, '0');
    const [result] = results(finding({ commit }));
    expect(result?.properties).toEqual({ commit });
    expect(result?.message.text).toContain(`(in commit ${commit})`);
  });
});

describe('fingerprints', () => {
  const prints = (...findings: Finding[]) => results(...findings).map((result) => result.partialFingerprints);

  it('stay where lines shift and messages are reworded', () => {
    const moved = finding({ place: { ...finding().place, line: 400, column: 1 }, message: 'reworded' });
    expect(prints(moved)).toEqual(prints(finding()));
  });

  it('differ by code, file, path and commit', () => {
    const all = [
      finding(),
      finding({ rule: { ...readableRule, code: 'other' } }),
      finding({ place: { ...finding().place, file: 'b.yaml' } }),
      finding({ place: { ...finding().place, path: ['data', 'user'] } }),
      finding({ commit: 'c'.repeat(40) }),
    ];
    expect(new Set(prints(...all).map((print) => JSON.stringify(print))).size).toBe(all.length);
  });

  it('number findings that share all of that', () => {
    const [first, second] = prints(finding(), finding({ place: { ...finding().place, line: 5 } }));
    expect(first).not.toEqual(second);
    expect(first).toEqual(prints(finding())[0]);
  });
});
