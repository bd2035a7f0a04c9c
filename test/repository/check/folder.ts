import { printReport, type ReportFormat } from '../../../src/findings/print.ts';
import type { JsonFinding } from '../../../src/findings/print-json.ts';
import { encrypt } from '../../../src/index.ts';
import type { CheckRequest } from '../../../src/repository/check/check.ts';
import { check } from '../../../src/repository/check/check.ts';
import { testKey } from '../../cli/world.ts';
import { fakeSystem } from '../../system/fake-system.ts';

export type Contents = Readonly<Record<string, string | Uint8Array | Error>>;

/** Checks a folder outside git, in memory; its files by their paths. */
export async function checkFolder(contents: Contents, request: Partial<CheckRequest> = {}) {
  const system = fakeSystem({
    files: contents,
    env: { SOPS_AGE_KEY: request.verify ? testKey.identity : '' },
  });
  const nothing = { paths: [], staged: false, history: null, config: null, verify: false };
  return check(system, { ...nothing, ...request });
}

/** `level code file:line path`, of all findings but notes of rules (which have tests of their own). */
export async function findingsOf(contents: Contents): Promise<string[]> {
  const { report } = await checkFolder(contents);
  return report.findings.map(({ level, rule, place }) =>
    [level, rule.code, `${place.file}:${place.line ?? '-'}`, (place.path ?? []).join('.')].join(' ').trim(),
  );
}

/** The codes of the findings, each once, in order. */
export async function codesOf(contents: Contents): Promise<string[]> {
  const { report } = await checkFolder(contents);
  return [...new Set(report.findings.map(({ rule }) => rule.code))].sort();
}

export async function printed(contents: Contents, format: ReportFormat): Promise<string> {
  const { report, root } = await checkFolder(contents);
  return printReport(report, format, { colour: false, root, version: '0' });
}

export type { JsonFinding };

export const preset = '^(data|stringData)$';

/** Encrypts a YAML text for the test key, as the Kubernetes preset has it. */
export function sealed(text: string, regex: string = preset): Promise<string> {
  return encrypt(text, {
    format: 'yaml',
    recipients: { age: [testKey.recipient] },
    select: { encrypted_regex: regex },
  });
}

export function secretText(name = 'app', password = 'canary-password'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n  password: ${password}\n`;
}

/** A configuration with one rule for the test key. */
export function configuration(pathRegex = '.*', recipient = testKey.recipient): string {
  return `creation_rules:\n  - path_regex: ${pathRegex}\n    encrypted_regex: ${preset}\n    age: ${recipient}\n`;
}
