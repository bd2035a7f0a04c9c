/** How sopskit is called from git's configuration and hooks, which a POSIX shell reads. */
export interface ShellProgram {
  /** The words to run it: a name on PATH, or absolute paths, quoted. */
  readonly words: string;
  /** A command that succeeds where it is there. */
  readonly test: string;
}

export function onPath(name: string): ShellProgram {
  return { words: name, test: `command -v ${name} >/dev/null 2>&1` };
}

/** A script that Node runs; both absolute. */
export function byNode(node: string, script: string): ShellProgram {
  const [program, file] = [quoted(slashed(node)), quoted(slashed(script))];
  return { words: `${program} ${file}`, test: `test -x ${program} && test -f ${file}` };
}

/** One word of a POSIX shell, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w@+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The shell that git brings along on Windows takes `C:/` paths. */
function slashed(path: string): string {
  return /^[a-z]:\\/i.test(path) ? path.replaceAll('\\', '/') : path;
}
