import { SopskitError } from '../../../errors/sopskit-error.ts';

/** Reads the SSH wire format (RFC 4251, section 5). Throws `key.invalid`, quoting nothing. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  uint32(): number {
    const view = this.take(4);
    return new DataView(view.buffer, view.byteOffset, 4).getUint32(0);
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  text(): string {
    return Buffer.from(this.string()).toString('latin1');
  }

  /** A non-negative integer, as big-endian bytes without leading zeros. */
  integer(): Uint8Array {
    const bytes = this.string();
    if ((bytes[0] ?? 0) & 0x80) throw malformed();
    const first = bytes.findIndex((byte) => byte !== 0);
    return first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first);
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw malformed();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }
}

export function wireString(bytes: Uint8Array | string): Uint8Array {
  const body = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export function wireInteger(bytes: Uint8Array): Uint8Array {
  const [first = 0] = bytes;
  return wireString(first & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function malformed(): SopskitError {
  return new SopskitError('key.invalid', 'the SSH key is malformed or cut short');
}
