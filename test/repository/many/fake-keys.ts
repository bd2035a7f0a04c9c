import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import type { KeySource, MasterKey } from '../../../src/keys/key-source.ts';
import { Secret } from '../../../src/secret/secret.ts';

/** A key source that counts: its wrapped data key is the data key in hexadecimal, of no worth. */
export interface CountingSource {
  readonly source: KeySource;
  readonly calls: { opened: number; wrapped: number; unwrapped: number; atOnce: number; most: number };
}

export function countingSource(name: string, wrapsAlone = false): CountingSource {
  const calls = { opened: 0, wrapped: 0, unwrapped: 0, atOnce: 0, most: 0 };
  const source: KeySource = {
    name,
    flag: { name, env: '', help: '' },
    ruleField: name,
    groupField: name,
    parse: () => [],
    decode: (fields) => ({ source: name, id: '', fields, enc: null }),
    wrapsAlone: () => wrapsAlone,
    open() {
      calls.opened++;
      return {
        async wrap(key, dataKey) {
          calls.wrapped++;
          return { ...key, enc: dataKey.lend((bytes) => Buffer.from(bytes).toString('hex')) };
        },
        async unwrap(key) {
          calls.unwrapped++;
          calls.most = Math.max(calls.most, ++calls.atOnce);
          await new Promise((resolve) => setTimeout(resolve, 2));
          calls.atOnce--;
          if (key.enc === 'none')
            throw new SopskitError('key.unavailable', 'nobody has this key', { hint: 'Ask around.' });
          return new Secret(Uint8Array.from(Buffer.from(key.enc ?? '', 'hex')));
        },
      };
    },
  };
  return { source, calls };
}

export function keyOf(source: string, id: string, enc: string | null): MasterKey {
  return { source, id, enc, fields: { kind: 'mapping', entries: [] } };
}
