export type Token = 'illegal' | 'end' | 'text' | 'open' | 'close';

/** What the next token may be. */
export interface Mode {
  readonly text?: boolean;
  /** `${`. */
  readonly open?: boolean;
  /** `}`. */
  readonly close?: boolean;
  /** `$$`, and inside of an expression `\/` and `\\`. */
  readonly escapes?: boolean;
}

/** Whether a token goes on with this character, the `length` bytes so far counting it. */
export type Accept = (character: number, length: number) => boolean;

const [dollar, brace, backslash, slash] = [0x24, 0x7b, 0x5c, 0x2f];

/**
 * Reads tokens as fluxcd/pkg/envsubst does (parse/scan.go), whatever it does: `width` is of the character that was
 * looked at last, not of the one that is put back, and a NUL ends the text.
 */
export class Scanner {
  mode: Mode = {};
  accept: Accept = () => true;
  /** Whether `\/` and `\\` are escapes; `$$` always is. */
  backslashes = false;
  readonly #bytes: Buffer;
  #length: number;
  #position = 0;
  #start = 0;
  #width = 0;

  constructor(text: Buffer) {
    this.#bytes = Buffer.from(text);
    this.#length = text.length;
  }

  /** The bytes of the token that was read last, one a character. */
  get token(): string {
    return this.#bytes.toString('latin1', this.#start, this.#position);
  }

  read(): number {
    if (this.#position >= this.#length) {
      this.#width = 0;
      return 0;
    }
    const [character, width] = decodeRune(this.#bytes, this.#position, this.#length);
    this.#width = width;
    this.#position += width;
    return character;
  }

  unread(): void {
    this.#position -= this.#width;
  }

  peek(): number {
    const character = this.read();
    this.unread();
    return character;
  }

  scan(): Token {
    this.#start = this.#position;
    const character = this.read();
    if (character === 0) return 'end';
    if (this.#isOpen(character)) return 'open';
    if (this.mode.close === true && character === 0x7d) return 'close';
    return this.mode.text === true && this.#text(character) ? 'text' : 'illegal';
  }

  #text(first: number): boolean {
    if (this.#isEscaped(first)) this.#drop();
    else if (!this.accept(first, this.#position - this.#start)) return false;
    for (;;) {
      const character = this.read();
      if (character === 0) {
        this.unread();
        return true;
      }
      if (this.#isOpen(character)) {
        this.unread();
        this.unread();
        return true;
      }
      if (this.#isEscaped(character)) this.#drop();
      else if (!this.accept(character, this.#position - this.#start)) {
        this.unread();
        return true;
      }
    }
  }

  #isOpen(character: number): boolean {
    if (this.mode.open !== true || character !== dollar) return false;
    if (this.read() === brace) return true;
    this.unread();
    return false;
  }

  #isEscaped(character: number): boolean {
    if (this.mode.escapes !== true) return false;
    if (character === dollar && this.peek() === dollar) return true;
    if (character !== backslash || !this.backslashes) return false;
    const next = this.peek();
    return next === slash || next === backslash;
  }

  /** Takes the escaping character out of the text; the one behind it is read. */
  #drop(): void {
    this.#bytes.copyWithin(this.#position - 1, this.#position, this.#length);
    this.#length -= 1;
  }
}

/** Decodes a character of UTF-8 as Go does: what is none is U+FFFD, one byte long. */
export function decodeRune(bytes: Uint8Array, at: number, end: number): readonly [number, number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return [0xfffd, 1];
  let character = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const next = bytes[at + index] ?? 0;
    if ((next & 0xc0) !== 0x80) return [0xfffd, 1];
    character = (character << 6) | (next & 0x3f);
  }
  const tooShort = length === 3 ? character < 0x800 : length === 4 && character < 0x10000;
  const none = tooShort || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff);
  return none ? [0xfffd, 1] : [character, length];
}
