import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configuration, printed, sealed, secretText } from './folder.ts';

const canary = 'CANARY9d1f';
const good = await sealed(
  `# comment\n${secretText('app', canary)}  user: ${canary}\ntype: Opaque\n---\n${secretText('b', canary)}`,
);
const texts: Readonly<Record<string, string>> = {
  'sealed.yaml': good,
  'plain.yaml': secretText('app', canary),
  'list.yaml': `kind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n  data: {a: ${canary}}\n`,
  'kustomization.yaml': `secretGenerator:\n- name: a\n  literals: [a=${canary}]\n  envs: [plain.env]\n`,
  'plain.env': `sops_mac=${canary}\nA=${canary}\n`,
  'sealed.json': `{"a": "${canary}", "sops": {"mac": "${canary}", "version": "3.13.3", "age": []}}`,
  'sealed.ini': `[sops]\nmac = ${canary}\nversion = 1\n[a]\nb = ENC[AES256_GCM,data:${canary}]\n`,
  kubeconfig: `apiVersion: v1\nkind: Config\nusers:\n- user: {token: ${canary}}\n`,
  '.sops.yaml': configuration(),
  '.sopskit.yaml': `waivers:\n  - code: private-key.age\n    path: '*'\n    reason: x\n`,
};
const splices = [
  '',
  '\n',
  ':',
  '- ',
  '{',
  '}',
  '"',
  "'",
  '---\n',
  '\t',
  '\0',
  'ENC[',
  'sops:',
  '<<<<<<< a\n',
  '&a ',
  '*a',
  '!!x ',
  '${',
  '{{',
];

describe('check', () => {
  it('takes any damage, and never prints a value', async () => {
    const splice = fc.record({ at: fc.nat(), length: fc.nat(40), text: fc.constantFrom(...splices) });
    const damage = fc.record({
      file: fc.constantFrom(...Object.keys(texts)),
      splices: fc.array(splice, { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, splices: cuts }) => {
        const damaged = cuts.reduce((text, { at, length, text: put }) => {
          const start = at % (text.length + 1);
          return text.slice(0, start) + put + text.slice(start + length);
        }, texts[file] ?? '');
        const output = await printed({ ...texts, [file]: damaged }, 'json');
        expect(output).not.toContain(canary);
        expect(JSON.parse(output)).toMatchObject({ tool: 'check', summary: { files: 10 } });
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it.each([
    ['beginnings of keys', '-----BEGIN PRIVATE KEY-----\n'],
    ['beginnings of plugin identities', '-AGE-PLUGIN-'],
    ['beginnings of conflicts', '<<<<<<< a\nsops:\n'],
    ['beginnings of templates', 'kind: Secret {{\n'],
    ['base64 of nothing', 'LS0tLS1CRUdJTiBQUklWQVRF'],
    ['bech32 of nothing', 'AGE-SECRET-KEY-1QQQQQQQQQQ '],
  ])('takes 1 MB of %s in its stride', async (_, text) => {
    const many = text.repeat(1_000_000 / text.length);
    const output = await printed(
      {
        'a.yaml': many,
        'b.txt': many,
        'c.yaml': `kind: Secret\napiVersion: v1\nstringData:\n  a: ${JSON.stringify(many)}\n`,
      },
      'json',
    );
    expect(JSON.parse(output).summary.files).toBe(3);
  });
});
