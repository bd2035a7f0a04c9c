import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Mapping, Node, Scalar, Sequence, Value } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';
import { LineCounter } from '../line-counter.ts';
import { numberOf } from './json-number.ts';
import type { JsonMember, JsonSource, JsonSpan } from './json-source.ts';
import { decodeJsonString } from './json-string.ts';

/** encoding/json's limit; sops meets it when it prints. */
const deepest = 10_000;

/**
 * Reads a JSON object with its places, accepting what sops (Go's json.Decoder, token by token) accepts, but for two
 * things that sops drops silently: a text that ends inside of its object, and text behind it.
 * Throws `document.syntax` and `document.too-deep`, placed.
 */
export function scanJson(text: ByteText): JsonSource {
  return new Scanner(text).document();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** An object or array that is still open. */
interface Frame {
  readonly close: '}' | ']';
  readonly node: Mapping | Sequence;
  readonly add: (member: { key: string; value: Value }) => void;
  readonly span: Mutable<JsonSpan>;
  readonly members: Mutable<JsonMember>[];
}

class Scanner {
  readonly #text: ByteText;
  readonly #lines: LineCounter;
  readonly #spans = new Map<Node, JsonSpan>();
  readonly #open: Frame[] = [];
  #at = 0;

  constructor(text: ByteText) {
    this.#text = text;
    this.#lines = new LineCounter(text);
  }

  document(): JsonSource {
    if (this.#peek() !== '{') throw this.#refuse(this.#topLevelProblem());
    const root = this.#container('{');
    for (let frame = this.#open.at(-1); frame !== undefined; frame = this.#open.at(-1)) this.#advance(frame);
    if (this.#peek() !== '') throw this.#refuse('there is text behind the top-level object');
    return { text: this.#text, root: root as Mapping, spans: this.#spans };
  }

  /** Reads one member of the innermost open container, or its end. */
  #advance(frame: Frame): void {
    const next = this.#peek();
    if (next === frame.close) {
      this.#at++;
      this.#close(frame);
      return;
    }
    if (frame.members.length > 0) {
      if (next !== ',') throw this.#refuse(`expected "," or "${frame.close}"`);
      this.#at++;
      this.#peek();
    }
    const start = this.#at;
    const key = frame.close === '}' ? this.#key() : '';
    const member = { start, end: 0 };
    frame.members.push(member);
    const value = this.#value();
    frame.add({ key, value });
    member.end = this.#at;
  }

  #close(frame: Frame): void {
    frame.span.end = this.#at;
    this.#open.pop();
    const member = this.#open.at(-1)?.members.at(-1);
    if (member !== undefined) member.end = this.#at;
  }

  #key(): string {
    if (this.#peek() !== '"') throw this.#refuse('expected a key in double quotes');
    const start = this.#at;
    this.#skipString();
    const key = this.#string(start);
    if (this.#peek() !== ':') throw this.#refuse('expected ":" behind the key');
    this.#at++;
    return key;
  }

  #value(): Value {
    const first = this.#peek();
    if (first === '{' || first === '[') return this.#container(first);
    const start = this.#at;
    const scalar = this.#scalar(first);
    this.#spans.set(scalar, { start, end: this.#at, members: [] });
    return scalar;
  }

  #container(opening: '{' | '['): Mapping | Sequence {
    if (this.#open.length >= deepest)
      throw this.#refuse('it nests deeper than 10000 levels', 'document.too-deep');
    const place = this.#lines.at(this.#at);
    const members: Mutable<JsonMember>[] = [];
    const span = { start: this.#at, end: 0, members };
    const frame = opening === '{' ? objectFrame(place, span) : arrayFrame(place, span);
    this.#spans.set(frame.node, span);
    this.#open.push(frame);
    this.#at++;
    return frame.node;
  }

  #scalar(first: string): Scalar {
    const start = this.#at;
    const place = this.#lines.at(start);
    if (first === '"') {
      this.#skipString();
      return { kind: 'string', value: this.#string(start), ...place };
    }
    if (first === '-' || (first >= '0' && first <= '9')) return { ...this.#number(), ...place };
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, start)) continue;
      this.#at += word.length;
      return { ...value, ...place };
    }
    throw this.#refuse(first === '' ? 'it ends too early' : 'expected a value');
  }

  #number(): Scalar {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#refuse('expected a number');
    const number = numberOf(found);
    if (number === null) throw this.#refuse('a number is out of the range of 64-bit floats');
    this.#at += found.length;
    return number;
  }

  #skipString(): void {
    const text = this.#text;
    for (let i = this.#at + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x22) {
        this.#at = i + 1;
        return;
      }
      if (code === 0x5c) i++;
      else if (code < 0x20) {
        this.#at = i;
        throw this.#refuse('a string holds a control character that is not escaped');
      }
    }
    this.#at = text.length;
    throw this.#refuse('a string is not closed');
  }

  #string(start: number): string {
    const decoded = decodeJsonString(this.#text.slice(start + 1, this.#at - 1));
    if (typeof decoded === 'string') return decoded;
    this.#at = start + 1 + decoded.badEscape;
    throw this.#refuse('a string holds an escape that JSON does not have');
  }

  /** Skips white space and returns the next character; empty at the end of the text. */
  #peek(): string {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
      this.#at++;
    }
    return text.charAt(this.#at);
  }

  #topLevelProblem(): string {
    if (this.#text.startsWith('\u00ef\u00bb\u00bf'))
      return 'it starts with a byte order mark, which JSON does not allow';
    return this.#at >= this.#text.length ? 'it is empty' : 'its top level is not an object';
  }

  #refuse(problem: string, code: 'document.syntax' | 'document.too-deep' = 'document.syntax'): SopskitError {
    const early = this.#at >= this.#text.length && this.#open.length > 0 ? ' (it ends too early)' : '';
    return new SopskitError(code, `The JSON cannot be read: ${problem}${early}`, {
      place: this.#lines.at(this.#at),
    });
  }
}

const words: readonly (readonly [string, Scalar])[] = [
  ['true', { kind: 'bool', value: true }],
  ['false', { kind: 'bool', value: false }],
  ['null', { kind: 'null' }],
];

type Place = { readonly line: number; readonly column: number };
type OpenSpan = Mutable<JsonSpan> & { members: Mutable<JsonMember>[] };

function objectFrame(place: Place, span: OpenSpan): Frame {
  const entries: Entry[] = [];
  const add = ({ key, value }: { key: string; value: Value }) => entries.push({ kind: 'entry', key, value });
  return { close: '}', node: { kind: 'mapping', entries, ...place }, add, span, members: span.members };
}

function arrayFrame(place: Place, span: OpenSpan): Frame {
  const items: Value[] = [];
  const add = ({ value }: { value: Value }) => items.push(value);
  return { close: ']', node: { kind: 'sequence', items, ...place }, add, span, members: span.members };
}
