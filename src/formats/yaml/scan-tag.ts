import { isBlankOrEnd, isHex, isWord } from './scan-character.ts';
import type { ScanState } from './scan-state.ts';
import type { Mark } from './scan-token.ts';

/** The characters of a tag besides letters, digits, `_` and `-`. go-yaml has no `#` and no `"` among them. */
const uriCharacters = ";/?:@&=+$,.!~*'()[]%";

/** Scans `&name` or `*name` (yaml_parser_scan_anchor) and puts its token into the queue. */
export function scanAnchor(scan: ScanState, kind: 'anchor' | 'alias'): void {
  const mark = scan.mark();
  scan.skip();
  const name = takeWord(scan);
  const code = scan.code();
  if (name === '' || !(isBlankOrEnd(code) || '?:,]}%@`'.includes(String.fromCharCode(code)))) {
    scan.fail(kind === 'anchor' ? 'anchor-name' : 'alias-name', mark);
  }
  scan.insert(-1, scan.token(kind, mark, scan.pos, name));
}

/** Scans `!suffix`, `!handle!suffix` or `!<uri>` (yaml_parser_scan_tag) and puts its token into the queue. */
export function scanTag(scan: ScanState): void {
  const mark = scan.mark();
  const [handle, suffix] = scan.code(1) === 0x3c ? ['', takeVerbatim(scan, mark)] : takeShorthand(scan, mark);
  if (!isBlankOrEnd(scan.code())) scan.fail('tag-syntax', mark);
  scan.insert(-1, scan.token('tag', mark, scan.pos, handle, suffix));
}

function takeVerbatim(scan: ScanState, mark: Mark): string {
  scan.skip();
  scan.skip();
  const uri = takeUri(scan, '', mark);
  if (scan.code() !== 0x3e) scan.fail('tag-syntax', mark);
  scan.skip();
  return uri;
}

function takeShorthand(scan: ScanState, mark: Mark): [handle: string, suffix: string] {
  const handle = takeHandle(scan, mark);
  if (handle.length > 1 && handle.endsWith('!')) return [handle, takeUri(scan, '', mark)];
  // It was not a handle but the beginning of the suffix; `!` alone is a tag of its own.
  const suffix = takeUri(scan, handle, mark);
  return suffix === '' ? ['', handle] : ['!', suffix];
}

/** Takes `!`, `!name!` or, in a tag, the `!name` that begins a suffix. */
export function takeHandle(scan: ScanState, mark: Mark): string {
  if (scan.code() !== 0x21) scan.fail('tag-syntax', mark);
  const from = scan.pos;
  scan.skip();
  takeWord(scan);
  if (scan.code() === 0x21) scan.skip();
  return scan.text.slice(from, scan.pos);
}

/** Takes a tag's URI. `head` is a part that was taken already; its leading `!` is dropped. */
export function takeUri(scan: ScanState, head: string, mark: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const code = scan.code();
    if (code === 0x25) uri += takeUriEscape(scan, mark);
    else if (isWord(code) || (code > 0x20 && code < 0x7f && isUriCharacter(code))) {
      uri += String.fromCharCode(code);
      scan.skip();
    } else break;
    found = true;
  }
  if (!found) scan.fail('tag-syntax', mark);
  return uri;
}

function isUriCharacter(code: number): boolean {
  return uriCharacters.includes(String.fromCharCode(code));
}

/** Takes the `%XX` octets of one character. */
function takeUriEscape(scan: ScanState, mark: Mark): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    if (scan.code() !== 0x25 || !isHex(scan.code(1)) || !isHex(scan.code(2))) scan.fail('tag-syntax', mark);
    const octet = Number.parseInt(scan.text.slice(scan.pos + 1, scan.pos + 3), 16);
    if (octets.length === 0) width = widthOf(octet);
    else if ((octet & 0xc0) !== 0x80) scan.fail('tag-syntax', mark);
    if (width === 0) scan.fail('tag-syntax', mark);
    octets.push(octet);
    for (let step = 0; step < 3; step += 1) scan.skip();
  }
  return Buffer.from(octets).toString('utf8');
}

/** The length of a UTF-8 sequence by its first octet, 0 if it cannot be one. */
function widthOf(octet: number): number {
  if ((octet & 0x80) === 0) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}

function takeWord(scan: ScanState): string {
  const from = scan.pos;
  while (isWord(scan.code())) scan.skip();
  return scan.text.slice(from, scan.pos);
}
