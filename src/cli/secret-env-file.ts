import { SopskitError } from '../errors/sopskit-error.ts';
import type { Environment } from '../system/environment.ts';

/**
 * Reads `KEY=VALUE` lines as `kubectl create secret --from-env-file` does: blank lines and `#` comments are passed over,
 * blanks before the key too; the value is all behind the first `=`, quotes and blanks included; a key without `=` takes
 * its value from the environment. Throws `manifest.invalid`, which quotes nothing of a line.
 */
export function readEnvFile(bytes: Uint8Array, file: string, env: Environment): [string, Uint8Array][] {
  const lines = splitLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return lines.flatMap((line, index) => {
    const text = line
      .toString('utf8')
      .replace(index === 0 ? /^\ufeff/ : /^(?!)/, '')
      .trimStart();
    if (!Buffer.from(line.toString('utf8'), 'utf8').equals(line)) throw wrong(file, index, 'is not UTF-8');
    if (text === '' || text.startsWith('#')) return [];
    const end = text.indexOf('=');
    const key = end < 0 ? text : text.slice(0, end);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key) || key === '.' || key.startsWith('..'))
      throw badKey(file, index, key);
    const value = end < 0 ? env.get(key) : text.slice(end + 1);
    if (value === undefined) throw unset(file, index);
    return [[key, Buffer.from(value, 'utf8')] as [string, Uint8Array]];
  });
}

/** At line feeds; one carriage return before each is dropped. */
function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}

function badKey(file: string, index: number, key: string): SopskitError {
  const hint = key.startsWith('export ')
    ? 'Leave out `export`: kubectl does not read it either.'
    : 'Each line is KEY=VALUE; KEY has letters, digits, "-", "_" and "." and no digit first.';
  return wrong(file, index, 'has no valid name before its "="', hint);
}

/** kubectl takes an empty value there, which nobody means. */
function unset(file: string, index: number): SopskitError {
  return wrong(
    file,
    index,
    'has a name only, and the environment has no variable of that name',
    'Write KEY=VALUE, or KEY= for an empty value.',
  );
}

function wrong(file: string, index: number, what: string, hint?: string): SopskitError {
  return new SopskitError('manifest.invalid', `line ${index + 1} ${what}`, {
    place: { file, line: index + 1 },
    ...(hint === undefined ? {} : { hint }),
  });
}
