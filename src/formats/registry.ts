import { SopskitError } from '../errors/sopskit-error.ts';
import type { Format, FormatName } from './format.ts';

interface Registration {
  /** What the names of its files end with, as in sops; none for binary, which takes the rest. */
  readonly suffixes: readonly string[];
  load(): Promise<Format>;
}

/** Every format. A new one is a folder and a line here. */
const registrations: ReadonlyMap<FormatName, Registration> = new Map<FormatName, Registration>([
  [
    'yaml',
    { suffixes: ['.yaml', '.yml'], load: async () => (await import('./yaml/yaml-format.ts')).yamlFormat },
  ],
  ['json', { suffixes: ['.json'], load: async () => (await import('./json/json-format.ts')).jsonFormat }],
  [
    'dotenv',
    { suffixes: ['.env'], load: async () => (await import('./dotenv/dotenv-format.ts')).dotenvFormat },
  ],
  ['ini', { suffixes: ['.ini'], load: async () => (await import('./ini/ini-format.ts')).iniFormat }],
  ['binary', { suffixes: [], load: async () => (await import('./binary/binary-format.ts')).binaryFormat }],
]);

/** The names of all formats, in the order in which messages list them. */
export const formatNames: readonly FormatName[] = [...registrations.keys()];

/** Loads the format of that name. Throws `usage.invalid`, listing the names there are. */
export async function formatNamed(name: string): Promise<Format> {
  const registration = registrations.get(name as FormatName);
  if (registration === undefined) {
    throw new SopskitError('usage.invalid', `There is no file format named ${JSON.stringify(name)}`, {
      hint: `Use one of ${formatNames.join(', ')}.`,
    });
  }
  return registration.load();
}

/** Tells the format of a file from the end of its path, as sops does: case matters, and the rest is binary. */
export function formatNameForPath(path: string): FormatName {
  for (const [name, { suffixes }] of registrations) {
    if (suffixes.some((suffix) => path.endsWith(suffix))) return name;
  }
  return 'binary';
}

/** Loads the format of a file from the end of its path. */
export function formatForPath(path: string): Promise<Format> {
  return formatNamed(formatNameForPath(path));
}
