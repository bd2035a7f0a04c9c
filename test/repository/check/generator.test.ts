// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so

import { describe, expect, it } from 'vitest';
import { encrypt } from '../../../src/index.ts';
import { testKey } from '../../cli/world.ts';
import { codesOf, findingsOf, sealed, secretText } from './folder.ts';

const generator = (fields: string) => `secretGenerator:\n- name: app\n  ${fields}\n`;
const seal = (text: string, format: 'dotenv' | 'binary') =>
  encrypt(text, { format, recipients: { age: [testKey.recipient] } });

describe('plaintext.generator', () => {
  it('fires for a literal', async () => {
    expect(
      await findingsOf({ 'kustomization.yaml': generator('literals: [a=canary, "b=${B}", c=]') }),
    ).toEqual(['error plaintext.generator kustomization.yaml:3 secretGenerator.0.literals.0']);
  });

  it.each([
    ['envs', 'x/Kustomization', generator('envs: [../vars]'), 'vars', '# a\nA=canary\nB=${B}\n', 'vars:2'],
    ['env', 'kustomization.yml', generator('env: v.txt'), 'v.txt', 'A="canary"\n', 'v.txt:1'],
    ['files', 'kustomization.yaml', generator('files: [key=a/b.conf]'), 'a/b.conf', 'canary\n', 'a/b.conf:-'],
  ])('fires for a readable file in %s', async (_, kustomization, text, file, content, place) => {
    expect(await findingsOf({ [kustomization]: text, [file]: content })).toEqual([
      `error plaintext.generator ${place}`,
    ]);
  });

  it('fires for a literal of a generator whose name is escaped, and is a note beside a placeholder', async () => {
    const text = '"secretGener\\x61tor":\n- literals: [a=canary]\n';
    expect(await findingsOf({ 'kustomization.yaml': text })).toEqual([
      'error plaintext.generator kustomization.yaml:2 secretGenerator.0.literals.0',
    ]);
    expect(
      await findingsOf({ 'kustomization.yaml': generator('literals: ["a=${A}-canary-password"]') }),
    ).toEqual(['note plaintext.generator kustomization.yaml:3 secretGenerator.0.literals.0']);
  });

  it('fires for a patch on one line', async () => {
    const patch = `patches:\n- patch: '{kind: Secret, apiVersion: v1, stringData: {a: canary}}'\n`;
    expect(await findingsOf({ 'kustomization.yaml': patch })).toEqual([
      'error plaintext.generator kustomization.yaml:2 patches.0.patch',
    ]);
  });

  it('is a note for a file in which something is filled in', async () => {
    const files = {
      'kustomization.yaml': generator('files: [a.conf]'),
      'a.conf': 'user = ${U}\npassword = canary\n',
    };
    expect(await findingsOf(files)).toEqual(['note plaintext.generator a.conf:-']);
  });

  it('does not look outside', async () => {
    const files = {
      'kustomization.yaml': generator('files: [../outside.conf, /fake/abs.conf]'),
      '/fake/outside.conf': 'x\n',
      '/fake/abs.conf': 'x',
    };
    expect(await codesOf(files)).toEqual([]);
  });

  it('fires for a Secret in a patch that is written inline', async () => {
    const patch = secretText().replaceAll(/^/gm, '    ');
    const text = `patches:\n- patch: |-\n${patch}\npatchesStrategicMerge:\n- |-\n${patch}\n`;
    expect(await codesOf({ 'kustomization.yaml': text })).toEqual(['plaintext.generator']);
  });

  it('does not fire for files that are encrypted, empty, public or not there', async () => {
    const files = {
      'kustomization.yaml': generator(
        'envs: [a.env, fill.env]\n  files: [b.bin, c=c.yaml, d.pub, missing, https://example.org/x]',
      ),
      'a.env': await seal('A=canary\n', 'dotenv'),
      'fill.env': 'A=${A}\nB=\n',
      'b.bin': await seal('canary', 'binary'),
      'c.yaml': await sealed(secretText()),
      'd.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me\n',
    };
    expect(await codesOf(files)).toEqual([]);
  });

  it('fails closed where the kustomization cannot be read', async () => {
    expect(await codesOf({ 'kustomization.yaml': generator('literals: [a=${A}]') })).toEqual([
      'unreadable.syntax',
    ]);
  });

  it('does not fire for a configMapGenerator', async () => {
    expect(
      await codesOf({ 'kustomization.yaml': 'configMapGenerator:\n- name: a\n  literals: [a=b]\n' }),
    ).toEqual([]);
  });

  it('fires for Secrets in files whose names do not say what they are', async () => {
    const files = {
      'app/kustomization.yaml':
        'resources: [db.manifest, secret, other.yaml, ../base, https://example.org/x]\n',
      'app/db.manifest': secretText(),
      'app/secret': `kind: ConfigMap\n---\n${secretText()}`,
      'app/other.yaml': await sealed(secretText()),
    };
    const places = (await findingsOf(files)).map((line) => line.replace(/^error plaintext\.\w+ /, ''));
    expect(places).toEqual(['app/db.manifest:6 stringData.password', 'app/secret:8 stringData.password']);
    expect(
      await codesOf({ ...files, 'app/db.manifest': await sealed(secretText()), 'app/secret': 'a' }),
    ).toEqual([]);
  });

  const operations = (value: string, path = '/stringData/q') =>
    `- op: add\n  path: ${path}\n  value: ${value}\n`;

  it.each(['patches', 'patchesJson6902'])(
    'fires for operations in %s that are for a Secret',
    async (field) => {
      const inline = (text: string) =>
        `${field}:\n- target: {kind: Secret, name: x}\n  patch: |-\n${text.replaceAll(/^/gm, '    ')}\n`;
      expect(await findingsOf({ 'kustomization.yaml': inline(operations('canary')) })).toEqual([
        `error plaintext.generator kustomization.yaml:3 ${field}.0.patch`,
      ]);
      expect(await codesOf({ 'kustomization.yaml': inline(operations('{a: canary}', '/data')) })).toEqual([
        'plaintext.generator',
      ]);
      expect(await codesOf({ 'kustomization.yaml': inline(operations('${Q}')) })).toEqual([]);
      expect(await codesOf({ 'kustomization.yaml': inline(operations('x', '/metadata/name')) })).toEqual([]);
      const file = `${field}:\n- target: {kind: Secret}\n  path: p.yaml\n`;
      expect(await findingsOf({ 'kustomization.yaml': file, 'p.yaml': operations('canary') })).toEqual([
        'error plaintext.generator p.yaml:3',
      ]);
      const other = file.replace('Secret', 'ConfigMap');
      const data = operations('x', '/data/a');
      expect(await codesOf({ 'kustomization.yaml': other, 'p.yaml': data })).toEqual([]);
    },
  );

  it('fires for a generator of its own, in a file and inline', async () => {
    const own =
      'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: a}\nliterals: [a=canary]\nfiles: [b.conf]\n';
    expect(await findingsOf({ 'g.yaml': own, 'b.conf': 'canary' })).toEqual([
      'error plaintext.generator b.conf:-',
      'error plaintext.generator g.yaml:4 literals.0',
    ]);
    const inline = `generators:\n- |-\n${own.replaceAll(/^/gm, '  ')}\n`;
    expect(await codesOf({ 'kustomization.yaml': inline })).toEqual(['plaintext.generator']);
  });
});
