import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import { absolute } from './streams.ts';

/**
 * Keeps an edit that would write over another one: sealed as it is, it lies beside the file. Returns `file.changed`,
 * which names the copy.
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

/** The name ends with nothing that Flux, or a glob of files to apply, would pick up. */
function keep({ system }: CommandContext, file: string, sealed: Uint8Array): string {
  const mode = system.files.status(absolute(system, file))?.mode ?? 0o600;
  for (let count = 1; ; count++) {
    const kept = count === 1 ? `${file}.edited` : `${file}.edited-${count}`;
    const path = absolute(system, kept);
    if (system.files.status(path) !== null) continue;
    system.files.replace(path, sealed, mode);
    return kept;
  }
}
