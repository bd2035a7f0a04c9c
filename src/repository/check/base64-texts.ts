/** As long as the lines of a run are at least; its last one may be shorter. */
const shortestLine = 40;

/** A text that stands in another one in base64. */
export interface Base64Text {
  /** Where its run begins. */
  readonly offset: number;
  /** One character a byte. */
  readonly decoded: string;
}

/**
 * Decodes the runs of base64 in which one of the marks stands, or a binary PGP secret key. A mark may begin at any byte
 * of what was encoded, and the run anywhere: where the groups of four begin shows from how the mark is written.
 */
export function base64TextsWith(text: string, marks: readonly string[]): Base64Text[] {
  const found: Base64Text[] = [];
  const needles = marks.flatMap((mark) => [0, 1, 2].map((shift) => needleOf(mark, shift)));
  for (const { offset, compact } of runsIn(text)) {
    const start = /^(?:l[A-Za-z0-9+/]|xV)/.test(compact) ? 0 : startOf(compact, needles);
    if (start === null) continue;
    found.push({ offset, decoded: Buffer.from(compact.slice(start), 'base64').toString('latin1') });
  }
  return found;
}

/** Finds runs of base64, also wrapped ones, without the breaks. By hand: an expression would run out of stack. */
function* runsIn(text: string): Generator<{ offset: number; compact: string }> {
  let start = 0;
  while (start + shortestLine <= text.length) {
    const gap = lastGap(text, start);
    if (gap >= 0) {
      start = gap + 1;
      continue;
    }
    const lines: string[] = [];
    let [at, end] = [start, endOfLine(text, start)];
    lines.push(text.slice(at, end));
    while (end - at >= shortestLine) {
      at = behindBreak(text, end);
      if (at === end) break;
      end = endOfLine(text, at);
      lines.push(text.slice(at, end));
    }
    yield { offset: start, compact: lines.join('') };
    start = end + 1;
  }
}

/** Where the last character is that is no base64, of so many as a line has at least; -1 where all are. */
function lastGap(text: string, start: number): number {
  for (let at = start + shortestLine - 1; at >= start; at--) if (!isBase64(text.charCodeAt(at))) return at;
  return -1;
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && isBase64(text.charCodeAt(at))) at++;
  return at;
}

/** Behind line breaks, real or written ones, and what the next line is indented by. */
function behindBreak(text: string, start: number): number {
  let at = start;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    const written = /^\\{1,4}[rn]/.exec(text.slice(at, at + 5));
    if (written === null) return at;
    at += written[0].length;
  }
}

function isBase64(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a;
  if (code >= 0x41) return code <= 0x5a;
  return (code >= 0x2f && code <= 0x39) || code === 0x2b;
}

interface Needle {
  /** The characters of a mark's base64 that do not depend on what stands around it. */
  readonly characters: string;
  /** How many characters stand before them in the first group. */
  readonly skipped: number;
}

function needleOf(mark: string, shift: number): Needle {
  const encoded = Buffer.from('\0'.repeat(shift) + mark, 'latin1').toString('base64');
  const skipped = Math.ceil((shift * 8) / 6);
  const whole = Math.floor(((shift + mark.length) * 8) / 6);
  return { characters: encoded.slice(skipped, whole), skipped };
}

function startOf(compact: string, needles: readonly Needle[]): number | null {
  for (const { characters, skipped } of needles) {
    const at = compact.indexOf(characters);
    if (at >= skipped) return (at - skipped) % 4;
  }
  return null;
}
