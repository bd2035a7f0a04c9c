/**
 * Takes opened texts out of a message of kustomize's, which may show what it was working on: the values themselves, in
 * base64 too, and whole settings of transformers.
 */
export function redact(message: string, opened: readonly string[]): string {
  if (opened.length === 0) return message;
  let shown = message
    .replace(/with config: `[\s\S]*?`(?=:)/g, 'with config: `…`')
    .replace(/(patch from) \[[\s\S]*\]/g, '$1 […]');
  for (const value of longestFirst(opened)) {
    shown = shown.replaceAll(value, '***').replaceAll(JSON.stringify(value).slice(1, -1), '***');
    shown = shown.replaceAll(Buffer.from(value, 'utf8').toString('base64'), '***');
  }
  return shown;
}

/** What is shorter than this stands in any message by chance. */
const shortest = 3;

function longestFirst(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => [value, ...value.split('\n')]).map((value) => value.trim());
  return [...new Set(lines)]
    .filter((value) => value.length >= shortest)
    .sort((one, other) => other.length - one.length);
}
