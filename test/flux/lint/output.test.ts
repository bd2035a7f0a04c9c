import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printReport, reportFormats } from '../../../src/findings/print.ts';
import { fluxRules } from '../../../src/flux/lint/registry.ts';
import { checkInfos } from '../../../src/repository/check/check.ts';
import { fluxCodes } from '../../../src/repository/check/flux-codes.ts';
import { checkFolder } from '../../repository/check/folder.ts';
import { fluxKustomization } from '../repositories.ts';
import { app, configMap, findingsOf, lint, sealed, secret } from './lint-world.ts';

const infos = fluxRules.flatMap((rule) => rule.infos);
const waivers = (...codes: readonly string[]) =>
  `waivers:\n${codes.map((code) => `  - {code: ${code}, path: "**", reason: a test}\n`).join('')}`;
const undecrypted = app({ 'a.yaml': await sealed(secret()) });

describe('rules', () => {
  it('have codes of their own, that check knows', () => {
    const codes = infos.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => checkInfos.some((info) => info.code === code))).toEqual([]);
    expect([...codes].sort()).toEqual(fluxCodes);
    expect(codes.every((code) => /^flux\.[a-z-]+$/.test(code))).toBe(true);
  });

  it('stand in the guide, with their levels', () => {
    const guide = readFileSync(new URL('../../../docs/flux-lint.md', import.meta.url), 'utf8');
    const rows = infos.map(({ code, level, title }) => [code, level, title]);
    const written = [...guide.matchAll(/^\| `(flux\.[a-z-]+)`\s*\| (\w+)\s*\| (.*?)\s*\|$/gm)];
    expect(written.map(([, ...row]) => row)).toEqual(rows);
  });

  it.each(infos)('$code says what it finds and why', ({ title, about }) => {
    expect(title).toMatch(/[^.]$/);
    expect(about).toMatch(/\.$/);
    expect(about.length).toBeGreaterThan(80);
  });
});

describe('a report', () => {
  it.each(reportFormats)('as %s names the place, and no value', async (format) => {
    const report = await lint(undecrypted);
    const text = printReport(report, format, { colour: false, root: '/fake/repository', version: '0' });
    expect(text).toContain('app/a.yaml');
    expect(text).toContain('flux.ciphertext-stored');
    expect(text).not.toContain('canary');
    expect(text).not.toMatch(/ENC\[AES256_GCM,data:/);
  });

  it('tells of PATH only, and of one mistake once for all clusters', async () => {
    const other = {
      'clusters/test/b.yaml': fluxKustomization('b', 'b'),
      'b/b.yaml': await sealed(secret('b')),
    };
    const both = { ...undecrypted, ...other };
    expect(await findingsOf(both)).toHaveLength(2);
    expect(await findingsOf(both, { paths: ['b'] })).toEqual(['error flux.ciphertext-stored b/b.yaml:7']);
    expect(await findingsOf(both, { paths: ['ap'] })).toEqual([]);
  });
});

describe('waivers', () => {
  it('take findings away, and are told where they take nothing', async () => {
    const report = await lint({
      ...undecrypted,
      '.sopskit.yaml': waivers('flux.ciphertext-stored', 'flux.cut-off'),
    });
    expect(report.waived.map(({ finding, reason }) => [finding.rule.code, reason])).toEqual([
      ['flux.ciphertext-stored', 'a test'],
    ]);
    expect(report.findings.map(({ rule }) => rule.code)).toEqual(['waiver.unused']);
  });

  it('of check and of flux lint stand in one file', async () => {
    const text = waivers('private-key.age', 'flux.cut-off', 'flux.cutt-off');
    const { findings } = await lint({ ...app({ 'a.yaml': configMap() }), '.sopskit.yaml': text });
    expect(findings.map(({ rule, message, fix }) => [rule.code, message, fix])).toEqual([
      ['waiver.unused', 'the waiver of flux.cut-off for ** takes nothing away', expect.any(String)],
      ['waiver.unknown-code', 'there is no code flux.cutt-off', 'Did you mean flux.cut-off?'],
    ]);
    const checked = await checkFolder({ '.sopskit.yaml': text });
    expect(checked.report.findings.map(({ rule, message, fix }) => [rule.code, message, fix])).toEqual([
      ['waiver.unused', 'the waiver of private-key.age for ** takes nothing away', expect.any(String)],
      ['waiver.unknown-code', 'there is no code flux.cutt-off', 'Did you mean flux.cut-off?'],
    ]);
  });
});
