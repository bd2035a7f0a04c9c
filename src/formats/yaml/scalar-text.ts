import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Scalar } from '../../tree/value.ts';
import { floatText } from './number-text.ts';
import { wellFormed } from './quoted-spelling.ts';

/** A scalar as go-yaml sees it before it chooses a style: its tag, if one must be written, and its text. */
export interface ScalarText {
  readonly tag: '' | '!!binary' | '!!merge';
  readonly text: string;
  /** Whether the text would be read as a string if it stood there plain. */
  readonly isString: boolean;
}

/** Throws `document.not-emittable` for a value that sops cannot hold. */
export function scalarText(scalar: Scalar): ScalarText {
  switch (scalar.kind) {
    case 'string':
      return stringText(scalar.value);
    case 'bytes':
      return bytesText(scalar.value);
    case 'int':
      return typed(scalar.value.toString());
    case 'float':
      return typed(floatText(scalar.value));
    case 'bool':
      return typed(scalar.value ? 'true' : 'false');
    case 'time':
      return typed(scalar.value);
    case 'null':
      return typed('null');
    case 'odd':
      throw new SopskitError(
        'document.not-emittable',
        `a value of type ${scalar.type} cannot be written as YAML`,
      );
  }
}

/** go-yaml leaves `<<` unquoted, reads it back as a merge key, and from then on writes its tag. */
export function stringText(text: string): ScalarText {
  return { tag: text === '<<' ? '!!merge' : '', text: wellFormed(text), isString: true };
}

function typed(text: string): ScalarText {
  return { tag: '', text, isString: false };
}

function bytesText(bytes: Uint8Array): ScalarText {
  const text = utf8(bytes);
  if (text !== null) return stringText(text);
  return { tag: '!!binary', text: wrappedBase64(bytes), isString: false };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const LINE_LENGTH = 70;

/** Base64 in lines of 70, each ended by a line break unless there is only one. */
function wrappedBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  if (text.length < LINE_LENGTH) return text;
  return text.replace(/.{1,70}/g, '$&\n');
}
