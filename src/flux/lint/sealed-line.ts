import type { Subject } from '../../repository/check/subject.ts';
import { sealedPaths } from './sealed-object.ts';

/** The line of the first ciphertext among a file's objects; nothing where there is none. */
export async function sealedLine(subject: Subject): Promise<{ line?: number }> {
  for (const object of await subject.objects()) {
    const line = sealedPaths(object)[0]?.line;
    if (line !== undefined) return { line: line + object.part.lineOffset };
  }
  return {};
}
