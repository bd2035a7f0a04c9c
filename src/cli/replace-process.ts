/**
 * Replaces this process by a program, where Node can (from 22.15 on, not on Windows). Returns `false` where it cannot;
 * otherwise it does not return.
 */
export function replaceProcess(
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): boolean {
  const { execve } = process as { execve?: (file: string, argv: readonly string[], env: object) => void };
  if (execve === undefined || process.platform === 'win32') return false;
  execve.call(process, file, argv, { ...env });
  return true;
}
