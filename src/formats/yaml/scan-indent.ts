import { SopskitError } from '../../errors/sopskit-error.ts';
import { isHighSurrogate } from './scan-character.ts';
import type { ScanState } from './scan-state.ts';
import type { Mark, SimpleKey, TokenKind } from './scan-token.ts';

/** Levels of nesting that are read. go-yaml stops at 10,000; every walk of a tree must have room on the stack. */
export const maxDepth = 1000;
/** A simple key ends at most this many characters behind its start, and on the same line. */
const maxKeyLength = 1024;

/** Returns the error for a document that is nested too deep (line and column from 1). */
export function tooDeep(place: { readonly line: number; readonly column: number }): SopskitError {
  return new SopskitError('document.too-deep', `YAML: more than ${maxDepth} levels of nesting`, {
    place: { line: place.line, column: place.column },
    hint: 'Split the document, or encrypt it as a binary file: --input-type binary.',
  });
}

/** Whether the key may still be followed by its `:`. Throws if it had to be a key and cannot be one any more. */
export function isValidKey(scan: ScanState, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.line >= scan.line && lengthFrom(scan, key) <= maxKeyLength) return true;
  if (key.required) scan.fail('missing-colon', key);
  key.possible = false;
  return false;
}

/** Characters between a mark and here; an exact count only where it matters. */
function lengthFrom(scan: ScanState, mark: Mark): number {
  let length = scan.pos - mark.index;
  if (length <= maxKeyLength || length > 2 * maxKeyLength) return length;
  for (let at = mark.index; at < scan.pos; at += 1) {
    if (isHighSurrogate(scan.text.charCodeAt(at))) length -= 1;
  }
  return length;
}

/** Remembers that a simple key may begin here (yaml_parser_save_simple_key). */
export function saveKey(scan: ScanState): void {
  if (!scan.simpleKeyAllowed) return;
  const required = scan.flowLevel === 0 && scan.indent === scan.column;
  const token = nextTokenNumber(scan);
  removeKey(scan);
  const level = scan.simpleKeys.length - 1;
  scan.moveKey(scan.topKey(), token, required);
  scan.simpleKeyOf.set(token, level);
}

/** Forgets the simple key of the current level; one that had to be a key is an error. */
export function removeKey(scan: ScanState): void {
  const key = scan.topKey();
  if (!key.possible) return;
  if (key.required) scan.fail('missing-colon', key);
  key.possible = false;
  scan.simpleKeyOf.delete(key.token);
}

export function increaseFlow(scan: ScanState): void {
  scan.simpleKeys.push(scan.simpleKey(nextTokenNumber(scan), false));
  scan.flowLevel += 1;
  if (scan.flowLevel > maxDepth) throw tooDeep(placeOf(scan.mark()));
}

export function decreaseFlow(scan: ScanState): void {
  if (scan.flowLevel === 0) return;
  scan.flowLevel -= 1;
  const key = scan.simpleKeys.pop();
  // The key's number can be that of the collection itself, whose own entry then goes too: as in go-yaml.
  if (key !== undefined) scan.simpleKeyOf.delete(key.token);
}

/** Opens a block collection if the column is deeper than the current indentation (yaml_parser_roll_indent). */
export function rollIndent(scan: ScanState, mark: Mark, tokenNumber: number, kind: TokenKind): void {
  if (scan.flowLevel > 0 || scan.indent >= mark.column) return;
  scan.indents.push(scan.indent);
  scan.indent = mark.column;
  if (scan.indents.length > maxDepth) throw tooDeep(placeOf(mark));
  const at = tokenNumber < 0 ? tokenNumber : tokenNumber - scan.tokensParsed;
  scan.insert(at, scan.token(kind, mark, mark.index));
}

/**
 * Closes the block collections that are deeper than the column (yaml_parser_unroll_indent). An end is put before the
 * comments that stand at the column of the block that ends, so that they can become feet in its parent.
 */
export function unrollIndent(scan: ScanState, column: number, from: number): void {
  if (scan.flowLevel > 0) return;
  let place: Mark = { index: scan.before(from), line: scan.line, column: scan.column };
  while (scan.indent > column) {
    place = endOfBlock(scan, place);
    scan.insert(-1, scan.token('block-end', place, place.index));
    scan.indent = scan.indents.pop() ?? -1;
  }
}

function endOfBlock(scan: ScanState, place: Mark): Mark {
  let end = place;
  let stop = place.index;
  for (let at = scan.comments.length - 1; at >= 0; at -= 1) {
    const comment = scan.comments[at];
    if (comment === undefined || comment.end < stop) break;
    if (comment.startColumn === scan.indent + 1) {
      end = { index: comment.start, line: comment.startLine, column: comment.startColumn };
    }
    stop = comment.scan;
  }
  return end;
}

function placeOf(mark: Mark): { line: number; column: number } {
  return { line: mark.line + 1, column: mark.column + 1 };
}

function nextTokenNumber(scan: ScanState): number {
  return scan.tokensParsed + (scan.tokens.length - scan.tokensHead);
}
