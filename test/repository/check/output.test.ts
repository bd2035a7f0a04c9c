import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../../src/findings/print.ts';
import { rules } from '../../../src/repository/check/registry.ts';
import { shellWord } from '../../../src/repository/check/shell-word.ts';
import { configuration, printed, sealed, secretText } from './folder.ts';

const canary = 'CANARY9d1f';

describe('what is printed', () => {
  it.each(reportFormats)('as %s never holds a value', async (format) => {
    const good = await sealed(`${secretText('a', canary)}  other: ${canary}\n# ${canary}\n`);
    const contents = {
      '.sops.yaml': configuration(),
      '.sopskit.yaml': `waivers:\n  - code: ${canary}\n    until: ${canary}\n    path: x\n    reason: y\n`,
      'a.yaml': secretText('a', canary),
      'list.yaml': `kind: List\nitems: [{kind: Secret, apiVersion: v1, stringData: {a: ${canary}}}]\n`,
      'b.yaml': good.replace(/password: .*/, `password: ${canary}`),
      'c.yaml': `${good}---\n${secretText('x', canary)}`,
      'd.yaml': good.replace(/data:[^,]*/, `data:${canary}?`),
      'e.yaml': `${secretText('a', canary)}  : [ ${canary}\n`,
      'f.yaml': `${secretText('a', canary)}  password: ${canary}\n`,
      'g.yaml': good.replace(/lastmodified: .*/, `lastmodified: ${canary}`),
      'h.yaml': good.replace(/mac: .*/, `mac: ${canary}`),
      'i.env': `sops_mac=${canary}\nsops_version=${canary}\nA=${canary}\n`,
      'j.json': `{"kind": "Secret", "apiVersion": "v1", "data": {"a": "${canary}"}, "${canary}`,
      'k.yaml': `data: {a: ${canary}}\n`,
      'kustomization.yaml': `secretGenerator:\n- literals: [a=${canary}]\n  envs: [l.txt]\n`,
      'l.txt': `A=${canary}\n`,
      kubeconfig: `apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: ${canary}}}]\n`,
    };
    const output = await printed(contents, format);
    expect(output.length).toBeGreaterThan(1000);
    // the name of an unknown waiver code is the one thing that is repeated, and the key of the broken JSON is none
    expect(output).not.toContain(canary);
  });

  it('has a code for each rule, once, with something to read', () => {
    const infos = rules.flatMap((rule) => rule.infos);
    const codes = infos.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, title, about } of infos) {
      expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
      expect(title).toMatch(/^[^.]+$/);
      expect(about.length, code).toBeGreaterThan(60);
    }
  });
});

describe('shellWord', () => {
  it.each([
    ['a/b-c.yaml', 'a/b-c.yaml'],
    ['my file.yaml', `'my file.yaml'`],
    [`it's`, `'it'\\''s'`],
    ['-rf', './-rf'],
    ['a\nb', `$'a\\nb'`],
    ['$HOME', `'$HOME'`],
    ['a\udcff', `$'a\\xff'`],
    ['', `''`],
  ])('%j', (name, word) => {
    expect(shellWord(name)).toBe(word);
  });
});
