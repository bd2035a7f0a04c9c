import { mappingOf, stringOf } from '../tree/mapping.ts';
import type { Mapping, Value } from '../tree/value.ts';

/** A Secret as it is to be made. */
export interface SecretManifest {
  readonly name: string;
  readonly namespace: string | null;
  /** `Opaque`, `kubernetes.io/tls`, … */
  readonly type: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly immutable: boolean;
  /** Values by key, in the order in which they are written; the bytes themselves, not base64. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** Whether values that are text go into `stringData`, as they are. Other values are always in `data`. */
  readonly asText: boolean;
}

/** Returns the manifest's tree: `apiVersion`, `kind`, `metadata`, `type`, `immutable`, `data`, `stringData`. */
export function secretTree(manifest: SecretManifest): Mapping {
  const { data, stringData } = valuesOf(manifest);
  return mappingOf([
    ['apiVersion', stringOf('v1')],
    ['kind', stringOf('Secret')],
    ['metadata', metadataOf(manifest)],
    ['type', stringOf(manifest.type)],
    ['immutable', manifest.immutable ? { kind: 'bool', value: true } : undefined],
    ['data', data],
    ['stringData', stringData],
  ]);
}

function metadataOf({ name, namespace, labels, annotations }: SecretManifest): Mapping {
  return mappingOf([
    ['name', stringOf(name)],
    ['namespace', namespace === null ? undefined : stringOf(namespace)],
    ['labels', texts(labels)],
    ['annotations', texts(annotations)],
  ]);
}

function valuesOf({ values, asText }: SecretManifest): { data?: Value; stringData?: Value } {
  const data: [string, Value][] = [];
  const stringData: [string, Value][] = [];
  for (const [key, bytes] of values) {
    const text = asText ? textOf(bytes) : null;
    if (text === null) data.push([key, stringOf(encodeBase64(bytes))]);
    else stringData.push([key, stringOf(text)]);
  }
  return {
    ...(data.length > 0 ? { data: mappingOf(data) } : {}),
    ...(stringData.length > 0 ? { stringData: mappingOf(stringData) } : {}),
  };
}

function texts(entries: ReadonlyMap<string, string>): Mapping | undefined {
  if (entries.size === 0) return undefined;
  return mappingOf([...entries].map(([key, text]) => [key, stringOf(text)]));
}

/** Base64 as Kubernetes writes it: with padding, on one line. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Returns what a text of `data` stands for, or `null` where Kubernetes would refuse it: line breaks in it are fine. */
export function decodeBase64(text: string): Uint8Array | null {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return null;
  return Uint8Array.from(Buffer.from(packed, 'base64'));
}

/** Returns the bytes as text, or `null` where they are binary: not UTF-8, or with control characters. */
export function textOf(bytes: Uint8Array): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(buffer)) return null;
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/.test(text) ? null : text;
}
