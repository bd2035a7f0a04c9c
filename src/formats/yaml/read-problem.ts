import { SopskitError } from '../../errors/sopskit-error.ts';

/** What can be wrong with a YAML text, in plain words. No entry quotes the text: it could be a secret. */
const problems = {
  'after-value': ['something follows a value on the same line', 'Quote the whole value: "..." or \'...\'.'],
  'alias-name': [
    'an alias `*name` needs a name of letters, digits, "-" or "_"',
    'Quote the value if it is not an alias: values that begin with * must be quoted.',
  ],
  'alias-unknown': [
    'an alias refers to an anchor that is not defined before it',
    'Quote the value if it is not an alias: values that begin with * must be quoted.',
  ],
  'anchor-name': [
    'an anchor `&name` needs a name of letters, digits, "-" or "_"',
    'Quote the value if it is not an anchor: values that begin with & must be quoted.',
  ],
  'block-header': [
    'behind | or > only +, -, one digit and a comment may follow on the same line',
    'Start the text on the next line, or quote the value.',
  ],
  'block-indent-zero': [
    'the indentation indicator of a | or > text must be 1 to 9',
    'Remove the 0 behind | or >.',
  ],
  'block-tab': [
    'a tab stands where a | or > text is indented',
    'Indent with spaces: YAML does not allow tabs there.',
  ],
  'cannot-start': [
    'a value cannot start with this character',
    'Quote the value: plain values cannot begin with % @ ` or a tab.',
  ],
  'directive-line': ['something unexpected follows a % directive', 'End the line behind the directive.'],
  'directive-name': [
    'a line that begins with % must be a %YAML or %TAG directive',
    'Quote the value, or indent it.',
  ],
  'directive-document': ['a % directive must be followed by ---', 'Add a line --- behind the directive.'],
  'directive-tag': ['a %TAG directive is malformed or defined twice', 'Write it as: %TAG !name! prefix'],
  'directive-version': [
    'only one %YAML 1.1 directive is supported',
    'Remove the %YAML line: sops accepts version 1.1 only.',
  ],
  'document-in-quotes': [
    'a quoted value is not closed before the next document',
    'Close the quote before the --- or ... line.',
  ],
  'entry-context': [
    'a list item "- " is not allowed here',
    'Put it on a line of its own, indented like its siblings.',
  ],
  'escape-code': [
    'a \\x, \\u or \\U escape is not a valid character code',
    'Use \\xNN, \\uNNNN or \\UNNNNNNNN; or single quotes to keep the backslash.',
  ],
  'escape-unknown': [
    'a double-quoted value has an escape that YAML does not know',
    'Double the backslash, or use single quotes.',
  ],
  'extra-content': [
    'something follows behind the end of the document',
    'Check the indentation; a second document begins with a line ---.',
  ],
  'expected-dash': [
    'a list item "- " was expected here',
    'Check the indentation: all items of a list start in the same column.',
  ],
  'expected-key': [
    'a key was expected here',
    'Check the indentation: all keys of a map start in the same column.',
  ],
  'flow-mapping-end': [
    'a "," or "}" was expected',
    'Close the map that { opens, and quote values that contain , { } [ or ].',
  ],
  'flow-sequence-end': [
    'a "," or "]" was expected',
    'Close the list that [ opens, and quote values that contain , { } [ or ].',
  ],
  'key-context': [
    'a key is not allowed here',
    'Check the indentation, or quote the value if it contains "? ".',
  ],
  'missing-colon': [
    'a ":" was expected behind a key',
    'Write "key: value", and indent or quote a value that goes on over several lines.',
  ],
  'missing-node': ['a value was expected here', 'Add a value, or check the indentation and the brackets.'],
  'plain-tab': [
    'a tab indents the continuation of a value',
    'Indent with spaces: YAML does not allow tabs there.',
  ],
  'quote-open': ['a quoted value is never closed', 'Add the closing quote.'],
  'tag-handle': [
    'a tag uses a handle that no %TAG directive defines',
    'Quote the value if it is not a tag: values that begin with ! must be quoted.',
  ],
  'tag-syntax': [
    'a tag is malformed',
    'Quote the value if it is not a tag: values that begin with ! must be quoted.',
  ],
  'value-context': [
    'a ":" is not allowed here',
    'Quote the value if it contains ": ", and check the indentation.',
  ],
} as const;

export type Problem = keyof typeof problems;

/** Returns the error for a problem at a place (line and column from 1), with a better hint for the usual suspects. */
export function syntaxError(text: string, problem: Problem, line: number, column: number): SopskitError {
  const [message, hint] = problems[problem];
  return new SopskitError('document.syntax', `YAML: ${message}`, {
    place: { line, column },
    hint: conflictHint(text) ?? tabHint(text, line) ?? hint,
  });
}

function conflictHint(text: string): string | null {
  const marker = /^(?:<{7}|={7}|>{7})(?:[ \r]|$)/m.exec(text);
  if (marker === null) return null;
  const line = text.slice(0, marker.index).split('\n').length;
  return `The file has git merge conflict markers (first in line ${line}): finish the merge, then try again.`;
}

function tabHint(text: string, line: number): string | null {
  const content = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/, line)[line - 1] ?? '';
  return /^ *\t/.test(content) ? 'The line is indented with a tab: YAML allows only spaces there.' : null;
}
