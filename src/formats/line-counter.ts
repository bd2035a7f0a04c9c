import type { ByteText } from './byte-text.ts';

/**
 * Turns byte offsets into lines and columns. Asked in text order, the whole costs one pass over the text; a step back
 * costs the way from the start of the line it leads to.
 */
export class LineCounter {
  readonly #text: ByteText;
  #offset = 0;
  #line = 1;
  #column = 1;

  constructor(text: ByteText) {
    this.#text = text;
  }

  /** Returns the line and column (in characters of UTF-8) of an offset, both from 1. */
  at(offset: number): { readonly line: number; readonly column: number } {
    if (offset < this.#offset) this.#back(offset);
    for (; this.#offset < offset; this.#offset++) {
      const byte = this.#text.charCodeAt(this.#offset);
      if (byte === 0x0a) {
        this.#line++;
        this.#column = 1;
      } else if (byte < 0x80 || byte >= 0xc0) {
        this.#column++;
      }
    }
    return { line: this.#line, column: this.#column };
  }

  #back(offset: number): void {
    for (let at = this.#text.lastIndexOf('\n', this.#offset - 1); at >= offset; ) {
      this.#line--;
      at = at === 0 ? -1 : this.#text.lastIndexOf('\n', at - 1);
    }
    this.#offset = offset === 0 ? 0 : this.#text.lastIndexOf('\n', offset - 1) + 1;
    this.#column = 1;
  }
}
