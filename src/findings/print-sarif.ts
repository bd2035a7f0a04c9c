import type { Place } from '../errors/sopskit-error.ts';
import { printablePath } from '../system/path-text.ts';
import { relativeUri } from './file-uri.ts';
import type { Finding, RuleInfo } from './finding.ts';
import { fingerprints } from './fingerprint.ts';
import { treePathText } from './place-text.ts';
import type { PrintOptions } from './print.ts';
import type { Report } from './report.ts';

/** The log's schema, as OASIS names it; a name, nothing is fetched. */
const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The name of the finding's own fingerprint (`fingerprints`); GitHub computes its `primaryLocationLineHash` itself. */
const fingerprintName = 'sopskitFinding/v1';

/**
 * Prints a report as a SARIF 2.1.0 log: for GitHub code scanning, GitLab, and editors. Waived findings are results
 * with a suppression. Nothing in it depends on the machine: files are relative to `%SRCROOT%`.
 */
export function sarifReport(report: Report, { version }: PrintOptions): string {
  const rules = rulesOf(report);
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'sopskit', version, semanticVersion: version, rules: rules.map(descriptor) },
        },
        automationDetails: { id: `sopskit/${report.tool.replaceAll(' ', '-')}/` },
        invocations: [{ executionSuccessful: true }],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The top of the repository.' } } },
        columnKind: 'unicodeCodePoints',
        results: results(report, rules),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** The rules that were applied, and those of findings that come from elsewhere. */
function rulesOf({ rules, findings, waived }: Report): RuleInfo[] {
  const all = [...rules, ...findings.map(({ rule }) => rule), ...waived.map(({ finding }) => finding.rule)];
  const byCode = new Map<string, RuleInfo>();
  for (const rule of all) if (!byCode.has(rule.code)) byCode.set(rule.code, rule);
  return [...byCode.values()];
}

function descriptor({ code, level, title, about }: RuleInfo) {
  return {
    id: code,
    name: nameOf(code),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: about },
    help: { text: about, markdown: about },
    defaultConfiguration: { level },
    properties: { tags: ['security', 'secrets'] },
  };
}

function results({ findings, waived }: Report, rules: readonly RuleInfo[]) {
  const all: readonly { finding: Finding; reason: string | null }[] = [
    ...findings.map((finding) => ({ finding, reason: null })),
    ...waived,
  ];
  const names = fingerprints(all.map(({ finding }) => finding));
  return all.map(({ finding, reason }, index) => ({
    ...result(finding, rules, names[index] ?? ''),
    // Where one result says whether it is suppressed, all have to.
    ...(waived.length === 0 ? {} : { suppressions: reason === null ? [] : [suppression(reason)] }),
  }));
}

function result(
  { rule, level, place, message, fix, commit }: Finding,
  rules: readonly RuleInfo[],
  name: string,
) {
  const inCommit = commit === undefined ? '' : ` (in commit ${commit})`;
  return {
    ruleId: rule.code,
    ruleIndex: rules.findIndex(({ code }) => code === rule.code),
    level,
    message: { text: printable(`${sentence(message + inCommit)} ${fix}`) },
    locations: [location(place)],
    partialFingerprints: { [fingerprintName]: name },
    ...(commit === undefined ? {} : { properties: { commit } }),
  };
}

function location({ file, line, column, path }: Place) {
  const region =
    line === undefined
      ? {}
      : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  const artifact = { uri: relativeUri(file ?? '.'), uriBaseId: '%SRCROOT%' };
  const tree = treePathText(path);
  return {
    physicalLocation: { artifactLocation: artifact, ...region },
    ...(tree === '' ? {} : { logicalLocations: [{ fullyQualifiedName: tree, kind: 'property' }] }),
  };
}

function suppression(reason: string) {
  return { kind: 'external', status: 'accepted', justification: printable(reason) };
}

/** `plaintext.secret-value` → `PlaintextSecretValue`: viewers show it beside the code. */
function nameOf(code: string): string {
  return code.replace(/(?:^|[^a-z0-9]+)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** JSON for others to read must be valid Unicode. */
function printable(text: string): string {
  return printablePath(text);
}
