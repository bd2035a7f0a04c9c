/** The comments that come with an event of go-yaml's emitter: above, behind, below, and below what came before. */
export interface EventComments {
  readonly head?: string;
  readonly line?: string;
  readonly foot?: string;
  readonly tail?: string;
}

const lineBreak = /[\r\n\x85\u2028\u2029]/;
/** A comment of more than one line, be the others empty. */
const longComment = /(?:\r\n|[\r\n\x85\u2028\u2029])./s;
const linesAndBreaks = /[^\r\n\x85\u2028\u2029]+|[\r\n\x85\u2028\u2029]/g;

/**
 * What go-yaml v3.0.4's emitter knows while it writes: the position, and the comments that wait for their place.
 * Follows emitterc.go, where a comment that finds no place stays for a later node; sops' output depends on that.
 */
export class EmitPrinter {
  /** Spaces per level: go-yaml takes 2 where it is told less than 2 or more than 9. */
  readonly step: number;
  /** Indentation of the collection that is being written; -1 between documents. */
  indent = -1;
  #text = '';
  /** A text to compare with instead of gathering one, how much of it has been printed, and whether that fits. */
  readonly #expected: string | null;
  #fits = true;
  #printed = 0;
  #column = 0;
  /** Whether the last character was white space that may stand before a token. */
  #whitespace = true;
  /** Whether the line has nothing but indentation and `-`, `?`, `:` so far. */
  #indention = true;
  /** The indentation of a foot comment just written: a blank line follows it there. */
  #footIndent = -1;
  /** Whether a `|+` literal has just been written, to which a blank line would belong. */
  #keepsBreaks = false;
  #head = '';
  #line = '';
  #foot = '';
  #tail = '';
  #keyLine = '';

  constructor(step: number, expected: string | null = null) {
    this.step = step < 2 || step > 9 ? 2 : step;
    this.#expected = expected;
  }

  get text(): string {
    return this.#text;
  }

  /** Whether what was printed so far begins the expected text; true where none is expected. */
  get fits(): boolean {
    return this.#fits;
  }

  /** Whether what was printed is the expected text. */
  get fitsWhole(): boolean {
    return this.#fits && this.#printed === this.#expected?.length;
  }

  /** Whether the comment that waits would put something into the body of a literal below it. */
  commentSpoils(body: string): boolean {
    return longComment.test(this.#line) || (this.#line.endsWith('\r') && body.startsWith('\n'));
  }

  /** Takes over the comments of an event; those it does not have stay as they are. */
  take(comments: EventComments): void {
    this.#head = comments.head || this.#head;
    this.#line = comments.line || this.#line;
    this.#foot = comments.foot || this.#foot;
    this.#tail = comments.tail || this.#tail;
  }

  startDocument(first: boolean): void {
    if (!first) {
      this.writeIndent();
      this.indicator('---', true, false, false);
      this.writeIndent();
    }
    if (this.#head === '') return;
    this.headComment();
    this.#break();
  }

  endDocument(): void {
    this.#footIndent = this.#keepsBreaks ? -1 : 0;
    this.footComment();
    this.#footIndent = -1;
    this.writeIndent();
  }

  /** Starts a line at the current indentation, unless the place is already at one. */
  writeIndent(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace))
      this.#break();
    if (this.#footIndent === indent) this.#break();
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column));
    this.#whitespace = true;
    this.#footIndent = -1;
  }

  indicator(text: string, needsSpace: boolean, isSpace: boolean, isIndention: boolean): void {
    if (needsSpace && !this.#whitespace) this.#put(' ');
    this.#put(text);
    this.#whitespace = isSpace;
    this.#indention = this.#indention && isIndention;
  }

  /** Writes the text of a scalar, or its tag, that ends on the line on which it ends. */
  token(text: string): void {
    if (!this.#whitespace && text !== '') this.#put(' ');
    this.#put(text);
    this.#whitespace = false;
    this.#indention = false;
  }

  /** Writes a literal: its header, the comment that waits, its body with all line breaks. */
  literal(header: string, body: string): void {
    this.indicator(header, true, false, false);
    if (this.#line === '') this.#break();
    else this.lineComment();
    this.#append(body);
    this.#keepsBreaks = header.endsWith('+');
    const open = !lineBreak.test(body.slice(-1));
    this.#whitespace = true;
    this.#column = open ? body.length : 0;
    this.#indention = !open;
  }

  headComment(): void {
    if (this.#tail !== '') {
      this.writeIndent();
      this.#comment(this.#tail);
      this.#tail = '';
      this.#footIndent = Math.max(this.indent, 0);
    }
    if (this.#head === '') return;
    this.writeIndent();
    this.#comment(this.#head);
    this.#head = '';
  }

  lineComment(): void {
    if (this.#line === '') return;
    if (!this.#whitespace) this.#put(' ');
    this.#comment(this.#line);
    this.#line = '';
  }

  footComment(): void {
    if (this.#foot === '') return;
    this.writeIndent();
    this.#comment(this.#foot);
    this.#foot = '';
    this.#footIndent = Math.max(this.indent, 0);
  }

  /** At a key: a line comment that is still waiting becomes the key's. */
  keepForKey(): void {
    if (this.#line === '') return;
    this.#keyLine = this.#line;
    this.#line = '';
  }

  /** Behind the key's colon: prints the key's comment if the value is on lines of its own, or leaves it for behind it. */
  keyComment(onSameLine: boolean): void {
    if (this.#keyLine === '') return;
    if (!onSameLine) {
      const line = this.#line;
      this.#line = this.#keyLine;
      this.lineComment();
      this.#keyLine = '';
      this.#line = line;
    } else if (this.#line === '') {
      this.#line = this.#keyLine;
      this.#keyLine = '';
    }
  }

  #comment(text: string): void {
    let broken = false;
    let marked = false;
    for (const part of text.match(linesAndBreaks) ?? []) {
      if (lineBreak.test(part)) {
        broken = true;
        this.#append(part);
        this.#column = 0;
        this.#indention = true;
        marked = false;
        continue;
      }
      if (broken) this.writeIndent();
      broken = false;
      if (!marked && !part.startsWith('#')) this.#put('# ');
      marked = true;
      this.#put(part);
      this.#indention = false;
    }
    if (!broken) this.#break();
    this.#whitespace = true;
  }

  #put(text: string): void {
    this.#keepsBreaks = false;
    this.#append(text);
    this.#column += text.length;
  }

  #break(): void {
    this.#append('\n');
    this.#column = 0;
    this.#indention = true;
  }

  #append(text: string): void {
    if (this.#expected === null) {
      this.#text += text;
      return;
    }
    this.#fits &&= this.#expected.startsWith(text, this.#printed);
    this.#printed += text.length;
  }
}
