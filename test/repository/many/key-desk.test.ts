import { describe, expect, it } from 'vitest';
import { KeyDesk } from '../../../src/repository/many/key-desk.ts';
import type { Secret } from '../../../src/secret/secret.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { countingSource, keyOf } from './fake-keys.ts';

const hex = (secret: Secret): string => secret.lend((bytes) => Buffer.from(bytes).toString('hex'));

describe('KeyDesk', () => {
  it('opens each source once and unwraps what is equal once', async () => {
    const { source, calls } = countingSource('pgp');
    const desk = new KeyDesk(fakeSystem({}), [source]);
    const asked = Array.from({ length: 30 }, (_, index) => desk.unwrap(keyOf('pgp', 'a', `0${index % 3}`)));
    expect((await Promise.all(asked)).map(hex)).toEqual(asked.map((_, index) => `0${index % 3}`));
    expect(calls).toMatchObject({ opened: 1, unwrapped: 3 });
  });

  it('gives everybody a copy of their own, and wipes its own at the end', async () => {
    const { source } = countingSource('pgp');
    const desk = new KeyDesk(fakeSystem({}), [source]);
    const key = keyOf('pgp', 'a', '0102');
    const first = await desk.unwrap(key);
    first.wipe();
    const second = await desk.unwrap(key);
    expect(hex(second)).toBe('0102');
    await desk.close();
    expect(hex(second)).toBe('0102');
  });

  it('asks age one key after the other: a plugin may have one device', async () => {
    const age = countingSource('age');
    const pgp = countingSource('pgp');
    const desk = new KeyDesk(fakeSystem({}), [age.source, pgp.source]);
    const ask = (name: string) =>
      Promise.all(['01', '02', '03'].map((enc) => desk.unwrap(keyOf(name, 'a', enc))));
    await Promise.all([ask('age'), ask('pgp')]);
    expect(age.calls.most).toBe(1);
    expect(pgp.calls.most).toBe(3);
  });

  it('goes on after a key that nobody has', async () => {
    const { source, calls } = countingSource('age');
    const desk = new KeyDesk(fakeSystem({}), [source]);
    const failing = [1, 2].map(() => desk.unwrap(keyOf('age', 'a', 'none')));
    for (const one of failing) await expect(one).rejects.toMatchObject({ code: 'key.unavailable' });
    expect(hex(await desk.unwrap(keyOf('age', 'a', '07')))).toBe('07');
    expect(calls.unwrapped).toBe(2);
    await desk.close();
  });

  it('says which source there is not', async () => {
    const desk = new KeyDesk(fakeSystem({}), []);
    await expect(desk.unwrap(keyOf('kms', 'a', '07'))).rejects.toMatchObject({ code: 'key.unsupported' });
  });
});
