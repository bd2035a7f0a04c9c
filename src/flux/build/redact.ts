/**
 * Takes values of Secrets out of a message of kustomize's, which may show what it was working on: as they are, as JSON
 * writes them, and in base64.
 */
export function redact(message: string, values: readonly string[]): string {
  if (values.length === 0) return message;
  let shown = message;
  for (const value of longestFirst(values)) {
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
