import type { ErrorCode } from '../errors/codes.ts';
import type { Place } from '../errors/sopskit-error.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { translateShape } from './regex-shape.ts';

/** A compiled RE2 expression, as Go's `regexp` reads it: does it match anywhere in the text? */
export interface Regex {
  readonly source: string;
  test(text: string): boolean;
}

/** Who asks: goes into the error where the expression does not compile. */
export interface RegexOwner {
  readonly code: ErrorCode;
  /** What the expression is, e.g. `encrypted_regex`. */
  readonly name: string;
  readonly place?: Place;
}

/**
 * Compiles an RE2 expression. Common shapes go to JavaScript's own engine at once; all others load `re2js`, which is
 * why this may be a promise (`await` takes both).
 *
 * Throws `owner.code`, with the position and the reason, for what Go's `regexp` refuses, and for a group name used
 * twice. (sops ignores an invalid selector and leaves everything in plaintext; it stops at an invalid `path_regex`.)
 */
export function compileRegex(source: string, owner: RegexOwner): Regex | Promise<Regex> {
  const native = translateShape(source);
  if (native !== null) return { source, test: (text) => native.test(text) };
  return compileWithRe2(source, owner);
}

async function compileWithRe2(source: string, owner: RegexOwner): Promise<Regex> {
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(source);
    return { source, test: (text) => compiled.test(text) };
  } catch (error) {
    throw invalidRegex(source, owner, error);
  }
}

function invalidRegex(source: string, owner: RegexOwner, cause: unknown): SopskitError {
  const { error: reason, input } = cause as { readonly error?: unknown; readonly input?: unknown };
  const fragment = typeof input === 'string' ? input : '';
  const where = positionOf(source, fragment, reason);
  const at = where === null ? '' : ` at character ${where}`;
  const what = typeof reason === 'string' ? reason : 'cannot be compiled';
  const near = fragment === '' ? '' : `: \`${fragment}\``;
  return new SopskitError(
    owner.code,
    `${owner.name} is not a valid regular expression${at}: ${what}${near}`,
    {
      ...(owner.place === undefined ? {} : { place: owner.place }),
      hint: hintFor(source),
      cause,
    },
  );
}

/** Characters count from 1. RE2 names the offending fragment only, and for an open parenthesis the whole source. */
function positionOf(source: string, fragment: string, reason: unknown): number | null {
  const offset = reason === 'missing closing )' ? openParenthesis(source) : source.indexOf(fragment);
  return offset < 0 || fragment === '' ? null : [...source.slice(0, offset)].length + 1;
}

function openParenthesis(source: string): number {
  const open: number[] = [];
  for (const token of source.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]/gsu)) {
    if (token[0] === '(') open.push(token.index);
    if (token[0] === ')') open.pop();
  }
  return open.at(-1) ?? -1;
}

function hintFor(source: string): string {
  if (/\(\?<?[=!]/.test(source))
    return 'sops uses RE2, which has no look-ahead or look-behind: list what shall match, or use an unencrypted_… selector.';
  if (/\\[1-9]|\\k</.test(source))
    return 'sops uses RE2, which has no back-references: spell out the alternatives.';
  if (/[*+?}]\+|\(\?>/.test(source))
    return 'sops uses RE2, which has no possessive or atomic groups: drop the extra + or ?>.';
  if (/\\Z/.test(source)) return 'RE2 spells the end of the text \\z or $.';
  return 'The syntax is that of RE2: https://github.com/google/re2/wiki/Syntax';
}
