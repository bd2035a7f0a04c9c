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
});
