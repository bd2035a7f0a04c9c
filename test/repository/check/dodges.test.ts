// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { describe, expect, it } from 'vitest';
import { codesOf, findingsOf, secretText } from './folder.ts';

const values = 'apiVersion: v1\nstringData:\n  password: canary-password\n';

describe('a Secret that is written in an unusual way', () => {
  it.each([
    ['a folded kind', `kind: >-\n  Secret\n${values}`],
    ['a literal kind', `kind: |-\n  Secret\n${values}`],
    ['a kind on its own line', `kind:\n  Secret\n${values}`],
    ['an escape by two digits', `kind: "\\x53ecret"\n${values}`],
    ['an escape by four', `kind: "\\u0053ecret"\n${values}`],
    ['an escape by eight', `kind: "\\U00000053ecret"\n${values}`],
    ['escaped keys', `"ki\\x6ed": Secret\napiVersion: v1\n"stringD\\x61ta": {a: canary}\n`],
    ['a line that is continued', `kind: "Secre\\\n  t"\n${values}`],
    ['the same on Windows', `kind: "Secre\\\n  t"\n${values}`.replaceAll('\n', '\r\n')],
    ['an alias', `x: &k Secret\nkind: *k\n${values}`],
    ['an anchor', `kind: &k Secret\n${values}`],
    ['a merge', `<<: {kind: Secret, apiVersion: v1}\nstringData: {a: canary}\n`],
    ['a merge of several', `<<: [{kind: Secret}, {apiVersion: v1}]\nstringData: {a: canary}\n`],
    ['a merge that brings the values', `<<: {stringData: {a: canary}}\nkind: Secret\napiVersion: v1\n`],
    ['a merge in a merge', `<<: {<<: {kind: Secret}}\n${values}`],
    ['a complex key', `? kind\n: Secret\n${values}`],
    ['a key in a block', `? |-\n  kind\n: Secret\n${values}`],
    ['a tag', `kind: !!str Secret\n${values}`],
    ['a tag in full', `kind: !<tag:yaml.org,2002:str> Secret\n${values}`],
    ['a tag in base64', `kind: !!binary U2VjcmV0\n${values}`],
    ['a tag by a handle', `%TAG !e! tag:yaml.org,2002:\n---\nkind: !e!binary U2VjcmV0\n${values}`],
    ['quotes in a flow', `{'kind': 'Secret', apiVersion: v1, stringData: {a: canary}}\n`],
    ['quotes without a space', `{"kind":"Secret","apiVersion":"v1","stringData":{"a":"canary"}}\n`],
    ['no apiVersion', 'kind: Secret\nstringData: {a: canary}\n'],
    ['a comment between', `kind: # ConfigMap\n  Secret\n${values}`],
    [
      'a List in a List, by aliases',
      `x: &x [{kind: Secret, ${'stringData: {a: canary}'}}]\nkind: List\nitems: *x\n`,
    ],
    ['a List whose items are merged in', '<<: {items: [{kind: Secret, data: {a: aGk=}}]}\nkind: List\n'],
    ['a list by another kind', 'kind: Things\nitems: [{kind: Secret, apiVersion: v1, data: {a: aGk=}}]\n'],
    ['a directive', `%YAML 1.1\n---\nkind: >-\n  Secret\n${values}`],
    ['a second document', `a: b\n---\nkind: "\\x53ecret"\n${values}`],
    ['a kind twice', `kind: ConfigMap\nkind: >-\n  Secret\n${values}`],
    ['a kind twice, and signs of a template', `# {{ x }}\nkind: ConfigMap\nkind: Secret\n${values}`],
    ['a kind twice in a later document', `a: b\n---\nkind: ConfigMap\nkind: Secret\n${values}`],
  ])('is found: %s', async (_, text) => {
    expect(await codesOf({ 'a.yaml': text })).toEqual(['plaintext.secret']);
  });

  it.each([
    ['an escape', '{"kind":"Secre\\u0074","apiVersion":"v1","data":{"a":"aGk="}}'],
    ['an escaped key', '{"ki\\u006ed":"Secret","apiVersion":"v1","d\\u0061ta":{"a":"aGk="}}'],
    ['a kind twice', '{"kind":"ConfigMap","kind":"Secret","apiVersion":"v1","data":{"a":"aGk="}}'],
    ['a second document', '{"kind":"Pod"}\n{"kind":"Secret","apiVersion":"v1","data":{"a":"aGk="}}'],
    ['comments', '// x\n{"kind": /* y */ "Secret", "apiVersion": "v1", "data": {"a": "aGk=",},}'],
    ['YAML in it', `kind: >-\n  Secret\n${values}`],
  ])('is found in JSON: %s', async (_, text) => {
    expect(await codesOf({ 'a.json': text })).toEqual(['plaintext.secret']);
  });

  it('is not passed over where the file does not parse', async () => {
    const broken = {
      'a.yaml': `kind: >-\n  Secret\nx: "\n${values}`,
      'b.json': '{"kind":"Secre\\u0074","data":{',
      c: `kind: >-\n  Secret\nx: "\n${values}`,
    };
    expect((await findingsOf(broken)).map((line) => line.replace(/:\d+$/, ''))).toEqual([
      'error unreadable.syntax a.yaml',
      'error unreadable.syntax b.json',
      'error unreadable.syntax c',
    ]);
  });
});

describe('a Secret within another object', () => {
  const within = (key: string) =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n    ${key}:\n      - apiVersion: v1\n        kind: Secret\n        metadata: {name: app}\n        stringData: {a: canary}\n`;

  it('is found with its place', async () => {
    expect(await findingsOf({ 'a.yaml': within('extraObjects') })).toEqual([
      'error plaintext.secret a.yaml:9 spec.values.extraObjects.0.stringData.a',
    ]);
  });

  it('is found where a policy makes it', async () => {
    const text =
      'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  generate:\n    apiVersion: v1\n    kind: Secret\n    name: x\n    data:\n      type: Opaque\n      stringData: {a: canary}\n';
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      'error plaintext.secret a.yaml:10 spec.generate.data.stringData.a',
    ]);
  });

  it.each([
    ['a match', 'kind: Policy\nmatch:\n  - kind: Secret\n    apiVersion: v1\n    data: no map\n'],
    ['a reference', 'kind: Policy\nref: {kind: Secret, apiVersion: v1, name: x}\ndata: {a: b}\n'],
    ['a kind of its own', 'kind: Values\nx: {kind: Secret, data: {a: b}}\n'],
    ['a template', 'kind: ExternalSecret\nspec: {target: {template: {data: {a: "{{ .a }}"}}}}\n'],
    [
      'a schema',
      'kind: CRD\nproperties: {kind: {enum: [Secret]}, apiVersion: {type: string}, data: {type: object}}\n',
    ],
  ])('is not found in %s', async (_, text) => {
    expect(await codesOf({ 'a.yaml': text })).toEqual([]);
  });

  it('is found in what kubectl kept of it', async () => {
    const kept = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: 'aGk=' } });
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '${kept}'\n`;
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      'error plaintext.embedded a.yaml:5 metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
    ]);
  });

  it('is found in base64', async () => {
    const packed = Buffer.from(secretText()).toString('base64');
    for (const value of [packed, `data:text/plain;base64,${packed}`])
      expect(await codesOf({ 'a.yaml': `files:\n  - content: ${value}\n` })).toEqual(['plaintext.embedded']);
    const other = Buffer.from('apiVersion: v1\nkind: ConfigMap\ndata: {a: Secret}\n').toString('base64');
    expect(await codesOf({ 'a.yaml': `content: ${other}\n` })).toEqual([]);
  });
});

describe('a Secret in a file of any name', () => {
  it.each(['a', 'Secret', '.hidden', 'a.txt', 'a.tpl', 'a.js', 'a.manifest', 'a.env', 'a.ini', 'a.md'])(
    'is found in %s',
    async (file) => {
      expect(await codesOf({ [file]: secretText() })).toEqual(['plaintext.secret']);
      expect(await codesOf({ [file]: `# c\n---\nkind: Pod\n---\nkind: >-\n  Secret\n${values}` })).toEqual([
        'plaintext.secret',
      ]);
    },
  );

  it('is found behind keys that are no manifest, and beside fences', async () => {
    expect(await codesOf({ a: `x: &k Secret\nkind: *k\n${values}` })).toEqual(['plaintext.secret']);
    expect(await codesOf({ a: `a: b\n---\n${secretText()}` })).toEqual(['plaintext.secret']);
    expect(await codesOf({ a: `${secretText()}  text: |\n    \`\`\`\n` })).toEqual(['plaintext.secret']);
    expect(await codesOf({ a: `# sops: ENC[AES256_GCM,\n${secretText()}` })).toContain('plaintext.secret');
  });

  it('is found in JSON Lines, and in JSON with comments', async () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: 'aGk=' } });
    expect(await findingsOf({ 'a.jsonl': `{"a":1}\n${json}\n` })).toEqual([
      'error plaintext.secret a.jsonl:2 data.a',
    ]);
    expect(await codesOf({ 'a.jsonc': `// x\n${json}` })).toEqual(['plaintext.secret']);
  });

  it('is not found in text that shows one', async () => {
    const shown = {
      'a.md': `# Title\n\n\`\`\`yaml\n${secretText()}\`\`\`\n`,
      'b.txt': `Apply this:\n\n${secretText()}`,
      'c.sh': `#!/bin/sh\nkubectl apply -f - <<E\n${secretText()}E\n`,
      'd.go': `package a\n\nconst text = \`\n${secretText()}\`\n`,
      'f.md': `[![a "b"](c)](d)\n\n    kind: Secret\n    data: {a: b}\n`,
      'g.txt': `Usage: as follows\n\nWrite this\n${secretText()}`,
      'e.md': `---\ntitle: Secret data\n---\nkind: Secret\n`,
    };
    expect(await codesOf(shown)).toEqual([]);
  });

  it('is told where its encoding is not that of the check', async () => {
    const wide = (text: string, order: 'LE' | 'BE') => {
      const bytes = Buffer.alloc(text.length * 4);
      [...text].forEach((letter, at) => {
        const code = letter.codePointAt(0) ?? 0;
        order === 'LE' ? bytes.writeUInt32LE(code, at * 4) : bytes.writeUInt32BE(code, at * 4);
      });
      return bytes;
    };
    const text = secretText();
    for (const bytes of [
      ...[wide(text, 'LE'), wide(`\ufeff${text}`, 'LE'), wide(text, 'BE'), wide(`\ufeff${text}`, 'BE')],
      ...[Buffer.from(text, 'utf16le'), Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ]) {
      expect(await codesOf({ 'a.yaml': bytes })).toEqual(['unreadable.encoding']);
      expect(await codesOf({ a: bytes })).toEqual(['unreadable.encoding']);
    }
  });
});

describe('a value beside a placeholder', () => {
  const level = async (value: string, key = 'password') => {
    const text = `kind: Secret\napiVersion: v1\nstringData:\n  ${key}: ${JSON.stringify(value)}\n`;
    const [found] = await findingsOf({ 'a.yaml': text });
    return found?.split(' ')[0] ?? 'nothing';
  };

  it.each([
    ['hunter2secret-${X}', 'note'],
    ['correct horse battery ${X}', 'note'],
    ['${X}Zk4Tq8Vw1Nb6Mc3Xz', 'error'],
    ['postgres://app:hunter2@${HOST}/db', 'note'],
    ['<hunter2secret>', 'error'],
    ['<grafana>', 'note'],
    ['op://hunter2secret', 'error'],
    ['ref+echo://hunter2secret', 'error'],
    ['vault:hunter2secret', 'error'],
    ['${X:=hunter2secret}', 'error'],
  ])('is told: %s (%s)', async (value, expected) => {
    expect(await level(value)).toBe(expected);
  });

  it.each([
    '${X}',
    'Bearer ${X}',
    'postgres://${USER}:${PW}@db.svc.cluster.local:5432/app?sslmode=disable',
    'https://auth.${SECRET_DOMAIN}/realms/x',
    '{"user":"${U}","password":"${P}"}',
    '<your-password>',
    '<token>',
    '<MY_DB_PASSWORD>',
    '<base64 of the key>',
    '<path:kv/data/x#y>',
    'op://vault/item/field',
    'ref+vault://kv/x#/y',
    'vault:secret/data/x#KEY',
    'CHANGE_ME',
  ])('is not told: %s', async (value) => {
    expect(await level(value)).toBe('nothing');
  });

  it('is not told where the key says that it is none', async () => {
    expect(await level('${APP}-postgresql', 'host')).toBe('nothing');
    expect(await level('postgres://app:hunter2@${HOST}/db', 'url')).toBe('note');
  });

  it('does not hide behind a remark, or in an expression', async () => {
    const secret = (value: string) => `kind: Secret\napiVersion: v1\nstringData:\n  password: ${value}\n`;
    for (const value of ['hunter2{{/* */}}secret', '{{ "hunter2secret" | quote }}', '{{- /* x */ -}}hunter2'])
      expect(await codesOf({ 'a.yaml': secret(value) })).toEqual(['plaintext.secret']);
    expect(await codesOf({ 'a.yaml': secret(`'hunter2{{/* */}}secret'`) })).toEqual(['plaintext.secret']);
    expect(await codesOf({ 'a.yaml': secret('{{ .Values.x | quote }}') })).toEqual([]);
  });
});
