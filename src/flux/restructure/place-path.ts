import path from 'node:path';

/** Joins a folder of the repository and what is written from there; the top is empty, and nothing ends with a slash. */
export function join(folder: string, below: string): string {
  return cleaned(path.posix.join(folder, below));
}

/** The folder a path lies in; empty for the top. */
export function folderOf(file: string): string {
  const folder = path.posix.dirname(file);
  return folder === '.' ? '' : folder;
}

export function nameOf(file: string): string {
  return path.posix.basename(file);
}

/** A path as users type it, from the repository's top: without `./`, slashes at the ends, `..` steps inside. */
export function cleaned(typed: string): string {
  const normal = path.posix.normalize(typed.replaceAll('\\', '/')).replace(/\/+$/, '').replace(/^\/+/, '');
  return normal === '.' ? '' : normal;
}

/** A path as it is shown and written in `spec.path`. */
export function dotted(folder: string): string {
  return folder === '' ? './' : `./${folder}`;
}

export function isYamlName(file: string): boolean {
  return /\.ya?ml$/.test(file);
}
