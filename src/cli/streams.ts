import { resolve } from 'node:path';
import type { ErrorCode } from '../errors/codes.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import type { Source } from './operations.ts';
import type { Target } from './target.ts';

/** Reads the file of a request, or standard input. Throws `missing` when there is no such file, else `file.*`. */
export function readSource(
  system: System,
  request: { readonly file: string | null; readonly filenameOverride: string | null },
  missing: ErrorCode,
): Source {
  const { file, filenameOverride } = request;
  const path = file === null ? null : absolute(system, file);
  const name = filenameOverride === null ? (path ?? '') : absolute(system, filenameOverride);
  const bytes =
    file === null || path === '/dev/stdin' ? system.files.readStdin() : readPath(system, file, missing);
  return { bytes, path, name };
}

/** Reads a file. Throws `missing` when there is none. */
export function readPath(system: System, file: string, missing: ErrorCode): Uint8Array {
  const bytes = system.files.read(absolute(system, file));
  if (bytes === null) throw missingFile(file, missing);
  return bytes;
}

export function missingFile(file: string, code: ErrorCode): SopskitError {
  return new SopskitError(code, 'there is no such file', { place: { file } });
}

export function readStdinText(system: System): string {
  return new TextDecoder().decode(system.files.readStdin());
}

/** Writes a result where the flags say: into the file itself, to `--output`, or to standard output. */
export function writeResult(
  context: CommandContext,
  request: Target & { readonly file: string | null },
  source: Source,
  bytes: Uint8Array,
): void {
  if (request.inPlace && request.file !== null) rewrite(context, request.file, source, bytes);
  else if (request.output !== null) writeBack(context, request.output, bytes);
  else context.terminal.write(bytes);
}

/**
 * Replaces the file that `source` was read from, unless it has changed since: keys may take their time (a prompt, a
 * network), and what somebody else wrote meanwhile would be lost. Throws `file.changed`.
 */
export function rewrite(context: CommandContext, file: string, source: Source, bytes: Uint8Array): void {
  if (!isUnchanged(context.system, file, source.bytes))
    throw new SopskitError(
      'file.changed',
      'the file was changed by somebody else meanwhile; nothing was written',
      {
        place: { file },
        hint: 'Run the command again.',
      },
    );
  writeBack(context, file, bytes);
}

/** Whether a file still holds what was read from it; `null` is no file. What is no regular file reads differently each time. */
export function isUnchanged(system: System, file: string, before: Uint8Array | null): boolean {
  const path = absolute(system, file);
  const status = system.files.status(path);
  if (status === null || before === null) return status === before;
  if (status.kind !== 'file') return true;
  const now = system.files.read(path);
  return now !== null && isEqual(now, before);
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0;
}

/** Replaces a file, or makes it. */
export function writeBack({ system }: CommandContext, file: string, bytes: Uint8Array): void {
  system.files.replace(absolute(system, file), bytes);
}

export function absolute(system: System, file: string): string {
  return resolve(system.files.cwd, file);
}
