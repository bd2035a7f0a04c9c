import { describe, expect, it } from 'vitest';
import { largest } from '../../../src/repository/check/target.ts';
import { checkFolder, codesOf, findingsOf, sealed, secretText } from './folder.ts';

const good = await sealed(`${secretText()}  user: canary-user\ntype: Opaque\n`);
const cipher = /ENC\[AES256_GCM[^\]]*\]/;
const first = cipher.exec(good)?.[0] ?? '';

/** The file with its first ciphertext changed. */
function withCipher(change: (text: string) => string): string {
  return good.replace(first, change(first));
}

describe('cipher.malformed', () => {
  it.each([
    ['cut', (text: string) => text.slice(0, 30)],
    ['no base64', (text: string) => text.replace('data:', 'data:?')],
    [
      'of a short IV',
      (text: string) => text.replace(/iv:[^,]*/, `iv:${Buffer.alloc(12).toString('base64')}`),
    ],
    [
      'of a short tag',
      (text: string) => text.replace(/tag:[^,]*/, `tag:${Buffer.alloc(8).toString('base64')}`),
    ],
    ['of an unknown type', (text: string) => text.replace('type:str', 'type:text')],
    ['followed by something', (text: string) => `${text}x`],
  ])('fires for ciphertext that is %s', async (_, change) => {
    expect(await findingsOf({ 'a.yaml': withCipher(change) })).toEqual([
      'error cipher.malformed a.yaml:6 stringData.password',
    ]);
  });

  it('fires in a Secret without a sops block', async () => {
    const text = secretText('a', 'ENC[AES256_GCM,data:aaa,iv:bbb,tag:ccc,type:str]');
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      'error cipher.malformed a.yaml:6 stringData.password',
    ]);
  });

  it('does not fire for ciphertext as sops writes it', async () => {
    expect(await codesOf({ 'a.yaml': good })).toEqual([]);
  });
});

describe('cipher.misplaced', () => {
  it('fires where the selector says plaintext', async () => {
    expect(await findingsOf({ 'a.yaml': good.replace('type: Opaque', `type: ${first}`) })).toContain(
      'error cipher.misplaced a.yaml:8 type',
    );
  });

  it('does not fire where everything is selected', async () => {
    expect(await codesOf({ 'a.yaml': await sealed('a: 1\nb: {c: x}\n', '.*') })).toEqual([]);
  });
});

describe('cipher.stray', () => {
  it('fires for ciphertext whose sops block is gone', async () => {
    const text = good.slice(0, good.indexOf('sops:'));
    expect(await codesOf({ 'a.yaml': text })).toEqual(['cipher.stray']);
    expect(await codesOf({ 'a.env': `A=${first}\n` })).toEqual(['cipher.stray']);
  });

  it('does not fire in documentation, nor for a text that only begins so', async () => {
    expect(
      await codesOf({ 'a.md': `password: ${first}\n`, 'b.yaml': 'a: "ENC[AES256_GCM,data:…]"\n' }),
    ).toEqual([]);
  });
});

describe('cipher.copied', () => {
  it('fires for a ciphertext under two keys of a file', async () => {
    expect(await findingsOf({ 'a.yaml': good.replace(/user: .*/, `user: ${first}`) })).toEqual([
      'error cipher.copied a.yaml:7 stringData.user',
    ]);
  });

  it('fires for a ciphertext in two files that share no data key', async () => {
    const other = (await sealed(secretText('b', 'canary-b'))).replace(cipher, first);
    expect(await findingsOf({ 'a.yaml': good, 'b.yaml': other })).toEqual([
      'warning cipher.copied b.yaml:6 stringData.password',
    ]);
  });

  it('does not fire for a file that was copied whole, nor for what an edit of it left', async () => {
    const edited = good.replace(/mac: ENC\[AES256_GCM,data:../, 'mac: ENC[AES256_GCM,data:AA');
    expect(await codesOf({ 'a.yaml': good, 'b/a.yaml': good, 'c.yaml': edited })).toEqual([]);
  });
});

describe('metadata.*', () => {
  it.each([
    ['has no recipients', (text: string) => text.replace(/\n( +)age:[\s\S]*?\n\1(?=\w)/, '\n$1age: []\n$1')],
    [
      'has a time that is none',
      (text: string) => text.replace(/lastmodified: .*/, 'lastmodified: yesterday'),
    ],
    [
      'has a data key that was cut',
      (text: string) => text.replace(/(BEGIN AGE ENCRYPTED FILE-+\n.*\n)[\s\S]*?( *-----END)/, '$1$2'),
    ],
    ['has no version', (text: string) => text.replace(/version: .*/, 'version: ""')],
    [
      'has an expression that is none',
      (text: string) => text.replace(/encrypted_regex: .*/, 'encrypted_regex: "("'),
    ],
    [
      'has two selectors',
      (text: string) => text.replace(/( *)encrypted_regex: .*/, '$&\n$1encrypted_suffix: x'),
    ],
  ])('metadata.broken fires where the block %s', async (_, change) => {
    const changed = change(good);
    expect(changed).not.toBe(good);
    expect(await codesOf({ 'a.yaml': changed })).toContain('metadata.broken');
  });

  it('metadata.no-mac fires for a MAC with a short IV', async () => {
    const changed = good.replace(/(mac: .*?,iv:)[^,]*/, `$1${Buffer.alloc(12).toString('base64')}`);
    expect(changed).not.toBe(good);
    expect(await codesOf({ 'a.yaml': changed })).toEqual(['metadata.no-mac']);
  });

  it('metadata.no-mac fires without a MAC', async () => {
    expect(await codesOf({ 'a.yaml': good.replace(/mac: .*/, 'mac: ""') })).toEqual(['metadata.no-mac']);
    expect(await codesOf({ 'a.yaml': good.replace(/ *mac: .*\n/, '') })).toEqual(['metadata.no-mac']);
  });

  it('metadata.misplaced fires for a document in front of an encrypted file', async () => {
    expect(await codesOf({ 'a.yaml': `kind: Namespace\napiVersion: v1\n---\n${good}` })).toContain(
      'metadata.misplaced',
    );
  });

  it('metadata.covers-nothing fires where the selector matches no key', async () => {
    const text = good
      .replace(/encrypted_regex: .*/, 'encrypted_regex: ^nothing$')
      .replaceAll(new RegExp(cipher, 'g'), 'canary');
    const whole = text.replace(/mac: .*/, `mac: ${first}`);
    expect(await codesOf({ 'a.yaml': whole })).toEqual(['metadata.covers-nothing', 'plaintext.secret']);
  });

  it('metadata.covers-nothing does not send anybody to a good selector, where the values were taken out', async () => {
    const text = good.replace(/^stringData:\n(?: +\S.*\n)+/m, '');
    const { report } = await checkFolder({ 'a.yaml': text });
    expect(report.findings.map(({ rule }) => rule.code)).toEqual(['metadata.covers-nothing']);
    expect(report.findings[0]?.fix).toMatch(/^If values were taken out: git restore a\.yaml; /);
  });

  it('does not fire for a good block, nor for something else that is called sops', async () => {
    const values = 'sops:\n  enabled: true\n  version: 1.2.3\n  image: x\n';
    const others = {
      'b.json': '{"sops": "x"}',
      'versions.env': 'sops_version=3.13.3\nage_version=1.2\n',
      'a.ini': '[sops]\nversion = 1\n',
    };
    expect(await codesOf({ 'a.yaml': good, 'values.yaml': values, ...others })).toEqual([]);
  });
});

describe('kubernetes.sealed-field', () => {
  it('fires for each of the three', async () => {
    const text = await sealed('apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  a: aGk=\n', '.*');
    expect(await findingsOf({ 'a.yaml': text })).toEqual([
      'error kubernetes.sealed-field a.yaml:1 apiVersion',
      'error kubernetes.sealed-field a.yaml:2 kind',
      'error kubernetes.sealed-field a.yaml:4 metadata.name',
    ]);
  });

  it('does not fire for a file that is no Kubernetes object', async () => {
    expect(await codesOf({ 'a.yaml': await sealed('metadata: {a: b}\nkind: x\n', '.*') })).toEqual([]);
  });
});

describe('merge.markers', () => {
  it('fires in an encrypted file', async () => {
    const text = good.replace(/( *)mac: .*/, '<<<<<<< HEAD\n$&\n=======\n$1mac: b\n>>>>>>> other');
    expect(await codesOf({ 'a.yaml': text })).toEqual(['merge.markers']);
  });

  it('does not fire in another file', async () => {
    expect(await codesOf({ 'a.md': '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n' })).toEqual([]);
    const quoted = `# Conflicts\n\n<<<<<<< HEAD\na: ${first}\n=======\nb\n>>>>>>> other\n`;
    expect(await codesOf({ 'a.md': quoted, 'a.rst': `sops:\n  mac: a\n  version: b\n${quoted}` })).toEqual(
      [],
    );
  });
});

describe('unreadable.*', () => {
  it.each([
    ['a warning for a template', '  password: {{ .Values.password }}\n', 'warning'],
    ['an error where a line of a Secret has a value', '  password: canary-password\n', 'error'],
  ])('is %s', async (_, values, level) => {
    const text = `{{- if .a }}\n${secretText().replace(/ {2}password.*\n/, values)}  : [\n{{- end }}\n`;
    expect(await findingsOf({ 'templates/a.yaml': text })).toEqual([
      expect.stringMatching(new RegExp(`^${level} unreadable.syntax`)),
    ]);
  });

  it.each([
    ['a Secret', `${secretText()}  : [\n`],
    ['ciphertext', `${good}}\n`],
    ['a key twice', `${good.replace('type: Opaque', 'kind: Secret')}`],
  ])('unreadable.syntax fires for %s that cannot be read', async (_, text) => {
    expect(await codesOf({ 'a.yaml': text })).toEqual(['unreadable.syntax']);
  });

  it('unreadable.syntax fires for an encrypted file of any format that was cut', async () => {
    const { encrypt } = await import('../../../src/index.ts');
    const { testKey } = await import('../../cli/world.ts');
    const text = await encrypt('canary', { format: 'binary', recipients: { age: [testKey.recipient] } });
    expect(await codesOf({ 'a.bin': text })).toEqual([]);
    expect(await codesOf({ 'a.bin': text.slice(0, -20) })).toEqual(['unreadable.syntax']);
    expect(
      await codesOf({ 'a.jinja2': '{% include x %}\n[sops]: https://example.org\nsops: "ENC["\n' }),
    ).toEqual([]);
    expect(await codesOf({ 'a.md': `An example: ${text.slice(0, -20)}` })).toEqual([]);
  });

  it('unreadable.syntax is a warning for a template', async () => {
    const text = `kind: Secret\napiVersion: v1\ndata:\n  {{ range .x }}\n  {{ .a }}: [{{ .b }}\n  {{ end }}\n`;
    expect(await findingsOf({ 'templates/a.yaml': text })).toEqual([
      expect.stringMatching(/^warning unreadable\.syntax/),
    ]);
  });

  it('unreadable.syntax does not fire for a template that only refers to a Secret', async () => {
    const text = 'subjects:\n  {{ range .x }}\n  - kind: Secret\n  {{ .a }}: [{{ .b }}\n  {{ end }}\n';
    expect(await codesOf({ 'templates/a.yaml': text })).toEqual([]);
  });

  it('unreadable.encoding fires for a Secret in UTF-16', async () => {
    for (const text of [`\ufeff${secretText()}`, secretText()])
      expect(await codesOf({ 'a.yaml': Buffer.from(text, 'utf16le') })).toEqual(['unreadable.encoding']);
  });

  it('unreadable.file fires for a file that may not be read', async () => {
    const { SopskitError } = await import('../../../src/errors/sopskit-error.ts');
    const denied = new SopskitError('file.unreadable', 'permission denied');
    expect(await findingsOf({ 'a.txt': denied })).toEqual(['error unreadable.file a.txt:-']);
  });

  it('does not fire for what has no sign of a secret', async () => {
    const files = {
      'a.yaml': 'a: [',
      'tsconfig.json': '{ // comment\n}',
      'b.yaml': Buffer.from('\ufeffa: b', 'utf16le'),
    };
    expect(await codesOf(files)).toEqual([]);
  });
});

describe('unreadable.too-large', () => {
  it('fires for a file that is not read, with its size', async () => {
    const { report } = await checkFolder({ 'a.bin': new Uint8Array(largest + 1) });
    expect(report.findings).toMatchObject([
      { rule: { code: 'unreadable.too-large' }, level: 'error', place: { file: 'a.bin' } },
    ]);
  });

  it('does not fire for a file that is only large', async () => {
    expect(await codesOf({ 'a.bin': new Uint8Array(1024 * 1024) })).toEqual([]);
  });
});
