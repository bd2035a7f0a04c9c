import { printablePath } from '../../system/path-text.ts';

/** Writes a file name so that it can be copied into a shell (POSIX; `$'…'` for control characters, as bash and zsh). */
export function shellWord(file: string): string {
  const name = file.startsWith('-') ? `./${file}` : file;
  if (/^[\w./@%+=:,-]+$/.test(name)) return name;
  const printable = printablePath(name);
  if (printable === name) return `'${name.replaceAll("'", `'\\''`)}'`;
  return `$'${printablePath(name.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`;
}
