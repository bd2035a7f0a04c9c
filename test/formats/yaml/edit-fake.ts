import type { Mapping, Value } from '../../../src/tree/value.ts';

/** A text with the shape of a ciphertext. It holds nothing. */
export function fakeCiphertext(index: number): string {
  const data = Buffer.from(`test ${index}`).toString('base64');
  return `ENC[AES256_GCM,data:${data},iv:q+/YzFha2U2NA8xLxAAWLYTPAVY+vN7Y0P5rQKdKyvU=,tag:Cyv3+Zo5xQ8NSZzrAyiMUA==,type:str]`;
}

/** Metadata of the usual shape; nothing in it is a key. */
export function fakeMetadata(version: string): Mapping {
  const text = (value: string): Value => ({ kind: 'string', value });
  const recipient = map({
    enc: text('-----BEGIN TEST-----\nline\n-----END TEST-----\n'),
    recipient: text('test'),
  });
  return map({
    age: { kind: 'sequence', items: [recipient] },
    lastmodified: text('2026-01-01T00:00:00Z'),
    mac: text(fakeCiphertext(0)),
    version: text(version),
  });
}

function map(members: Readonly<Record<string, Value>>): Mapping {
  return {
    kind: 'mapping',
    entries: Object.entries(members).map(([key, value]) => ({ kind: 'entry', key, value })),
  };
}

export function file(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
