import { describe, expect, it } from 'vitest';
import { checkFolder, codesOf, secretText } from './folder.ts';

const waiver = (fields: string) =>
  `waivers:\n  - code: plaintext.secret\n    path: ${fields}\n    reason: a test\n`;

describe('waivers', () => {
  it('take findings away, with their reason', async () => {
    const { report } = await checkFolder({ 'test/a.yaml': secretText(), '.sopskit.yaml': waiver('test/**') });
    expect(report.findings).toEqual([]);
    expect(report.waived).toMatchObject([
      { reason: 'a test', finding: { rule: { code: 'plaintext.secret' }, place: { file: 'test/a.yaml' } } },
    ]);
  });

  it('are for one key where they name one', async () => {
    const text = `${secretText()}  user: canary\n`;
    const key = (path: string) => waiver(`a.yaml\n    key: '${path}'`);
    const left = async (waivers: string) =>
      (await checkFolder({ 'a.yaml': text, '.sopskit.yaml': waivers })).report.findings.map(
        ({ place }) => place.path,
      );
    expect(await left(key('["stringData"]["user"]'))).toEqual([['stringData', 'password']]);
    expect(await left(key('["stringData"]'))).toEqual([]);
    expect(await left(key('["stringData"]["us'))).toEqual([
      ['stringData', 'password'],
      ['stringData', 'user'],
      undefined, // the waiver is unused
    ]);
  });

  it.each([
    ['another code', waiver('"**"').replace('plaintext.secret', 'private-key.age')],
    ['another path', waiver('"*.json"')],
    ['a file in a folder', waiver('sub/*.yaml')],
  ])('that are for %s are told as unused', async (_, text) => {
    expect(await codesOf({ 'a.yaml': secretText(), '.sopskit.yaml': text })).toEqual([
      'plaintext.secret',
      'waiver.unused',
    ]);
  });

  it('end with the day they name', async () => {
    const until = (day: string) => waiver(`a.yaml\n    until: ${day}`);
    const codes = (day: string) => codesOf({ 'a.yaml': secretText(), '.sopskit.yaml': until(day) });
    expect(await codes('2026-01-02')).toEqual([]);
    expect(await codes('2026-01-01')).toEqual(['plaintext.secret', 'waiver.expired']);
  });

  it.each([
    ['no reason', 'waivers:\n  - code: plaintext.secret\n    path: "**"\n'],
    ['an empty reason', waiver('"**"').replace('a test', '" "')],
    ['an unknown field', waiver('"**"\n    paths: x')],
    ['an unknown field at the top', `waiver: []\n${waiver('"**"')}`],
    ['a day that is none', waiver('"**"\n    until: tomorrow')],
    ['a list that is none', 'waivers: all\n'],
    ['no YAML', 'waivers: [\n'],
  ])('with %s are an error, and none counts', async (_, text) => {
    expect(await codesOf({ 'a.yaml': secretText(), '.sopskit.yaml': text })).toEqual([
      'plaintext.secret',
      'waiver.invalid',
    ]);
  });

  it('may be none', async () => {
    for (const text of ['', '# none\n', 'waivers:\n', 'waivers: []\n', '{}\n'])
      expect(await codesOf({ '.sopskit.yaml': text })).toEqual([]);
  });

  it.each([
    ['plaintext.secrt', /no code plaintext\.secrt/, /plaintext\.secret/],
    ['waiver.invalid', /cannot be waived/, /Take the waiver out/],
  ])('of %s is told, and does nothing', async (code, message, fix) => {
    const text = waiver('"**"').replace('plaintext.secret', code);
    const { report } = await checkFolder({ 'a.yaml': secretText(), '.sopskit.yaml': text });
    expect(report.findings.map(({ rule }) => rule.code)).toEqual(['plaintext.secret', 'waiver.unknown-code']);
    expect(report.findings[1]).toMatchObject({
      message: expect.stringMatching(message),
      fix: expect.stringMatching(fix),
    });
  });

  it('cannot take away what is said about them', async () => {
    const text = `${waiver('a')}  - code: waiver.unused\n    path: "**"\n    reason: x\n`;
    expect(await codesOf({ '.sopskit.yaml': text })).toEqual(['waiver.unknown-code', 'waiver.unused']);
  });
});
