/** What the operating system's error numbers mean to a person. Those not listed show their own short name. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOENT: 'no such file or directory',
  EEXIST: 'something else has that name',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would exceed the allowed size',
  EROFS: 'the file system is read-only',
  EIO: 'the device reported an error',
  ELOOP: 'too many levels of symbolic links',
  EBUSY: 'it is in use or a mount point, which cannot be replaced',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ETXTBSY: 'it is a program that is running',
  EBADF: 'it is closed',
  ENXIO: 'nothing is there to answer',
  EPIPE: 'the reader is gone',
};

/** Returns the error number's name (`ENOENT`), or an empty string for an error that is not the system's. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Returns why a system call failed, in words; for use after "cannot read FILE: ". */
export function reasonOf(error: unknown): string {
  const errno = errnoOf(error);
  return reasons[errno] ?? (errno === '' ? 'unexpected failure' : errno);
}
