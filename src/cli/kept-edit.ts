import { basename, isAbsolute, join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import { absolute } from './streams.ts';

/**
 * Keeps an edit that would write over another one, sealed as it is. Returns `file.changed`, which names the copy.
 */
export function changedMeanwhile(context: CommandContext, file: string, sealed: Uint8Array): SopskitError {
  const kept = keep(context, file, sealed);
  return new SopskitError(
    'file.changed',
    `the file was changed by somebody else while you edited it; your edit is kept, encrypted, in ${kept}`,
    {
      place: { file },
      hint: `Look at it with \`sopskit decrypt\`. To take it for the file: mv ${kept} ${file}. Otherwise remove it, and edit ${file} again.`,
    },
  );
}

/**
 * Keeps an edit that cannot be sealed as what it should be, encrypted as bytes. Returns `error`, which now names the
 * copy too; or `error` itself where no copy can be made.
 */
export async function keptCopy(
  context: CommandContext,
  file: string,
  error: SopskitError,
  seal: () => Promise<Uint8Array>,
): Promise<SopskitError> {
  let kept: string;
  try {
    kept = keep(context, file, await seal());
  } catch {
    return error;
  }
  const { code, message, place, hint, cause } = error;
  return new SopskitError(code, `${message}; your edit is kept, encrypted, in ${kept}`, {
    ...(place === undefined ? {} : { place }),
    hint: [...(hint === undefined ? [] : [hint]), `\`sopskit decrypt ${kept}\` prints the edit.`].join('\n'),
    cause,
  });
}

/** Beside the file; where that fails, in a folder that is the user's alone. */
function keep({ system }: CommandContext, file: string, sealed: Uint8Array): string {
  const mode = system.files.status(absolute(system, file))?.mode ?? 0o600;
  try {
    return keepAs(system, file, sealed, mode);
  } catch (error) {
    for (const folder of privateFolders(system)) {
      try {
        system.files.makeFolder(folder, 0o700);
        return keepAs(system, join(folder, basename(file)), sealed, 0o600);
      } catch {
        // the next one may be on another disk
      }
    }
    throw error;
  }
}

/** Where people look for what a program kept; then the folder in memory, which a full disk leaves alone. */
function privateFolders({ platform, env, files }: System): readonly string[] {
  const { home } = files;
  const state =
    platform === 'win32'
      ? env.get('LOCALAPPDATA')
      : env.get('XDG_STATE_HOME') || (home === null ? undefined : join(home, '.local', 'state'));
  return [state, env.get('XDG_RUNTIME_DIR')]
    .filter((folder): folder is string => folder !== undefined && isAbsolute(folder))
    .map((folder) => join(folder, 'sopskit'));
}

/** The name ends with nothing that Flux, or a glob of files to apply, would pick up. */
function keepAs(system: System, file: string, sealed: Uint8Array, mode: number): string {
  for (let count = 1; ; count++) {
    const kept = count === 1 ? `${file}.edited` : `${file}.edited-${count}`;
    const path = absolute(system, kept);
    if (system.files.status(path) !== null) continue;
    system.files.replace(path, sealed, mode);
    return kept;
  }
}
