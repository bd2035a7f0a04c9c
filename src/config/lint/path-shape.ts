/**
 * Compares path expressions of simple shapes: literals, `.`, `.*`, classes, `?` behind a literal, groups of alternatives
 * with anchors at the ends. Enough for nearly all that stand in a `.sops.yaml`; everything else is undecided.
 */

/** Stands for "any text" in a sample; no expression's literal, and nothing but `.*` matches it. */
const wildcard = '\u{f8ff}';
const maxSamples = 64;
/** JavaScript backtracks: a text of n characters may cost n to the power of the repetitions. More is undecided. */
const maxSteps = 1e7;

/** What can be told of an expression; `null` where nothing can. */
export interface PathShape {
  readonly source: string;
  /** All texts that it matches, with the wildcard where it leaves the text open. */
  readonly samples: readonly string[] | null;
  /** What it certainly matches. */
  readonly pattern: RegExp | null;
  /** Unbounded repetitions in `pattern`. */
  readonly loops: number;
}

/** Reads an expression. */
export function pathShape(source: string): PathShape {
  const pattern = guarded(source);
  const loops = pattern?.source.match(/[*+](?!\])/g)?.length ?? 0;
  return { source, samples: samplesOf(source), pattern, loops };
}

/** Whether every path that `later` matches is certainly matched by `earlier`, too. `false` is "not known". */
export function includes(earlier: PathShape, later: PathShape): boolean {
  if (earlier.source === later.source) return true;
  const { pattern, loops } = earlier;
  if (later.samples === null || pattern === null) return false;
  return later.samples.every((sample) => sample.length ** (loops + 1) <= maxSteps && pattern.test(sample));
}

type Part = { readonly texts: readonly string[] } | { readonly pattern: string };

function samplesOf(source: string): string[] | null {
  const start = source.startsWith('^') ? '' : wildcard;
  const end = /(?<!\\)\$$/.test(source) ? '' : wildcard;
  const samples = expand(new Reader(bodyOf(source)));
  return samples === null ? null : samples.map((text) => start + text + end);
}

function bodyOf(source: string): string {
  return source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
}

class Reader {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get ended(): boolean {
    return this.#position >= this.#source.length;
  }

  /** Takes what a sticky expression matches here. */
  take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.#position;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#position = sticky.lastIndex;
    return match;
  }
}

function expand(reader: Reader): string[] | null {
  let texts = [''];
  while (!reader.ended) {
    const part = nextPart(reader);
    if (part === null) return null;
    const added = 'texts' in part ? part.texts : [wildcard];
    texts = texts.flatMap((text) => added.map((more) => text + more));
    if (texts.length > maxSamples) return null;
  }
  return texts;
}

/** The expression for JavaScript, in which nothing but `.*` matches the wildcard: it may stand for no text at all. */
function guarded(source: string): RegExp | null {
  const reader = new Reader(bodyOf(source));
  let pattern = '';
  while (!reader.ended) {
    const part = nextPart(reader);
    if (part === null) return null;
    pattern += 'texts' in part ? `(?:${part.texts.map(quoted).join('|')})` : part.pattern;
  }
  const start = source.startsWith('^') ? '^' : '';
  const end = /(?<!\\)\$$/.test(source) ? '$' : '';
  return new RegExp(start + pattern + end, 's');
}

function nextPart(reader: Reader): Part | null {
  if (reader.take(/\.\*/)) return { pattern: '.*' };
  if (reader.take(/\.\+/)) return { pattern: `.*[^${wildcard}].*` };
  if (reader.take(/\.(?![?{])/)) return { pattern: `[^${wildcard}]` };
  const set = reader.take(/\[(\^?)((?:\\[^A-Za-z0-9]|[^\]\\[\u0080-\uffff])+)\]([*+]?)(?![?{])/);
  if (set !== null) return { pattern: `[${set[1]}${set[2]}${set[1] === '^' ? wildcard : ''}]${set[3]}` };
  const group = reader.take(/\((?:\?:)?([^()[\]{}*+^$.]*(?:\\.[^()[\]{}*+^$.]*)*)\)(\??)(?![*+{])/);
  if (group !== null) return alternatives(group[1] ?? '', group[2] === '?');
  const literal = reader.take(/(?:\\([^A-Za-z0-9])|([^\\^$.|?*+()[\]{}]))(\??)(?![*+{])/);
  if (literal === null) return null;
  const text = literal[1] ?? literal[2] ?? '';
  return { texts: literal[3] === '?' ? [text, ''] : [text] };
}

/** Of plain texts only. */
function alternatives(body: string, optional: boolean): Part | null {
  const texts: string[] = [];
  for (const source of body.split(/(?<!\\)\|/)) {
    const expanded = expand(new Reader(source));
    if (expanded === null || expanded.some((text) => text.includes(wildcard))) return null;
    texts.push(...expanded);
  }
  return { texts: optional ? [...texts, ''] : texts };
}

function quoted(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&');
}
