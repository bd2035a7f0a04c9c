import { describe, expect, it } from 'vitest';
import { encrypt, generateIdentity } from '../../../src/index.ts';
import { type Contents, checkFolder, sealed, secretText } from './folder.ts';

async function findings(contents: Contents, verify = true): Promise<string[]> {
  const { report } = await checkFolder(contents, { verify });
  return report.findings.map(({ rule, place }) => `${rule.code} ${(place.path ?? []).join('.')}`.trim());
}

const good = await sealed(`${secretText()}  user: canary\n`);
const ciphers = [...good.matchAll(/ENC\[AES256_GCM[^\]]*\]/g)].map(([text]) => text);

describe('check --verify', () => {
  it('finds ciphertext that was moved from another key or file', async () => {
    const renamed = good.replace('password:', 'renamed:');
    expect(await findings({ 'a.yaml': renamed })).toEqual(['cipher.authentication stringData.renamed']);
    expect(await findings({ 'a.yaml': renamed }, false)).toEqual([]);
    const [foreign = ''] = /ENC\[AES256_GCM[^\]]*\]/.exec(await sealed(secretText())) ?? [];
    expect(await findings({ 'a.yaml': good.replace(ciphers[0] ?? '', foreign) })).toEqual([
      'cipher.authentication stringData.password',
    ]);
  });

  it('finds a MAC that does not fit', async () => {
    expect(await findings({ 'a.yaml': good.replace('name: app', 'name: other') })).toEqual([
      'metadata.mac-mismatch sops.mac',
    ]);
  });

  it('says which file it could not open', async () => {
    const { recipient } = await generateIdentity();
    const other = await encrypt('a: b\n', { format: 'yaml', recipients: { age: [recipient] } });
    expect(await findings({ 'a.yaml': other })).toEqual(['unopened.no-key']);
  });

  it('finds nothing in a good file', async () => {
    const json = await encrypt('{"a": "b"}', {
      format: 'json',
      recipients: { age: [(await import('../../cli/world.ts')).testKey.recipient] },
    });
    expect(await findings({ 'a.yaml': good, 'b.json': json })).toEqual([]);
  });

  it('tells a readable value once', async () => {
    expect(await findings({ 'a.yaml': good.replace('\nsops:', '\n  added: canary\nsops:') })).toEqual([
      'plaintext.sealed-file stringData.added',
    ]);
  });
});
