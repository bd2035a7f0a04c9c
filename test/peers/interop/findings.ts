/**
 * What a comparison found. `problems` are differences that nobody meant; `known` counts those that
 * docs/differences.md or `known-differences.ts` lists, by name.
 */
export class Findings {
  readonly problems: { readonly title: string; readonly details: readonly string[] }[] = [];
  readonly known = new Map<string, number>();
  compared = 0;

  problem(title: string, ...details: readonly (string | Uint8Array)[]): void {
    this.problems.push({ title, details: details.map(printable) });
  }

  expected(name: string): void {
    this.known.set(name, (this.known.get(name) ?? 0) + 1);
  }

  /** The first few problems, to print. */
  summary(limit = 5): string {
    const shown = this.problems
      .slice(0, limit)
      .map(({ title, details }) => [title, ...details.map((detail) => `    ${detail}`)].join('\n'));
    return [`${this.problems.length} problems in ${this.compared} comparisons`, ...shown].join('\n');
  }
}

function printable(detail: string | Uint8Array): string {
  const text = typeof detail === 'string' ? detail : Buffer.from(detail).toString('latin1');
  return typeof detail === 'string'
    ? text
    : JSON.stringify(text.replace(/^ *(enc|mac|lastmodified):.*\n/gm, ''));
}
