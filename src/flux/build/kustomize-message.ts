/**
 * Cuts what kustomize was working on out of a message of its: whole objects, patches, settings of transformers, literals
 * of generators - any of them may be of a Secret - and the stacks of a program that crashed. Its own words stay.
 */
export function kustomizeWords(message: string): string {
  const crash = /(?:^|\n)(?:panic: |fatal error: |goroutine \d+ \[)/.exec(message);
  const words = crash === null ? message : firstLine(message.slice(crash.index).trim());
  return cutObjects(cuts.reduce((text, [pattern, by]) => text.replace(pattern, by), words)).trim();
}

/** In the order in which they are tried; what they print has no certain end, so most cut the rest. */
const cuts: readonly (readonly [RegExp, string])[] = [
  [/with config: `[\s\S]*?\n?`(?=:)/g, 'with config: `…`'],
  [/(patch from) \[[\s\S]*/g, '$1 […]'],
  [/(literal sources) \[[\s\S]*?\]: (?=invalid literal source )/g, '$1 […]: '],
  [/(invalid literal source) [\s\S]*(, expected key=value)/g, '$1 …$2'],
  [/(invalid document separator: ---)[^\n]*/g, '$1 …'],
  [/(invalid utf8 bytes ?:)[\s\S]*/g, '$1 …'],
  [/(node contents:)[\s\S]*/g, '$1 …'],
  [/(cannot be found in) (?:roleRef )?[\s\S]*/g, '$1 …'],
  [/(^|[\s`'"[(])(?:- )?apiVersion: [\s\S]*/g, '$1…'],
];

/** Cuts JSON and Go's maps out, to their last bracket: what is in their texts is not looked at. */
function cutObjects(text: string): string {
  const from = text.search(/\[?(?:map\[string\]interface ?\{\})?\{\s*"/);
  if (from === -1) return text;
  const to = text.lastIndexOf('}');
  return to < from ? `${text.slice(0, from)}…` : `${text.slice(0, from)}…${afterList(text.slice(to + 1))}`;
}

function afterList(rest: string): string {
  return rest.startsWith(']') ? rest.slice(1) : rest;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
