import fs from 'node:fs';
import { pathText } from '../path-text.ts';

/**
 * Returns the arguments of this process, without the program and the script. Node decodes them as UTF-8, and what is none
 * is lost; Linux still has the bytes, and a name on disk can be any. They are then as `pathText` has them.
 */
export function realArguments(
  argv: readonly string[] = process.argv,
  cmdline: () => Buffer = readCmdline,
): readonly string[] {
  const args = argv.slice(2);
  if (!args.some((arg) => arg.includes('\ufffd'))) return args;
  const words = wordsOf(cmdline()).slice(-args.length);
  const isSame =
    words.length === args.length && words.every((word, at) => word.toString('utf8') === args[at]);
  return isSame ? words.map(pathText) : args;
}

function readCmdline(): Buffer {
  try {
    return fs.readFileSync('/proc/self/cmdline');
  } catch {
    return Buffer.alloc(0); // no Linux, or no /proc
  }
}

/** Each word ends with a zero byte. */
function wordsOf(bytes: Buffer): Buffer[] {
  const words: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0, start);
    const end = found < 0 ? bytes.length : found;
    words.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return words;
}
