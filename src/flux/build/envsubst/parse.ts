import { type Accept, type Mode, Scanner } from './scanner.ts';

/** A part of a template. Texts have one byte of UTF-8 a character. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** `operator` is empty for a bare `${name}`. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator: string;
      readonly args: readonly Part[];
    };

/** A template that envsubst refuses, in its words. */
export interface Refusal {
  readonly kind: 'refused';
  readonly message: string;
}

/** Parses a template as fluxcd/pkg/envsubst does (parse/parse.go). */
export function parseTemplate(text: Buffer): readonly Part[] | Refusal {
  const parser = new Parser(text);
  const parts: Part[] = [];
  for (;;) {
    const part = parser.next();
    if (part === null) return parts;
    if (part.kind === 'refused') return part;
    parts.push(part);
  }
}

type Parsed = Part | Refusal;

const badSubstitution = refused('bad substitution');
const textMode: Mode = { text: true };

class Parser {
  readonly #scanner: Scanner;

  constructor(text: Buffer) {
    this.#scanner = new Scanner(text);
  }

  /** `null` at the end. */
  next(): Parsed | null {
    const scanner = this.#scanner;
    scanner.accept = () => true;
    scanner.mode = { text: true, open: true, escapes: true };
    scanner.backslashes = false;
    switch (scanner.scan()) {
      case 'text':
        return { kind: 'text', text: scanner.token };
      case 'end':
        return null;
      case 'open':
        return this.#expression();
      default:
        return badSubstitution;
    }
  }

  #expression(): Parsed {
    const scanner = this.#scanner;
    scanner.backslashes = true;
    if (scanner.peek() === code('#')) return this.#length();
    const name = this.#operator(isName);
    if (name === null) return refused('unable to parse variable name');
    switch (String.fromCodePoint(scanner.peek())) {
      case ':':
        return this.#colon(name);
      case '=':
        return this.#default(name);
      case ',':
      case '^':
        return this.#closed(name, this.#operator(upTo(2, ',', '^')), []);
      case '/':
        return this.#replace(name);
      case '#':
        return this.#remove(name, upTo(2, '#'));
      case '%':
        return this.#remove(name, upTo(2, '%'));
      default:
        return this.#bare(name);
    }
  }

  #bare(name: string): Parsed {
    this.#scanner.accept = isName;
    this.#scanner.mode = { close: true };
    return this.#scanner.scan() === 'close'
      ? { kind: 'variable', name, operator: '', args: [] }
      : refused('missing closing brace');
  }

  /** `${#name}`. */
  #length(): Parsed {
    const operator = this.#operator((character, length) => character === code('#') && length === 1);
    const name = operator === null ? null : this.#operator(isName);
    return name === null ? badSubstitution : this.#closed(name, operator, []);
  }

  #colon(name: string): Parsed {
    this.#scanner.read();
    const next = this.#scanner.peek();
    this.#scanner.unread();
    return '=-?+'.includes(String.fromCodePoint(next)) && next !== 0
      ? this.#default(name)
      : this.#substring(name);
  }

  /** `${name:offset}`, `${name:offset:length}`. */
  #substring(name: string): Parsed {
    const operator = this.#operator((character, length) => character === code(':') && length === 1);
    if (operator === null) return badSubstitution;
    const offset = this.#argument(
      (character) => character !== code(':') && character !== code('}'),
      textMode,
    );
    if (offset.kind === 'refused') return offset;
    this.#scanner.accept = (character) => character === code(':');
    this.#scanner.mode = { text: true, close: true };
    const token = this.#scanner.scan();
    if (token === 'close') return { kind: 'variable', name, operator, args: [offset] };
    if (token !== 'text') return badSubstitution;
    const length = this.#argument(isNotClosing, textMode);
    return length.kind === 'refused' ? length : this.#closed(name, operator, [offset, length]);
  }

  /** `${name#word}`, `${name%%word}`. */
  #remove(name: string, accept: Accept): Parsed {
    const operator = this.#operator(accept);
    if (operator === null) return badSubstitution;
    const word = this.#argument(isNotClosing, textMode);
    return word.kind === 'refused' ? word : this.#closed(name, operator, [word]);
  }

  /** `${name/pattern/text}`, `//`, `/#`, `/%`. */
  #replace(name: string): Parsed {
    const operator = this.#operator((character, length) =>
      length === 1
        ? character === code('/')
        : length === 2 && '/#%'.includes(String.fromCodePoint(character)),
    );
    if (operator === null) return badSubstitution;
    const escapes: Mode = { text: true, escapes: true };
    const pattern = this.#argument((character) => character !== code('/'), escapes);
    if (pattern.kind === 'refused') return pattern;
    if (this.#operator((character) => character === code('/')) === null) return badSubstitution;
    if (this.#scanner.peek() === code('}')) return this.#closed(name, operator, [pattern]);
    const text = this.#argument(isNotClosing, escapes);
    return text.kind === 'refused' ? text : this.#closed(name, operator, [pattern, text]);
  }

  /** `${name=word}`, `${name:=word}`, `:-`, `:?`, `:+`. */
  #default(name: string): Parsed {
    const isEqual = this.#scanner.peek() === code('=');
    const operator = this.#operator((character, length) => {
      if (isEqual) return character === code('=') && length === 1;
      if (length === 1) return character === code(':');
      return length === 2 && '=-?+'.includes(String.fromCodePoint(character));
    });
    if (operator === null) return refused('unable to parse default function');
    const args: Part[] = [];
    while (this.#scanner.peek() !== code('}')) {
      const word = this.#argument(isNotClosing, textMode);
      if (word.kind === 'refused') return word;
      args.push(word);
    }
    return this.#closed(name, operator, args);
  }

  #argument(accept: Accept, mode: Mode): Parsed {
    this.#scanner.accept = accept;
    this.#scanner.mode = { ...mode, open: true };
    switch (this.#scanner.scan()) {
      case 'open':
        return this.#expression();
      case 'text':
        return { kind: 'text', text: this.#scanner.token };
      default:
        return refused('unable to parse substitution within function');
    }
  }

  #operator(accept: Accept): string | null {
    this.#scanner.accept = accept;
    this.#scanner.mode = textMode;
    return this.#scanner.scan() === 'text' ? this.#scanner.token : null;
  }

  #closed(name: string, operator: string | null, args: readonly Part[]): Parsed {
    if (operator === null) return badSubstitution;
    this.#scanner.mode = { close: true };
    return this.#scanner.scan() === 'close' ? { kind: 'variable', name, operator, args } : badSubstitution;
  }
}

function isName(character: number): boolean {
  return character === code('_') || /^[\p{L}\p{Nd}]$/u.test(String.fromCodePoint(character));
}

function isNotClosing(character: number): boolean {
  return character !== code('}');
}

function upTo(most: number, ...characters: readonly string[]): Accept {
  return (character, length) => length <= most && characters.includes(String.fromCodePoint(character));
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function refused(message: string): Refusal {
  return { kind: 'refused', message };
}
