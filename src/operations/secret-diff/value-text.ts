import { encodeBase64, textOf } from '../../manifests/secret-manifest.ts';
import { hunksBetween } from '../../repository/merge/line-diff.ts';
import type { Secret } from '../../secret/secret.ts';
import { printablePath } from '../../system/path-text.ts';

/** Longer binary values are told by their size alone. */
const mostBinary = 1024;

/** Shows what differs in a value, line by line: `-` the cluster, `+` the repository. Lines that are equal are left out. */
export function valueLines(cluster: Secret | null, repository: Secret | null): readonly string[] {
  const [before, after] = [partsOf(cluster), partsOf(repository)];
  if (before.length <= 1 && after.length <= 1)
    return [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)];
  return hunksBetween(before, after).flatMap(({ aStart, aEnd, bStart, bEnd }) => [
    `@@ line ${(aEnd > aStart ? aStart : bStart) + 1}`,
    ...before.slice(aStart, aEnd).map((line) => `- ${line}`),
    ...after.slice(bStart, bEnd).map((line) => `+ ${line}`),
  ]);
}

function partsOf(value: Secret | null): readonly string[] {
  if (value === null) return [];
  return value.lend((bytes) => {
    const text = textOf(bytes);
    if (text === null) return [binaryText(bytes)];
    if (text === '') return ['(empty)'];
    const lines = text.split('\n');
    const isEnded = lines.at(-1) === '';
    if (isEnded) lines.pop();
    const shown = lines.map(printablePath);
    // a value of one line has no line break at its end, mostly; a file has
    const isOdd = isEnded ? lines.length === 1 : lines.length > 1;
    const mark = isEnded ? '  (with a line break at its end)' : '  (no line break at the end)';
    return isOdd ? [...shown.slice(0, -1), `${shown.at(-1)}${mark}`] : shown;
  });
}

function binaryText(bytes: Uint8Array): string {
  const size = `binary, ${bytes.length} bytes`;
  return bytes.length > mostBinary ? size : `${size}, base64: ${encodeBase64(bytes)}`;
}

/** For JSON: text, or base64 where it is none. */
export function valueJson(
  value: Secret | null,
): { readonly text: string } | { readonly base64: string } | null {
  if (value === null) return null;
  return value.lend((bytes) => {
    const text = textOf(bytes);
    return text === null ? { base64: encodeBase64(bytes) } : { text };
  });
}
