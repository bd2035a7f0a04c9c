import { SopskitError } from '../errors/sopskit-error.ts';
import { isGlob } from '../repository/selection/glob.ts';
import type { System } from '../system/system.ts';
import type { Flag } from './command.ts';
import { absolute } from './streams.ts';
import type { Values } from './values.ts';

/** How many files are worked on. */
export interface ManyOptions {
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Threads; `null`: as many as there are cores. */
  readonly jobs: number | null;
  /** Whether every file is listed. */
  readonly verbose: boolean;
}

/** The flags of every command that takes folders. */
export const manyFlags: readonly Flag[] = [
  { name: 'dry-run', kind: 'bool', beyond: true, help: 'say what would be done, and write nothing' },
  { name: 'json', kind: 'bool', beyond: true, help: 'print one JSON document (docs/many-files.md)' },
  { name: 'jobs', kind: 'int', value: 'N', beyond: true, help: 'threads to use (default: one a core)' },
];

/** Throws `usage.invalid` for a number of threads that makes no sense. */
export function readManyOptions(values: Values): ManyOptions {
  const jobs = values.int('jobs');
  if (jobs !== null && (jobs < 1 || jobs > 256))
    throw new SopskitError('usage.invalid', '--jobs takes a number from 1 to 256');
  return { dryRun: values.bool('dry-run'), json: values.bool('json'), jobs, verbose: values.bool('verbose') };
}

/** Whether any of the flags is given that only work on many files has. */
export function asksForMany({ dryRun, json, jobs }: ManyOptions): boolean {
  return dryRun || json || jobs !== null;
}

/** Whether a path stands for more than one file: a folder, or a glob that is not the name of something. */
export function isSeveral(system: System, path: string): boolean {
  const kind = system.files.status(absolute(system, path))?.kind ?? null;
  return kind === null ? isGlob(path) : kind === 'directory';
}

/** What `encrypt`, `decrypt` and `rotate` take for one file only. */
export interface OneFileFlags {
  readonly inPlace: boolean;
  readonly output: string | null;
  readonly outputType: string | null;
  readonly filenameOverride: string | null;
  readonly indent: number | null;
}

/**
 * Refuses flags that make no sense for many files. Throws `usage.conflict`; without `--in-place`, `file.unreadable` for
 * one folder, with the status of sops, which cannot read it.
 */
export function checkManyFlags(
  command: string,
  given: OneFileFlags,
  { paths, options }: { readonly paths: readonly string[]; readonly options: ManyOptions },
): void {
  const single = [
    ['--output', given.output],
    ['--output-type', given.outputType],
    ['--filename-override', given.filenameOverride],
    ['--indent', given.indent],
  ].find(([, value]) => value !== null);
  if (single !== undefined)
    throw new SopskitError('usage.conflict', `${single[0]} is for one file; here are several, or a folder`);
  if (given.inPlace || options.dryRun) return;
  const [only, ...others] = paths;
  const one = others.length === 0 && only !== undefined;
  throw new SopskitError(
    one ? 'file.unreadable' : 'usage.conflict',
    one
      ? 'it is no single file, and many are changed in place: give -i'
      : 'many files are changed in place: give -i',
    {
      ...(one ? { place: { file: only } } : {}),
      hint: `Run \`sopskit ${command} -i …\`; with --dry-run it only says what it would do.`,
    },
  );
}
