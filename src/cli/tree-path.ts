import type { ErrorCode } from '../errors/codes.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Path } from '../tree/path.ts';

/**
 * Reads a path as `--extract`, `set` and `unset` take it: `["data"]["list"][0]`. Quotes are `"` or `'`; what stands
 * between them is taken as it is, without escapes (as sops does, cmd/sops/main.go, parseTreePath); unlike there, it
 * may hold a `[`. A missing first `[` is forgiven. Throws `code`.
 */
export function readTreePath(text: string, code: ErrorCode): Path {
  const steps: (string | number)[] = [];
  let rest = text.startsWith('[') ? text : `[${text}`;
  while (rest !== '') {
    const step = /^\[(?:(["'])(.*?)["']|([+-]?\d+))\](?=\[|$)/su.exec(rest);
    if (step === null) throw malformed(code, text.length - rest.length);
    steps.push(step[1] === undefined ? readIndex(step[3], code) : (step[2] ?? ''));
    rest = rest.slice(step[0].length);
  }
  return steps;
}

function readIndex(digits: string | undefined, code: ErrorCode): number {
  const index = Number(digits);
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new SopskitError(code, 'a list index in the path is negative or too large', {
      hint: 'indexes count from 0',
    });
  }
  return index;
}

function malformed(code: ErrorCode, offset: number): SopskitError {
  return new SopskitError(code, `the path is not valid from character ${Math.max(offset, 0) + 1} on`, {
    hint: `write it as '["key"]["list"][0]': each key in brackets and quotes, each index in brackets`,
  });
}
