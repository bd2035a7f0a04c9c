import type { Mapping, Scalar, Sequence, Value } from '../../tree/value.ts';
import type { Commented, CommentedMember } from './emit-comments.ts';
import { placeComments } from './emit-comments.ts';
import type { EmitPrinter } from './emit-printer.ts';
import { emitScalar, isSimpleKey } from './emit-scalars.ts';
import { isMergeable } from './flow-spelling.ts';
import type { ScalarText } from './scalar-text.ts';
import { scalarText, stringText } from './scalar-text.ts';

/** A collection that is being written. */
interface Frame {
  readonly kind: 'mapping' | 'sequence';
  readonly members: readonly CommentedMember[];
  /** Whether it is an item of a sequence: its indentation then is two more, for the `- `. */
  readonly inSequence: boolean;
  /** Comments printed behind and below the collection, when it has ended. */
  readonly line: string;
  readonly foot: string;
  /** Indentation around it. */
  readonly outer: number;
  next: number;
  opened: boolean;
  /** The foot comment of the previous key, printed before the next one. */
  tail: string;
}

const DASH = 2;

/**
 * Writes trees as block collections, in the order of go-yaml's emitter states (emitterc.go). Its stack is a list, so
 * that deep trees need no call stack.
 */
export class BlockWriter {
  readonly #printer: EmitPrinter;
  readonly #stack: Frame[] = [];
  #first = true;

  constructor(printer: EmitPrinter) {
    this.#printer = printer;
  }

  /** Writes one document with `root` in it; stops where the printer's expected text is another. */
  write(root: Value): void {
    const printer = this.#printer;
    printer.startDocument(this.#first);
    this.#first = false;
    if (isCollection(root)) {
      const commented = placeComments(root);
      printer.take({ head: commented.head });
      printer.headComment();
      this.#open(root, commented, '', '');
    } else {
      printer.headComment();
      this.#scalar(scalarText(root));
    }
    this.#commentsBehind();
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      if (!printer.fits) return;
      this.#step(frame);
    }
    printer.endDocument();
  }

  #step(frame: Frame): void {
    if (frame.members.length === 0) {
      this.#empty(frame);
      return;
    }
    if (!frame.opened) {
      this.#printer.indent = this.#deeper(frame.inSequence, false);
      frame.opened = true;
    }
    const member = frame.members[frame.next++];
    if (member === undefined) this.#close(frame);
    else if (member.key === null) this.#item(member);
    else this.#entry(frame, member, member.key);
  }

  #open(value: Mapping | Sequence, commented: Commented, line: string, foot: string): void {
    this.#stack.push({
      kind: value.kind,
      members: commented.members,
      inSequence: this.#stack.at(-1)?.kind === 'sequence',
      line,
      foot,
      outer: this.#printer.indent,
      next: 0,
      opened: false,
      tail: '',
    });
  }

  #close(frame: Frame): void {
    this.#printer.take({ line: frame.line, foot: frame.foot, tail: frame.tail });
    if (frame.kind === 'mapping') this.#printer.headComment();
    this.#printer.indent = frame.outer;
    this.#stack.pop();
  }

  /** An empty collection is in flow style; a comment that is its head stands inside the braces. */
  #empty(frame: Frame): void {
    const printer = this.#printer;
    printer.take({ line: frame.line, foot: frame.foot });
    printer.indicator(frame.kind === 'mapping' ? '{' : '[', true, true, false);
    printer.indent = this.#deeper(frame.inSequence, true);
    if (frame.kind === 'mapping') printer.headComment();
    printer.indent = frame.outer;
    printer.indicator(frame.kind === 'mapping' ? '}' : ']', false, false, false);
    this.#stack.pop();
    this.#commentsBehind();
  }

  #item(member: CommentedMember): void {
    const printer = this.#printer;
    const { value, line, foot } = member;
    const collection = isCollection(value) ? { value, commented: placeComments(value) } : null;
    if (collection === null) printer.take({ head: member.head, line, foot });
    else printer.take({ head: lines(member.head, collection.commented.head) });
    printer.headComment();
    printer.writeIndent();
    printer.indicator('-', true, false, true);
    if (collection !== null) this.#open(collection.value, collection.commented, line, foot);
    else this.#scalar(scalarText(value as Scalar));
    this.#commentsBehind();
  }

  #entry(frame: Frame, member: CommentedMember, key: string): void {
    const printer = this.#printer;
    printer.take({ head: member.head, tail: frame.tail });
    frame.tail = member.foot;
    printer.headComment();
    printer.writeIndent();
    printer.keepForKey();
    const simple = this.#key(keyText(key, member.value));
    this.#value(member, simple);
    this.#commentsBehind();
  }

  /** Writes a key, and returns whether it is a simple one, without `? `. */
  #key(text: ScalarText): boolean {
    const simple = isSimpleKey(text);
    if (!simple) this.#printer.indicator('?', true, false, true);
    this.#scalar(text);
    return simple;
  }

  #value(member: CommentedMember, simple: boolean): void {
    const printer = this.#printer;
    const { value, line } = member;
    const collection = isCollection(value) ? { value, commented: placeComments(value) } : null;
    printer.take(collection === null ? { line } : { head: collection.commented.head });
    if (simple) {
      printer.indicator(':', false, false, false);
    } else {
      printer.writeIndent();
      printer.indicator(':', true, false, true);
    }
    printer.keyComment(collection === null || collection.commented.members.length === 0);
    if (collection !== null) this.#open(collection.value, collection.commented, line, '');
    else this.#scalar(scalarText(value as Scalar));
  }

  #scalar(text: ScalarText): void {
    emitScalar(this.#printer, text, this.#place());
  }

  /** An empty collection must stay on the line of its key or dash: comments left over from before it wait. */
  #commentsBehind(): void {
    if (this.#stack.length > 1 && this.#stack.at(-1)?.members.length === 0) return;
    this.#printer.lineComment();
    this.#printer.footComment();
  }

  /** Where the body of a literal in the current collection stands. */
  #place(): { column: number; step: number } {
    const column = this.#printer.indent;
    const body = this.#deeper(this.#stack.at(-1)?.kind === 'sequence', true);
    return { column, step: body - Math.max(column, 0) };
  }

  /** Follows `yaml_emitter_increase_indent`: two more in a sequence, else the next multiple of the step. */
  #deeper(inSequence: boolean, flow: boolean): number {
    const { indent, step } = this.#printer;
    if (indent < 0) return flow ? step : 0;
    return inSequence ? indent + DASH : step * Math.floor((indent + step) / step);
  }
}

function isCollection(value: Value): value is Mapping | Sequence {
  return value.kind === 'mapping' || value.kind === 'sequence';
}

/** A `<<` over something that cannot be merged is quoted: with its merge tag, go-yaml refuses the file. */
function keyText(key: string, value: Value): ScalarText {
  const text = stringText(key);
  return text.tag === '!!merge' && !isMergeable(value) ? { ...text, tag: '' } : text;
}

function lines(first: string, second: string): string {
  return first === '' || second === '' ? first + second : `${first}\n${second}`;
}
