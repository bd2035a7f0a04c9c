import type { Environment } from '../environment.ts';

/** Returns the real environment, read at each call. */
export function nodeEnvironment(): Environment {
  return {
    get: (name) => process.env[name],
    all: () =>
      Object.fromEntries(
        Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
  };
}
