// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { describe, expect, it } from 'vitest';
import { testKey } from '../../cli/world.ts';
import { checkFolder, codesOf, configuration, findingsOf, sealed, secretText } from './folder.ts';

const secretJson = '{"apiVersion":"v1","kind":"Secret","stringData":{"a":"canary-value"}}\n';

describe('plaintext.secret', () => {
  it('fires for a Secret that no rule matches', async () => {
    expect(await findingsOf({ 'a.yaml': secretText() })).toEqual([
      'error plaintext.secret a.yaml:6 stringData.password',
    ]);
  });

  it.each([
    ['any document of the file', `kind: ConfigMap\napiVersion: v1\n---\n${secretText()}`],
    [
      'a List',
      `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    data: {a: aHVudGVy}\n`,
    ],
    [
      'a SecretList, whose items name no kind',
      'apiVersion: v1\nkind: SecretList\nitems:\n  - data: {a: aHVudGVy}\n',
    ],
    [
      'a List in a List',
      'kind: List\nitems:\n- kind: List\n  items:\n  - {kind: Secret, apiVersion: v1, data: {a: aHVudGVy}}\n',
    ],
    ['a number', 'kind: Secret\napiVersion: v1\nstringData:\n  pin: 1234\n'],
    ['a Secret that is immutable', `immutable: true\n${secretText()}`],
    ['Windows line ends', secretText().replaceAll('\n', '\r\n')],
    ['a default of a variable', 'kind: Secret\napiVersion: v1\nstringData:\n  a: hunter2\n  b: ${B}\n'],
    ['a document after one that is no map', `- a\n---\n${secretText()}`],
    ['a directive and a comment in front', `%YAML 1.2\n---\n# comment\n${secretText()}`],
  ])('fires in %s', async (_, text) => {
    expect(await codesOf({ 'a.yaml': text })).toEqual(['plaintext.secret']);
  });

  it.each(['a.yml', 'a.yaml.bak', 'a.yaml.tmpl', 'deep/er/a.YAML', 'a.yaml~', 'secret.dec.yaml'])(
    'fires in %s',
    async (file) => {
      expect(await codesOf({ [file]: secretText() })).toEqual(['plaintext.secret']);
    },
  );

  it('fires in JSON', async () => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: 'aHVudGVy' } });
    expect(await codesOf({ 'a.json': text })).toEqual(['plaintext.secret']);
  });

  it('fires in a list at the top, where it is a List, and does not stumble over one', async () => {
    const list = [{ apiVersion: 'v1', kind: 'Secret', data: { a: 'aHVudGVy' } }];
    expect(await codesOf({ 'a.json': JSON.stringify(list) })).toEqual(['plaintext.secret']);
    expect(await codesOf({ 'a.yaml': `- apiVersion: v1\n  kind: Secret\n  data: {a: aHVudGVy}\n` })).toEqual([
      'plaintext.secret',
    ]);
    expect(await codesOf({ 'a.json': '[{"kind": "Secret"}]' })).toEqual([]);
  });

  it('fires where the metadata of the file leaves a part of the Secret readable', async () => {
    const text = await sealed('kind: Secret\napiVersion: v1\ndata:\n  a: aGk=\n', '^data$');
    const mixed = text.replace('\nsops:', '\nstringData:\n    b: canary\nsops:');
    expect(await findingsOf({ 'a.yaml': mixed })).toEqual(['error plaintext.secret a.yaml:6 stringData.b']);
  });

  it('fires for what a template would leave readable', async () => {
    const text = `{{- if .Values.x }}\n${secretText()}  user: {{ .Values.user }}\n{{- end }}\n`;
    expect(await findingsOf({ 'templates/a.yaml': text })).toEqual([
      'error plaintext.secret templates/a.yaml:7 stringData.password',
    ]);
  });

  it.each([
    ['an empty value', 'kind: Secret\napiVersion: v1\nstringData:\n  a: ""\n  b:\ndata: {}\n'],
    ['a service account token', 'kind: Secret\napiVersion: v1\ntype: kubernetes.io/service-account-token\n'],
    ['a variable of Flux', 'kind: Secret\napiVersion: v1\nstringData:\n  a: postgres://${USER}:${PW}@db\n'],
    ['a template', 'kind: Secret\napiVersion: v1\ndata:\n  a: {{ .Values.a | b64enc | quote }}\n'],
    [
      'a reference',
      'kind: Secret\napiVersion: v1\nstringData:\n  a: <path:kv/data/x#y>\n  b: op://vault/my item/pw\n',
    ],
    ['a word to fill in', 'kind: Secret\napiVersion: v1\nstringData:\n  a: CHANGE_ME\n  b: "<token>"\n'],
    ['a certificate', `kind: Secret\napiVersion: v1\ndata:\n  ca.crt: ${certificate()}\n`],
    [
      'host keys',
      'kind: Secret\napiVersion: v1\nstringData:\n  known_hosts: |\n    # a\n    github.com ssh-ed25519 AAAAC3Nz\n',
    ],
    [
      'a SealedSecret',
      'kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nspec:\n  encryptedData:\n    a: AgBy3\n',
    ],
    [
      'an ExternalSecret',
      'kind: ExternalSecret\napiVersion: external-secrets.io/v1\nspec:\n  data:\n    - secretKey: a\n',
    ],
    ['the Secret of another API', 'kind: Secret\napiVersion: example.org/v1\ndata:\n  a: b\n'],
    ['a ConfigMap', 'kind: ConfigMap\napiVersion: v1\ndata:\n  a: b\n'],
    ['a mention', 'kind: RoleBinding\napiVersion: v1\nresources: [secrets]\nabout: "kind: Secret"\n'],
    [
      "Argo CD's repositories",
      'kind: Secret\napiVersion: v1\nmetadata:\n  labels:\n    argocd.argoproj.io/secret-type: repository\nstringData:\n  type: git\n  url: https://example.org/x.git\n',
    ],
  ])('does not fire for %s', async (_, text) => {
    expect(await codesOf({ 'a.yaml': text })).toEqual([]);
  });

  it('does not fire in documentation, or for an encrypted Secret', async () => {
    const text = `# Title\n\n\`\`\`yaml\n${secretText()}\`\`\`\n`;
    expect(await codesOf({ 'README.md': text, 'a.yaml': await sealed(secretText()) })).toEqual([]);
  });

  it('is a note for a host beside placeholders, and an error for a password there', async () => {
    const text = 'kind: Secret\napiVersion: v1\nstringData:\n  host: db.svc\n  user: ${U}\n  on: "true"\n';
    expect((await findingsOf({ 'a.yaml': text })).map((line) => line.split(' ')[0])).toEqual([
      'note',
      'note',
    ]);
    expect(await findingsOf({ 'a.yaml': `${text}  password: hunter2\n` })).toContain(
      'error plaintext.secret a.yaml:7 stringData.password',
    );
  });

  it('is a note for a text of several lines in which something is filled in', async () => {
    const secret = (text: string) =>
      `kind: Secret\napiVersion: v1\nstringData:\n  a: ${JSON.stringify(text)}\n`;
    const levels = async (text: string) =>
      (await findingsOf({ 'a.yaml': secret(text) })).map((line) => line.split(' ')[0]);
    expect(await levels('user: ${U}\npassword: canary\n')).toEqual(['note']);
    expect(await levels('user: ${U}\npassword: ${P}\n')).toEqual([]);
  });

  it('says what fixes it', async () => {
    const fixOf = async (contents: Record<string, string>) =>
      (await checkFolder(contents)).report.findings.find(({ rule }) => rule.code === 'plaintext.secret')?.fix;
    const rule = configuration();
    expect(await fixOf({ 'my file.yaml': secretText(), '.sops.yaml': rule })).toBe(
      `sopskit encrypt -i 'my file.yaml'`,
    );
    expect(await fixOf({ 'a.yaml': secretText() })).toBe('sopskit init --yes && sopskit encrypt -i a.yaml');
    expect(await fixOf({ 'a.json': secretJson, '.sops.yaml': configuration('\\.yaml$') })).toBe(
      `sopskit init --yes --add-rule --path-regex '\\.json$' --age ${testKey.recipient} && sopskit encrypt -i a.json`,
    );
    const regex = `--encrypted-regex '^(data|stringData)$'`;
    for (const wrong of [rule.replace('|stringData', ''), rule.replace(/ *encrypted_regex.*\n/, '')])
      expect(await fixOf({ 'a.yaml': secretText(), '.sops.yaml': wrong })).toBe(
        `sopskit encrypt -i ${regex} a.yaml`,
      );
    // a flag would make two selectors
    expect(
      await fixOf({
        'a.yaml': secretText(),
        '.sops.yaml': rule.replace(/encrypted_regex.*/, 'encrypted_suffix: _x'),
      }),
    ).toMatch(/^Mend the selector of rule 1 of \.sops\.yaml .*, then: sopskit encrypt -i a\.yaml$/);
  });

  it('names the configuration where another is in force in the current folder', async () => {
    const { report } = await checkFolder({
      '.sops.yaml': configuration(),
      'sub/.sops.yaml': configuration(),
      'sub/a.yaml': secretText(),
    });
    expect(report.findings.find(({ rule }) => rule.code === 'plaintext.secret')?.fix).toBe(
      'sopskit encrypt -i --config sub/.sops.yaml sub/a.yaml',
    );
  });
});

describe('plaintext.embedded', () => {
  const embedded = (text: string) =>
    `cluster:\n  inlineManifests:\n    - contents: |\n${text.replaceAll(/^/gm, '        ')}\n`;

  it('fires for a Secret in a value of another file', async () => {
    expect(await findingsOf({ 'talos.yaml': embedded(secretText()) })).toEqual([
      'warning plaintext.embedded talos.yaml:3 cluster.inlineManifests.0.contents',
    ]);
  });

  it('does not fire for one with nothing to read, nor for an encrypted one', async () => {
    const files = {
      'a.yaml': embedded(secretText('a', '${PASSWORD}')),
      'b.yaml': embedded('kind: Pod\nvalueFrom:\n  kind: Secret\n'),
      'c.yaml': await sealed(embedded(secretText()), 'contents'),
    };
    expect(await codesOf(files)).toEqual([]);
  });
});

describe('plaintext.sealed-file', () => {
  const changed = async () =>
    (await sealed(secretText())).replace(/password: .*/, 'password: canary-changed');

  it('fires for a value that was changed by hand, or added', async () => {
    expect(await findingsOf({ 'a.yaml': await changed() })).toEqual([
      'error plaintext.sealed-file a.yaml:6 stringData.password',
    ]);
    const added = (await sealed(secretText())).replace('\nsops:', '\n  added: ${CANARY}\nsops:');
    expect(await codesOf({ 'a.yaml': added })).toEqual(['plaintext.sealed-file']);
  });

  it('fires in dotenv, JSON and INI', async () => {
    const { encrypt } = await import('../../../src/index.ts');
    const { testKey } = await import('../../cli/world.ts');
    const recipients = { age: [testKey.recipient] };
    for (const [format, text, from, to] of [
      ['dotenv', 'A=canary\n', /^A=.*/m, 'A=canary'],
      ['json', '{"A": "canary"}', /"A": "ENC[^"]*"/, '"A": "canary"'],
      ['ini', '[s]\nA = canary\n', /^A\s*= .*/m, 'A = canary'],
    ] as const) {
      const text_ = (await encrypt(text, { format, recipients })).replace(from, to);
      const file = `a.${format === 'dotenv' ? 'env' : format}`;
      expect(await codesOf({ [file]: text_ }), format).toContain('plaintext.sealed-file');
    }
  });

  it('does not fire for empty values, nulls, and what the selector leaves out', async () => {
    const text = `${secretText()}  empty: ""\n  nothing:\ntype: Opaque\n`;
    expect(await codesOf({ 'a.yaml': await sealed(text) })).toEqual([]);
  });
});

describe('plaintext.appended', () => {
  it('fires for a document behind an encrypted file', async () => {
    const text = `${await sealed(secretText())}---\n${secretText('other')}`;
    expect(await codesOf({ 'a.yaml': text })).toEqual(['plaintext.appended']);
  });

  it('fires for keys behind the sops block', async () => {
    const text = `${await sealed('a: 1\nkind: X\ndata:\n  b: c\n')}stringData:\n  c: canary\n`;
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      expect.stringMatching(/^error plaintext\.appended a\.yaml:\d+ stringData\.c$/),
    ]);
  });

  it('is a warning for a key that the selector leaves readable, unless the keys were sorted', async () => {
    const text = await sealed(secretText());
    expect(await findingsOf({ 'a.yaml': `${text}password: canary\n` })).toEqual([
      expect.stringMatching(/^warning plaintext\.appended a\.yaml:\d+ password$/),
    ]);
    expect(await codesOf({ 'a.yaml': `${text}type: Opaque\n` })).toEqual([]);
    expect(await codesOf({ 'a.yaml': `${await sealed('a: 1\ndata: {b: c}\n')}zone: a\n` })).toEqual([]);
  });

  it('does not fire for documents that are encrypted, or that have nothing to encrypt', async () => {
    const text = await sealed(`${secretText()}---\n${secretText('other')}`);
    expect(await codesOf({ 'a.yaml': text })).toEqual([]);
    expect(await codesOf({ 'a.yaml': `${text}---\nkind: Namespace\napiVersion: v1\n` })).toEqual([]);
  });
});

describe('plaintext.comment', () => {
  it('is a note for a comment that was added among encrypted ones', async () => {
    const text = (await sealed('data:\n  # one\n  a: b\n', 'data')).replace(
      'data:\n',
      'data:\n    # added\n',
    );
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      expect.stringMatching(/^note plaintext\.comment a/),
    ]);
  });

  it('does not fire for comments where none are encrypted', async () => {
    expect(await codesOf({ 'a.yaml': `# top\n${await sealed(secretText())}` })).toEqual([]);
  });
});

describe('plaintext.rule', () => {
  it('is a note where only path and key of a rule match', async () => {
    const files = { '.sops.yaml': configuration(), 'a.yaml': 'kind: ConfigMap\ndata:\n  a: b\n  c: d\n' };
    expect(await findingsOf(files)).toEqual(['note plaintext.rule a.yaml:3 data.a']);
  });

  it('tells a rule that matches everything in one note', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`f${index}.yaml`, 'kind: ConfigMap\ndata:\n  a: b\n']),
    );
    expect(await findingsOf({ '.sops.yaml': configuration(), ...many })).toEqual([
      'note plaintext.rule .sops.yaml:2',
    ]);
  });

  it('does not fire where the rule selects nothing of the file, or the file is encrypted', async () => {
    const files = {
      '.sops.yaml': configuration(),
      'a.yaml': 'kind: X\nspec: {a: b}\n',
      'b.yaml': await sealed(secretText()),
      'kustomization.yaml': 'data: x\n',
    };
    expect(await codesOf(files)).toEqual([]);
  });
});

/** Not one that anybody issued: text between the marks of a certificate, in base64. */
function certificate(): string {
  const pem = '-----BEGIN CERTIFICATE-----\nVEVTVA==\n-----END CERTIFICATE-----\n';
  return Buffer.from(pem).toString('base64');
}
