import type { Regex } from '../config/regex.ts';
import { compileRegex } from '../config/regex.ts';
import type { Selector } from '../config/selector.ts';
import type { Place } from '../errors/sopskit-error.ts';

/** Decides leaf by leaf what is encrypted: sops' `shouldBeEncrypted`. Keeps its verdict per key and per comment. */
export interface CompiledSelector {
  readonly selector: Selector | null;
  /**
   * Whether a leaf is encrypted. `path` holds map keys only; `commentStack` the comments in force, one list per level,
   * the last of which ends with the leaf itself where `isComment` says that it is one (as `walk` passes them).
   */
  selects(path: readonly string[], commentStack: readonly (readonly string[])[], isComment: boolean): boolean;
  /**
   * Whether the ciphertext of a comment would itself leave values in plaintext: sops refuses to write such a file, as
   * nothing could decrypt it. Only an `unencrypted_comment_regex` can.
   */
  matchesCiphertext(text: string): boolean;
}

export type { Selector };

/**
 * Compiles a selector once for any number of files; `null` selects everything (a binary file).
 *
 * Asynchronous because an unusual expression loads `re2js`; `selects` then is not. Throws `config.selector` for an
 * expression that RE2 refuses, at the selector's own place or at `place` (the file whose metadata it is from). sops
 * takes such an expression for one that never matches.
 */
export async function compileSelector(selector: Selector | null, place?: Place): Promise<CompiledSelector> {
  if (selector === null) return compiled(null, () => true);
  const { kind, value } = selector;
  if (kind === 'unencrypted_suffix' || kind === 'encrypted_suffix') {
    const ends = remembered((key) => key.endsWith(value));
    return compiled(selector, (path) => path.some(ends) === (kind === 'encrypted_suffix'));
  }
  const name = { code: 'config.selector', name: kind } as const;
  const found = selector.place ?? place;
  const regex = await compileRegex(value, found === undefined ? name : { ...name, place: found });
  const matches = remembered((text) => regex.test(text));
  switch (kind) {
    case 'unencrypted_regex':
      return compiled(selector, (path) => !path.some(matches));
    case 'encrypted_regex':
      return compiled(selector, (path) => path.some(matches));
    case 'unencrypted_comment_regex':
      return commentExclusion(selector, regex, matches);
    case 'encrypted_comment_regex':
      return compiled(selector, (_path, comments, isComment) => anyEarlier(comments, isComment, matches));
  }
}

function compiled(selector: Selector | null, selects: CompiledSelector['selects']): CompiledSelector {
  return { selector, selects, matchesCiphertext: () => false };
}

function commentExclusion(
  selector: Selector,
  regex: Regex,
  matches: (text: string) => boolean,
): CompiledSelector {
  return {
    selector,
    selects: (_path, comments) => !comments.some((level) => level.some(matches)),
    // Every ciphertext is new: remembering it would only cost memory.
    matchesCiphertext: (text) => regex.test(text),
  };
}

/** A comment is not encrypted by its own match, only by that of an earlier comment (sops.go, shouldBeEncrypted). */
function anyEarlier(
  comments: readonly (readonly string[])[],
  isComment: boolean,
  matches: (text: string) => boolean,
): boolean {
  const last = comments.length - 1;
  return comments.some((level, depth) =>
    level.some(
      (text, index) => !(isComment && depth === last && index === level.length - 1) && matches(text),
    ),
  );
}

function remembered(decide: (text: string) => boolean): (text: string) => boolean {
  const verdicts = new Map<string, boolean>();
  return (text) => {
    let verdict = verdicts.get(text);
    if (verdict === undefined) {
      verdict = decide(text);
      verdicts.set(text, verdict);
    }
    return verdict;
  };
}
