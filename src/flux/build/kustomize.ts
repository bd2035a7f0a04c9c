import type { System } from '../../system/system.ts';
import { kustomizeWords } from './kustomize-message.ts';
import type { Running } from './running.ts';

/** The program that builds: kustomize itself, or kubectl with kustomize in it. */
export interface Kustomize {
  readonly program: string;
  readonly args: readonly string[];
  /** Its version, as it prints it. */
  readonly version: string;
}

/** No program that builds as the controller does; `message` says why, one sentence without its full stop. */
export interface NoKustomize {
  readonly program: null;
  readonly message: string;
}

/** Finds the program on PATH: kustomize 5, or a kubectl (1.27 or newer) that has it in it. */
export async function findKustomize(system: System): Promise<Kustomize | NoKustomize> {
  const { processes } = system;
  const kustomize = processes.find('kustomize');
  const kubectl = processes.find('kubectl');
  const tooOld: string[] = [];
  if (kustomize !== null) {
    const { stdout } = await processes.run(kustomize, ['version'], quiet(system));
    const version = textOf(stdout).trim();
    if (isNewEnough(version)) return { program: kustomize, args: ['build'], version };
    tooOld.push(`kustomize is of version ${shownVersion(version)}`);
  }
  if (kubectl !== null) {
    const { stdout } = await processes.run(kubectl, ['version', '--client', '-o', 'json'], quiet(system));
    const version = /"kustomizeVersion": *"([^"]*)"/.exec(textOf(stdout))?.[1] ?? 'v0.0.0';
    if (isNewEnough(version)) return { program: kubectl, args: ['kustomize'], version: `kubectl ${version}` };
    tooOld.push('kubectl is older than 1.27');
  }
  if (tooOld.length === 0) return { program: null, message: 'there is no program kustomize or kubectl' };
  return { program: null, message: `${tooOld.join(', and ')}: kustomize 5 is needed` };
}

/** One that does not say its version was built by somebody who knows it. */
function isNewEnough(version: string): boolean {
  const major = /v(\d+)\.\d+/.exec(version)?.[1];
  return major === undefined || Number(major) >= 5;
}

function shownVersion(version: string): string {
  return /v\d+\.\d+(?:\.\d+)?/.exec(version)?.[0] ?? version;
}

export type KustomizeOutput =
  | { readonly kind: 'built'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }
  /** Ended from outside, so that nothing can be told. */
  | { readonly kind: 'ended'; readonly message: string };

/**
 * Builds a folder with the settings of the controller: files of all the artifact may be named, no plugins, no helm.
 * `folder` is absolute, `top` the artifact's root; `far`: it may fetch remote bases; `running` can end it. The message has
 * no path of this machine, and none of the objects.
 */
export async function runKustomize(
  system: System,
  { program, args }: Kustomize,
  place: { readonly top: string; readonly folder: string; readonly scratch: string; readonly far: boolean },
  running: Running,
): Promise<KustomizeOutput> {
  const command = [...args, place.folder, '--load-restrictor', 'LoadRestrictionsNone'];
  const options = place.far ? { env: { TMPDIR: place.scratch } } : quiet(system, place.scratch);
  const { status, signal, stdout, stderr } = await running.run(system, program, command, options);
  if (stdout.length > maxOutput)
    return { kind: 'ended', message: `what kustomize built is larger than ${maxOutput >> 20} MiB` };
  if (status === 0) return { kind: 'built', text: textOf(stdout) };
  const message = textOf(stderr)
    .split('\n')
    .filter((line) => !line.startsWith('# Warning:'))
    .join('\n')
    .trim()
    .replace(/^[Ee]rror: /, '');
  if (signal !== null) return { kind: 'ended', message: `kustomize was ended by ${signal}` };
  const none = `kustomize ended with status ${status}`;
  return { kind: 'failed', message: withoutFolders(message === '' ? none : kustomizeWords(message), place) };
}

/** More does not fit into a string. */
const maxOutput = 256 * 1024 * 1024;

/** Nothing of the user's: no HOME, no git, no proxy. */
function quiet(system: System, scratch?: string): { env: Record<string, string>; pristine: true } {
  const kept = ['PATH', 'SystemRoot', 'ComSpec', 'PATHEXT'].flatMap((name) => {
    const value = system.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const temporary =
    scratch === undefined ? {} : { TMPDIR: scratch, TEMP: scratch, TMP: scratch, HOME: scratch };
  return { env: { ...Object.fromEntries(kept), ...temporary }, pristine: true };
}

function withoutFolders(message: string, { top, scratch }: { top: string; scratch: string }): string {
  return message
    .replaceAll(`${top}/`, '')
    .replaceAll(top, '.')
    .replaceAll(`${scratch}/`, '')
    .replaceAll(scratch, '.');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
