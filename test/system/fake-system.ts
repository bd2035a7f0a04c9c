import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { Files } from '../../src/system/files.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { Processes } from '../../src/system/processes.ts';
import type { Prompts } from '../../src/system/prompts.ts';
import type { System } from '../../src/system/system.ts';

export interface FakeWorld {
  /** Files by absolute path; an Error is what reading that file throws. */
  readonly files?: Readonly<Record<string, string | Uint8Array | Error>>;
  /** Paths of sockets, as gpg-agent has one. */
  readonly sockets?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string | null;
  /** What the user answers, in order; none left, or no list at all, means that there is no terminal. */
  readonly answers?: readonly string[];
  /** Programs by name; default: real ones, found on the PATH of `env`. */
  readonly processes?: Processes;
}

/** A System in memory that records what was asked of it. Programs are real ones unless given. */
export interface FakeSystem extends System {
  /** Paths read, in order. */
  readonly reads: string[];
  /** Programs run, in order, with their arguments. */
  readonly runs: string[][];
  readonly warnings: string[];
  readonly questions: string[];
  /** What was shown on the terminal. */
  readonly told: string[];
}

export function fakeSystem(world: FakeWorld = {}): FakeSystem {
  const variables: Readonly<Record<string, string>> = { PATH: '', ...world.env };
  const env = { get: (name: string) => variables[name], all: () => variables };
  const log = { reads: [], runs: [], warnings: [], questions: [], told: [] } as Record<
    'reads' | 'warnings' | 'questions' | 'told',
    string[]
  > & { runs: string[][] };
  return {
    ...log,
    platform: world.platform ?? 'linux',
    env,
    files: fakeFiles(world, log.reads),
    processes: recorded(world.processes ?? nodeProcesses(env, nodeTermination()), log.runs),
    prompts: fakePrompts(world.answers, log),
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    randomBytes: (length) => Uint8Array.from(randomBytes(length)),
    warn: (message) => void log.warnings.push(message),
  };
}

function fakeFiles(world: FakeWorld, reads: string[]): Files {
  const cwd = '/fake/cwd';
  const files = new Map<string, Uint8Array | Error>();
  for (const [path, content] of Object.entries(world.files ?? {})) {
    files.set(posix.resolve(cwd, path), typeof content === 'string' ? Buffer.from(content) : content);
  }
  return {
    cwd,
    home: world.home === undefined ? '/fake/home' : world.home,
    status: (path) =>
      world.sockets?.includes(path) ? socket : statusOf(files.get(posix.resolve(cwd, path))),
    read(path) {
      reads.push(path);
      const content = files.get(posix.resolve(cwd, path));
      if (content instanceof Error) throw content;
      return content === undefined ? null : Uint8Array.from(content);
    },
    readStdin: () => new Uint8Array(0),
    replace: (path, bytes) => void files.set(posix.resolve(cwd, path), Uint8Array.from(bytes)),
    create(path, bytes) {
      const full = posix.resolve(cwd, path);
      if (files.has(full)) return false;
      files.set(full, Uint8Array.from(bytes));
      return true;
    },
    append(path, bytes) {
      const full = posix.resolve(cwd, path);
      const known = files.get(full);
      if (known instanceof Error) throw known;
      files.set(full, Buffer.concat([known ?? new Uint8Array(), bytes]));
    },
    checkReplaceable: () => {},
    makeFolder: () => {},
    makePrivateFolder: () => {
      throw new SopskitError('file.unwritable', 'the fake system has no private folders');
    },
    list: (folder) => listOf(files, posix.resolve(cwd, folder)),
    entries: (folder) =>
      listOf(files, posix.resolve(cwd, folder))?.map((name) => ({
        name,
        kind: files.has(posix.resolve(cwd, folder, name)) ? 'file' : 'directory',
      })) ?? null,
    kindOf: (path) => (files.has(posix.resolve(cwd, path)) ? 'file' : null),
    realPath: (path) => posix.resolve(cwd, path),
    readLink: () => null,
    remove: (path) => void files.delete(posix.resolve(cwd, path)),
  };
}

const socket = { kind: 'other', size: 0, mode: 0o700, modifiedMs: 0, id: null } as const;

function statusOf(content: Uint8Array | Error | undefined): ReturnType<Files['status']> {
  if (content === undefined) return null;
  const size = content instanceof Error ? 0 : content.length;
  return { kind: 'file', size, mode: content instanceof Error ? 0 : 0o600, modifiedMs: 0, id: null };
}

function listOf(files: ReadonlyMap<string, unknown>, folder: string): string[] | null {
  const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  const names = inside.map((path) => path.slice(folder.length + 1).split('/', 1)[0] ?? '');
  return names.length === 0 ? null : [...new Set(names)].sort();
}

function recorded(processes: Processes, runs: string[][]): Processes {
  return {
    ...processes,
    run(program, args, options) {
      runs.push([program, ...args]);
      return processes.run(program, args, options);
    },
    converse(program, args, options) {
      runs.push([program, ...args]);
      return processes.converse(program, args, options);
    },
  };
}

function fakePrompts(
  answers: readonly string[] | undefined,
  log: { questions: string[]; told: string[] },
): Prompts {
  const left = [...(answers ?? [])];
  const answer = (question: string, hint: string): string => {
    log.questions.push(question);
    const next = left.shift();
    if (next === undefined) {
      throw new SopskitError('prompt.unavailable', `cannot ask "${question}": there is no terminal`, {
        hint,
      });
    }
    return next;
  };
  return {
    available: answers !== undefined,
    secret: async (question, hint) => Secret.fromText(answer(question, hint)),
    text: async (question, hint) => answer(question, hint),
    choose: async (question, choices, hint) => choices.indexOf(answer(question, hint)),
    tell: (message) => void log.told.push(message),
  };
}
