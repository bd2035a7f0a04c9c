import { posix, win32 } from 'node:path';
import type { System } from '../../../system/system.ts';

const keyFile = ['sops', 'age', 'keys.txt'] as const;

export interface DefaultKeyFiles {
  /** Where sops looks, and first in the list where sopskit writes a new key; then where people also keep it. */
  readonly paths: readonly string[];
  /** Why sops' own place is unknown, or `null`. */
  readonly problem: string | null;
}

/**
 * Names the default key files: `sops/age/keys.txt` in the user's configuration folder, as Go's os.UserConfigDir and
 * sops name it. On macOS both `XDG_CONFIG_HOME` or `~/.config` and `~/Library/Application Support` are looked at,
 * sops' choice first.
 */
export function defaultKeyFiles(system: System): DefaultKeyFiles {
  switch (system.platform) {
    case 'win32':
      return windowsFiles(system);
    case 'darwin':
      return macFiles(system);
    default:
      return unixFiles(system);
  }
}

function windowsFiles(system: System): DefaultKeyFiles {
  const folder = system.env.get('AppData') || system.env.get('APPDATA');
  if (!folder) return { paths: [], problem: '%AppData% is not set' };
  return { paths: [win32.join(folder, ...keyFile)], problem: null };
}

function macFiles(system: System): DefaultKeyFiles {
  const { home } = system.files;
  const named = system.env.get('XDG_CONFIG_HOME') || null;
  const library = home === null ? null : posix.join(home, 'Library', 'Application Support');
  const dotConfig = home === null ? null : posix.join(home, '.config');
  const folders = [named, library, named === null ? dotConfig : null].filter((folder) => folder !== null);
  const problem = folders.length === 0 ? 'there is no home folder' : null;
  return { paths: folders.map((folder) => posix.join(folder, ...keyFile)), problem };
}

function unixFiles(system: System): DefaultKeyFiles {
  const { home } = system.files;
  const named = system.env.get('XDG_CONFIG_HOME');
  if (named) {
    if (!posix.isAbsolute(named)) return { paths: [], problem: 'XDG_CONFIG_HOME is a relative path' };
    return { paths: [posix.join(named, ...keyFile)], problem: null };
  }
  if (home === null) return { paths: [], problem: 'there is no home folder' };
  return { paths: [posix.join(home, '.config', ...keyFile)], problem: null };
}
