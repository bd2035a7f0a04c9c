import type { CommandContext, Input } from './command.ts';
import { asksForMany, isSeveral, type ManyOptions, readManyOptions } from './many-flags.ts';
import { noFile } from './target.ts';

/** The paths of a command that takes one file as sops does, or many. */
export interface ManyPaths {
  readonly paths: readonly string[];
  readonly options: ManyOptions;
}

/** Throws `usage.*`. */
export function readManyPaths(input: Input): ManyPaths {
  const options = readManyOptions(input.values);
  if (input.args.length === 0 && asksForMany(options)) throw noFile();
  return { paths: input.args, options };
}

/** The same input with its first path only: what the command reads where it works on one file. */
export function firstOnly(input: Input): Input {
  return { ...input, args: input.args.slice(0, 1) };
}

/** Whether a command works on many files: several paths, a folder, a glob, or a flag that only such work has. */
export function isForMany({ system }: CommandContext, { paths, options }: ManyPaths): boolean {
  return paths.length > 1 || asksForMany(options) || paths.some((path) => isSeveral(system, path));
}
