import { isBlankOrEnd } from './scan-character.ts';
import type { ScanState } from './scan-state.ts';

/** Whether `---` or `...` stands here, followed by a blank, a break or the end. The caller has checked the column. */
export function atDocumentIndicator(scan: ScanState): boolean {
  return isMarker(scan, 0x2d) || isMarker(scan, 0x2e);
}

/** Whether three times this character stands here, followed by a blank, a break or the end. */
export function isMarker(scan: ScanState, code: number): boolean {
  return scan.code() === code && scan.code(1) === code && scan.code(2) === code && isBlankOrEnd(scan.code(3));
}
