import { SopskitError } from '../../../errors/sopskit-error.ts';
import { parseNativeIdentity } from '../../../keys/age/identity-line.ts';

/** A key file, or an entry of a Secret, without one identity. */
export interface WithoutIdentity {
  /** What stays, byte for byte. */
  readonly rest: string;
  /** Whether no identity and no other text but comments stays. */
  readonly empty: boolean;
  /** The identity, as it was written. */
  readonly identity: string;
  /** The comment lines right above it, `#` included. */
  readonly comments: readonly string[];
}

/**
 * Takes an identity out of an age key file, wherever it stands in it, with the comments right above it. `named`: other
 * comments that name its recipient go too. `null`: it is not in it.
 */
export async function withoutIdentity(
  text: string,
  recipient: string,
  named: boolean,
): Promise<WithoutIdentity | null> {
  const lines = text.split(/(?<=\n)/);
  const gone = new Set<number>();
  const comments: string[] = [];
  let identity: string | null = null;
  for (const [index, line] of lines.entries()) {
    if (named && isComment(line) && line.includes(recipient)) gone.add(index);
    if (!(await isIdentityOf(line.trim(), recipient))) continue;
    gone.add(index);
    identity ??= line.trim();
    const above = commentsAbove(lines, index);
    for (const comment of above) gone.add(comment);
    if (comments.length === 0) comments.push(...above.map((at) => (lines[at] ?? '').trim()));
  }
  if (identity === null) return null;
  const kept = lines.filter((_, index) => !gone.has(index));
  const empty = kept.every((line) => line.trim() === '' || isComment(line));
  return { rest: kept.join(''), empty, identity, comments };
}

/** The lines of comments right above a line, first to last; a blank line ends them. */
function commentsAbove(lines: readonly string[], index: number): number[] {
  const found: number[] = [];
  for (let at = index - 1; at >= 0 && isComment(lines[at] ?? ''); at--) found.unshift(at);
  return found;
}

function isComment(line: string): boolean {
  return line.startsWith('#');
}

/** A damaged line is nobody's identity. */
async function isIdentityOf(word: string, recipient: string): Promise<boolean> {
  if (!word.startsWith('AGE-SECRET-KEY-')) return false;
  try {
    return (await parseNativeIdentity(word)?.publicHalf()) === recipient;
  } catch (error) {
    if (error instanceof SopskitError) return false;
    throw error;
  }
}
