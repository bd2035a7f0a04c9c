import { describe, expect, it } from 'vitest';
import * as sopskit from '../../src/index.ts';
import type { Value } from '../../src/tree/value.ts';

const { recipient, keyFile } = await sopskit.generateIdentity();
const settings = { format: 'yaml', identities: [keyFile] } as const;

async function changed(plain: string, path: (string | number)[], value: Value): Promise<string> {
  const sealed = await sopskit.encrypt(plain, { format: 'yaml', recipients: { age: [recipient] } });
  return sopskit.decrypt(await sopskit.set(sealed, path, value, settings), settings);
}

describe('set', () => {
  it('keeps the layout of everything else, also when the value is a whole number as a float', async () => {
    const plain = 'replicas: 2\ndefaultMode: 0400\ny: y\nt: &t v\nother: *t\nlist: [ # open\n  1 ]\n';
    expect(await changed(plain, ['replicas'], { kind: 'float', value: 3 })).toBe(
      plain.replace('replicas: 2', 'replicas: 3'),
    );
  });

  it('keeps the type: a float stays a float though its text looks like an int', async () => {
    const sealed = await sopskit.encrypt('a: 1\nb: 0x1F\n', {
      format: 'yaml',
      recipients: { age: [recipient] },
    });
    const result = await sopskit.set(sealed, ['a'], { kind: 'float', value: 3 }, settings);
    expect(await sopskit.extract(result, ['a'], settings)).toMatchObject({ kind: 'float', value: 3 });
    expect(await sopskit.decrypt(result, settings)).toBe('a: 3\nb: 0x1F\n');
  });

  it('goes through the plaintext where the sealed text cannot take the change', async () => {
    const plain = 'data:\n    # the password\n    password: x\nkind: 0x1F\n';
    const sealed = await sopskit.encrypt(plain, { format: 'yaml', recipients: { age: [recipient] } });
    const result = await sopskit.unset(sealed, ['data', 'password'], settings);
    expect(await sopskit.decryptTree(result, settings)).toMatchObject([
      {
        entries: expect.arrayContaining([
          expect.objectContaining({ key: 'data', value: expect.objectContaining({ kind: 'mapping' }) }),
        ]),
      },
    ]);
    expect(await sopskit.decrypt(result, settings)).toContain('kind: 0x1F');
  });
});
