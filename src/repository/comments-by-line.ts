import type { CommentLine } from '../formats/yaml/node.ts';
import type { YamlSource } from '../formats/yaml/read.ts';

/** The comments of a YAML text, found by where they stand and not by what YAML attaches them to. */
export class CommentsByLine {
  readonly #text: string;
  readonly #byLine: ReadonlyMap<number, CommentLine>;

  constructor({ text, origins, strays }: YamlSource) {
    const attached = [...origins.values()].flatMap((origin) =>
      origin.kind === 'comment' ? [origin.comment] : [],
    );
    this.#text = text;
    this.#byLine = new Map(
      [...attached, ...strays]
        .filter((comment) => comment.text !== '')
        .map((comment) => [this.#lineStart(comment.start), comment]),
    );
  }

  /** The comment on the line of `offset`, where it stands behind it with nothing between but signs of YAML. */
  behind(offset: number): string | null {
    const comment = this.#byLine.get(this.#lineStart(offset));
    if (comment === undefined || comment.start < offset) return null;
    return /^[\s,|>+\-0-9\]]*$/.test(this.#text.slice(offset, comment.start)) ? comment.text : null;
  }

  /** The comment line right above the line that begins at `lineStart`, where the line above that is no comment too. */
  aloneAbove(lineStart: number): string | null {
    const first = this.#lineAbove(lineStart);
    const second = first === null ? null : this.#lineAbove(first);
    if (first === null || (second !== null && this.#whole(second) !== null)) return null;
    return this.#whole(first)?.text ?? null;
  }

  /** The comment that a line consists of. */
  #whole(lineStart: number): CommentLine | null {
    const comment = this.#byLine.get(lineStart);
    if (comment === undefined) return null;
    return this.#text.slice(lineStart, comment.start).trim() === '' ? comment : null;
  }

  #lineAbove(lineStart: number): number | null {
    return lineStart === 0 ? null : this.#lineStart(lineStart - 1);
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }
}
