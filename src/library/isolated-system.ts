import { randomBytes } from 'node:crypto';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Environment } from '../system/environment.ts';
import type { Files } from '../system/files.ts';
import type { Processes } from '../system/processes.ts';
import type { Prompts } from '../system/prompts.ts';
import type { System } from '../system/system.ts';

/**
 * Makes a system without an outside: no files, no programs, no terminal, and only the environment it is given. What
 * the library works in unless it is given another, so that a key lying about on a machine never opens a file unasked.
 */
export function isolatedSystem(variables: Readonly<Record<string, string>>): System {
  return {
    platform: process.platform,
    env: environmentOf(variables),
    files: noFiles,
    processes: noProcesses,
    prompts: noPrompts,
    now: () => new Date(),
    randomBytes: (length) => randomBytes(length),
    warn: () => undefined,
  };
}

function environmentOf(variables: Readonly<Record<string, string>>): Environment {
  const known = new Map(Object.entries(variables));
  return { get: (name) => known.get(name), all: () => variables };
}

const noFiles: Files = {
  cwd: '/',
  home: null,
  status: () => null,
  read: () => null,
  readStdin: () => new Uint8Array(),
  replace: () => denied('write a file'),
  create: () => denied('write a file'),
  append: () => denied('write a file'),
  checkReplaceable: () => denied('write a file'),
  makeFolder: () => denied('make a folder'),
  makePrivateFolder: () => denied('make a folder'),
  list: () => null,
  entries: () => null,
  kindOf: () => null,
  realPath: () => null,
  readLink: () => null,
  remove: () => denied('remove a file'),
};

const noProcesses: Processes = {
  find: () => null,
  run: (program) => Promise.reject(missing(program)),
  converse: (program) => {
    throw missing(program);
  },
  attach: (program) => Promise.reject(missing(program)),
  detach: (program) => {
    throw missing(program);
  },
};

const noPrompts: Prompts = {
  available: false,
  secret: (question, hint) => Promise.reject(unasked(question, hint)),
  text: (question, hint) => Promise.reject(unasked(question, hint)),
  choose: (question, _choices, hint) => Promise.reject(unasked(question, hint)),
  tell: () => undefined,
};

function denied(what: string): never {
  throw new SopskitError('file.unwritable', `the library may not ${what} here`, passSystem);
}

function missing(program: string): SopskitError {
  return new SopskitError('process.missing', `the library may not run ${program} here`, passSystem);
}

function unasked(question: string, hint: string): SopskitError {
  return new SopskitError('prompt.unavailable', `there is nobody to ask: ${question}`, { hint });
}

const passSystem = { hint: 'Pass `system: nodeSystem()` to let it use this machine.' };
