/**
 * Splits a command line into words as google/shlex does, which sops uses for `$EDITOR`: blanks separate, `'…'` is
 * literal, `"…"` knows `\` escapes, `\` outside of quotes escapes, and `#` at the start of a word begins a comment.
 * Returns `null` for a quote or an escape that does not end.
 */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let rest = text;
  for (;;) {
    rest = rest.replace(/^(?:[ \t\r\n]+|#[^\n]*(?:\n|$))+/u, '');
    if (rest === '') return words;
    const word = /^(?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|[^ \t\r\n\\'"])+(?=[ \t\r\n]|$)/u.exec(
      rest,
    )?.[0];
    if (word === undefined) return null;
    words.push(unquote(word));
    rest = rest.slice(word.length);
  }
}

function unquote(word: string): string {
  return word.replace(
    /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"/gu,
    (_, escaped: string | undefined, literal: string | undefined, quoted: string | undefined) =>
      escaped ?? literal ?? (quoted ?? '').replace(/\\([\s\S])/gu, '$1'),
  );
}
