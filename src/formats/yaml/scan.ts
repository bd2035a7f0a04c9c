import { scanBlock } from './scan-block.ts';
import { isBlankOrEnd, isBreak } from './scan-character.ts';
import { scanComments, scanTrailingComment } from './scan-comment.ts';
import { scanDirective } from './scan-directive.ts';
import {
  decreaseFlow,
  increaseFlow,
  isValidKey,
  removeKey,
  rollIndent,
  saveKey,
  unrollIndent,
} from './scan-indent.ts';
import { isMarker } from './scan-indicator.ts';
import { scanPlain } from './scan-plain.ts';
import { scanQuoted } from './scan-quoted.ts';
import type { ScanState } from './scan-state.ts';
import { scanAnchor, scanTag } from './scan-tag.ts';
import type { Mark, Token, TokenKind } from './scan-token.ts';

/**
 * Scans until the token at the queue's head is settled and two more stand behind it: comments need that look-ahead.
 * Follows yaml_parser_fetch_more_tokens of go-yaml v3.0.4, as all of scan-*.ts follows its scannerc.go.
 */
export function fetchTokens(scan: ScanState): Token {
  for (;;) {
    const token = scan.tokens[scan.tokensHead];
    if (token !== undefined && scan.tokensHead < scan.tokens.length - 2) {
      const level = scan.simpleKeyOf.get(scan.tokensParsed);
      const key = level === undefined ? undefined : scan.simpleKeys[level];
      if (key === undefined || !isValidKey(scan, key)) return token;
    }
    fetchToken(scan);
  }
}

function fetchToken(scan: ScanState): void {
  if (scan.simpleKeys.length === 0) {
    scan.simpleKeys.push(scan.simpleKey(0, false));
    scan.insert(-1, scan.token('stream-start', scan.mark(), scan.pos));
    return;
  }
  const from = scan.mark();
  skipToToken(scan, from);
  unrollIndent(scan, scan.column, from.index);
  if (scan.pos >= scan.length) return fetchStreamEnd(scan);
  if (scan.column === 0) {
    if (scan.code() === 0x25) return fetchDirective(scan);
    if (isMarker(scan, 0x2d)) return fetchDocumentIndicator(scan, 'document-start');
    if (isMarker(scan, 0x2e)) return fetchDocumentIndicator(scan, 'document-end');
  }
  const code = scan.code();
  const behind = scan.flowLevel === 0 ? code === 0x3a : code === 0x2c;
  const owner = behind ? (scan.lastToken()?.start ?? scan.pos) : scan.pos;
  fetchContent(scan, code);
  // A sequence indicator alone has no trailing comment: it becomes the head of whatever follows.
  if (scan.lastToken()?.kind !== 'block-entry') scanTrailingComment(scan, owner);
}

/** Dispatches on the character that begins a token. */
function fetchContent(scan: ScanState, code: number): void {
  const inFlow = scan.flowLevel > 0;
  const spaced = isBlankOrEnd(scan.code(1));
  switch (code) {
    case 0x5b:
      return fetchFlowStart(scan, 'flow-sequence-start');
    case 0x7b:
      return fetchFlowStart(scan, 'flow-mapping-start');
    case 0x5d:
      return fetchFlowEnd(scan, 'flow-sequence-end');
    case 0x7d:
      return fetchFlowEnd(scan, 'flow-mapping-end');
    case 0x2c:
      return fetchFlowEntry(scan);
    case 0x2d:
      return spaced ? fetchBlockEntry(scan) : fetchPlain(scan);
    case 0x3f:
      return inFlow || spaced ? fetchKey(scan) : fetchPlain(scan);
    case 0x3a:
      return inFlow || spaced ? fetchValue(scan) : fetchPlain(scan);
    case 0x2a:
      return fetchProperty(scan, () => scanAnchor(scan, 'alias'));
    case 0x26:
      return fetchProperty(scan, () => scanAnchor(scan, 'anchor'));
    case 0x21:
      return fetchProperty(scan, () => scanTag(scan));
    case 0x27:
      return fetchProperty(scan, () => scanQuoted(scan, 'single'));
    case 0x22:
      return fetchProperty(scan, () => scanQuoted(scan, 'double'));
    case 0x7c:
    case 0x3e:
      return inFlow
        ? scan.fail('cannot-start')
        : fetchBlockScalar(scan, code === 0x7c ? 'literal' : 'folded');
    case 0x23:
    case 0x25:
    case 0x40:
    case 0x60:
      return scan.fail('cannot-start');
    default:
      return isBlankOrEnd(code) ? scan.fail('cannot-start') : fetchPlain(scan);
  }
}

/** Steps over blanks, breaks and comments (yaml_parser_scan_to_next_token). */
function skipToToken(scan: ScanState, from: Mark): void {
  for (;;) {
    while (scan.code() === 0x20 || (scan.code() === 0x09 && (scan.flowLevel > 0 || !scan.simpleKeyAllowed)))
      scan.pos += 1;
    liftEntryComment(scan);
    if (scan.code() === 0x23) scanComments(scan, from);
    if (!isBreak(scan.code())) return;
    scan.skipBreak();
    if (scan.flowLevel === 0) scan.simpleKeyAllowed = true;
  }
}

/**
 * A trailing comment under the first entry of a sequence looks like a head of what follows:
 *
 *     - # The comment
 *       - Some data
 */
function liftEntryComment(scan: ScanState): void {
  const comment = scan.comments[scan.comments.length - 1];
  if (comment === undefined || comment.trailing.length === 0) return;
  if (scan.lastToken(2)?.kind !== 'block-sequence-start' || scan.lastToken()?.kind !== 'block-entry') return;
  if (isBreak(scan.code())) return;
  comment.head = comment.trailing;
  comment.trailing = [];
  // In the line before: it heads the token that follows. Otherwise it stays where it is and heads the one before.
  if (comment.startLine === scan.line - 1) comment.token = scan.pos;
}

function fetchStreamEnd(scan: ScanState): void {
  scan.endLine();
  unrollIndent(scan, -1, scan.pos);
  removeKey(scan);
  scan.simpleKeyAllowed = false;
  scan.insert(-1, scan.token('stream-end', scan.mark(), scan.pos));
}

function fetchDirective(scan: ScanState): void {
  unrollIndent(scan, -1, scan.pos);
  removeKey(scan);
  scan.simpleKeyAllowed = false;
  scanDirective(scan);
}

function fetchDocumentIndicator(scan: ScanState, kind: TokenKind): void {
  unrollIndent(scan, -1, scan.pos);
  removeKey(scan);
  scan.simpleKeyAllowed = false;
  fetchIndicator(scan, kind, 3);
}

function fetchFlowStart(scan: ScanState, kind: TokenKind): void {
  saveKey(scan);
  increaseFlow(scan);
  scan.simpleKeyAllowed = true;
  fetchIndicator(scan, kind);
}

function fetchFlowEnd(scan: ScanState, kind: TokenKind): void {
  removeKey(scan);
  decreaseFlow(scan);
  scan.simpleKeyAllowed = false;
  fetchIndicator(scan, kind);
}

function fetchFlowEntry(scan: ScanState): void {
  removeKey(scan);
  scan.simpleKeyAllowed = true;
  fetchIndicator(scan, 'flow-entry');
}

function fetchBlockEntry(scan: ScanState): void {
  if (scan.flowLevel === 0) {
    if (!scan.simpleKeyAllowed) scan.fail('entry-context');
    rollIndent(scan, scan.mark(), -1, 'block-sequence-start');
  }
  removeKey(scan);
  scan.simpleKeyAllowed = true;
  fetchIndicator(scan, 'block-entry');
}

function fetchKey(scan: ScanState): void {
  if (scan.flowLevel === 0) {
    if (!scan.simpleKeyAllowed) scan.fail('key-context');
    rollIndent(scan, scan.mark(), -1, 'block-mapping-start');
  }
  removeKey(scan);
  scan.simpleKeyAllowed = scan.flowLevel === 0;
  fetchIndicator(scan, 'key');
}

function fetchValue(scan: ScanState): void {
  const key = scan.topKey();
  if (isValidKey(scan, key)) {
    scan.insert(key.token - scan.tokensParsed, scan.token('key', key, key.index));
    rollIndent(scan, key, key.token, 'block-mapping-start');
    key.possible = false;
    scan.simpleKeyOf.delete(key.token);
    scan.simpleKeyAllowed = false;
  } else {
    if (scan.flowLevel === 0) {
      if (!scan.simpleKeyAllowed) scan.fail('value-context');
      rollIndent(scan, scan.mark(), -1, 'block-mapping-start');
    }
    scan.simpleKeyAllowed = scan.flowLevel === 0;
  }
  fetchIndicator(scan, 'value');
}

/** Anchors, aliases, tags and quoted scalars: each may begin a simple key, and none can follow another. */
function fetchProperty(scan: ScanState, take: () => void): void {
  saveKey(scan);
  scan.simpleKeyAllowed = false;
  take();
}

function fetchPlain(scan: ScanState): void {
  saveKey(scan);
  scan.simpleKeyAllowed = false;
  scanPlain(scan);
}

function fetchBlockScalar(scan: ScanState, style: 'literal' | 'folded'): void {
  removeKey(scan);
  scan.simpleKeyAllowed = true;
  scanBlock(scan, style);
}

function fetchIndicator(scan: ScanState, kind: TokenKind, width = 1): void {
  const mark = scan.mark();
  for (let step = 0; step < width; step += 1) scan.skip();
  scan.insert(-1, scan.token(kind, mark, scan.pos));
}
