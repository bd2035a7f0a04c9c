import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit } from './scan-character.ts';
import { takeComment } from './scan-comment.ts';
import type { ScanState } from './scan-state.ts';
import { takeHandle, takeUri } from './scan-tag.ts';
import type { Mark } from './scan-token.ts';

/** Scans a `%YAML` or `%TAG` line (yaml_parser_scan_directive) and puts its token into the queue. */
export function scanDirective(scan: ScanState): void {
  const mark = scan.mark();
  scan.skip();
  const name = takeName(scan);
  if (name === 'YAML') takeVersion(scan, mark);
  else if (name === 'TAG') takeTagDirective(scan, mark);
  else scan.fail('directive-name', mark);
  takeBlanks(scan);
  if (scan.code() === 0x23) takeComment(scan);
  if (!isBreakOrEnd(scan.code())) scan.fail('directive-line');
  scan.skipBreak();
}

function takeName(scan: ScanState): string {
  const from = scan.pos;
  while (/[\w-]/.test(scan.text.charAt(scan.pos))) scan.skip();
  if (scan.pos === from || !isBlankOrEnd(scan.code())) scan.fail('directive-name');
  return scan.text.slice(from, scan.pos);
}

function takeVersion(scan: ScanState, mark: Mark): void {
  takeBlanks(scan);
  const major = takeNumber(scan, mark);
  if (scan.code() !== 0x2e) scan.fail('directive-version', mark);
  scan.skip();
  const minor = takeNumber(scan, mark);
  scan.insert(-1, scan.token('version-directive', mark, scan.pos, `${major}.${minor}`));
}

function takeNumber(scan: ScanState, mark: Mark): number {
  const from = scan.pos;
  while (isDigit(scan.code())) scan.skip();
  const digits = scan.text.slice(from, scan.pos);
  if (digits === '' || digits.length > 2) scan.fail('directive-version', mark);
  return Number(digits);
}

function takeTagDirective(scan: ScanState, mark: Mark): void {
  takeBlanks(scan);
  const handle = takeHandle(scan, mark);
  if (handle.length > 1 && !handle.endsWith('!')) scan.fail('directive-tag', mark);
  if (!isBlank(scan.code())) scan.fail('directive-tag', mark);
  takeBlanks(scan);
  const prefix = takeUri(scan, '', mark);
  if (!isBlankOrEnd(scan.code())) scan.fail('directive-tag', mark);
  scan.insert(-1, scan.token('tag-directive', mark, scan.pos, handle, prefix));
}

function takeBlanks(scan: ScanState): void {
  while (isBlank(scan.code())) scan.skip();
}
