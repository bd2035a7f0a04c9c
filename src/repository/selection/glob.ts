/** A compiled glob. Paths have their parts joined by `/`. */
export interface Glob {
  /** The folder that all matches lie in, as far as the glob names it; empty for the current one. */
  readonly base: string;
  matches(path: string): boolean;
}

/**
 * Compiles a glob as shells and git write it: `*` within a name, `**` over folders, `?`, `[a-z]`, `{a,b}`. Names that
 * begin with a dot are matched like others.
 */
export async function compileGlob(pattern: string): Promise<Glob> {
  const { default: picomatch } = await import('picomatch');
  const options = { dot: true, nonegate: true, windows: false };
  return { base: picomatch.scan(pattern, options).base, matches: picomatch(pattern, options) };
}

/** Whether a word has what makes it a glob. */
export function isGlob(word: string): boolean {
  return /[*?[{]/.test(word);
}
