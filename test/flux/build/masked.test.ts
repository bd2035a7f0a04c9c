import { describe, expect, it } from 'vitest';
import type { BuiltObject } from '../../../src/flux/build/build.ts';
import { jsonText } from '../../../src/flux/build/json-text.ts';
import { masked } from '../../../src/flux/build/masked.ts';
import { redact } from '../../../src/flux/build/redact.ts';
import { objectOf } from './scene.ts';

function objectWith(yaml: string, secrets: readonly string[] = []): BuiltObject {
  const manifest = objectOf(yaml);
  const kind = /kind: (\w+)/.exec(yaml)?.[1] ?? '';
  return {
    ...{ id: 'x', apiVersion: 'v1', labels: new Map(), annotations: new Map(), manifest, digest: 'x' },
    identity: { namespace: '', name: 'x', group: '', kind },
    secrets: new Set(secrets),
  };
}

describe('masked', () => {
  it('shows the length of what a Secret holds', () => {
    const secret = objectWith(
      'kind: Secret\nmetadata: {name: x}\ndata: {a: aGVsbG8=, b: "", c: "ENC[x]"}\nstringData: {d: grüße, e: 12}\ntype: Opaque\n',
    );
    expect(jsonText(masked(secret))).toBe(
      '{"kind":"Secret","metadata":{"name":"x"},"data":{"a":"*** (5 bytes)","b":"*** (0 bytes)","c":"*** (6 bytes)"},"stringData":{"d":"*** (7 bytes)","e":"***"},"type":"Opaque"}',
    );
  });

  it('takes out what was decrypted, or comes from a Secret', () => {
    const thing = objectWith(
      'kind: Thing\nspec: {a: s3cr3t, b: "url://s3cr3t@x", c: [1234, true], d: no}\n',
      ['s3cr3t', '1234', 'no'],
    );
    expect(jsonText(masked(thing))).toBe(
      '{"kind":"Thing","spec":{"a":"*** (6 bytes)","b":"url://***@x","c":["***",true],"d":false}}',
    );
  });

  it('leaves other objects alone', () => {
    const map = objectWith('kind: ConfigMap\ndata: {a: b}\n');
    expect(jsonText(masked(map))).toBe(jsonText(map.manifest));
  });
});

describe('redact', () => {
  it('takes opened texts out of messages, in base64 too, and whole settings', () => {
    const message =
      'trouble with config: `\npatch: x: canary\n`: unable to parse patch from [canary] Y2FuYXJ5 line-two';
    const shown = redact(message, ['canary', 'line-one\nline-two']);
    expect(shown).not.toMatch(/canary|Y2FuYXJ5|line-two/);
  });
  it('leaves a message alone where nothing was opened', () => {
    expect(redact('with config: `x`: y', [])).toBe('with config: `x`: y');
  });
});
