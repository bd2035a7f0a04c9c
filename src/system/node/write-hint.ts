import { errnoOf } from './io-reason.ts';

/** Returns what to do about a failed write, where something can be done. */
export function writeHint(error: unknown, platform: NodeJS.Platform): { hint?: string } {
  const errno = errnoOf(error);
  const denied = errno === 'EACCES' || errno === 'EPERM';
  if (isRename(error) && platform === 'win32' && (denied || errno === 'EBUSY'))
    return { hint: 'Close the program that has the file open (an editor, a viewer, a sync client).' };
  if (isRename(error) && errno === 'EBUSY')
    return {
      hint: 'Mount the folder instead of the single file, so that the file can be replaced in one step.',
    };
  if (denied && String((error as NodeJS.ErrnoException).path).endsWith('.tmp'))
    return {
      hint: 'The folder of the file must be writable: a new version is written beside the old one first.',
    };
  return {};
}

function isRename(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'rename';
}
