import { type Place, SopskitError } from '../errors/sopskit-error.ts';
import { withoutIdentities } from '../errors/without-identities.ts';
import { printablePath } from '../system/path-text.ts';

/**
 * Prints an error for people: what was being done, where (`file:line:column`), why, and what to do next. What is not
 * a SopskitError is our own mistake; its message could hold a value, so it is never printed.
 */
export function errorText(doing: string, error: unknown, debug: boolean): string {
  if (!(error instanceof SopskitError)) return internalText(doing, error, debug);
  const where = placeText(error.place);
  const lines = [
    [doing, ...(where === '' || error.message.includes(where) ? [] : [where]), error.message].join(': '),
  ];
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (debug) lines.push(stackOf(error));
  return withoutIdentities(lines.join('\n'));
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  const { line, column, path } = place;
  const file = place.file === undefined ? undefined : printablePath(place.file);
  const position = line === undefined ? '' : column === undefined ? `line ${line}` : `${line}:${column}`;
  const spot =
    file === undefined
      ? position
      : [file, line, line === undefined ? undefined : column].filter(isGiven).join(':');
  const tree =
    path === undefined || path.length === 0 ? '' : path.map((step) => `[${JSON.stringify(step)}]`).join('');
  return [spot, tree].filter((part) => part !== '').join(' ');
}

function isGiven(part: string | number | undefined): part is string | number {
  return part !== undefined;
}

function internalText(doing: string, error: unknown, debug: boolean): string {
  const name = error instanceof Error ? error.name : typeof error;
  const text = `${doing}: internal error (${name}). This is a mistake in sopskit, please report it.`;
  return debug ? `${text}\n${stackOf(error)}` : `${text}\nhint: SOPSKIT_DEBUG=1 shows where it happened`;
}

/** The frames only: a stack begins with the message, which could hold a value. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /u.test(line));
  const cause =
    error instanceof Error && error.cause !== undefined ? `\ncaused by\n${stackOf(error.cause)}` : '';
  return frames.join('\n') + cause;
}
