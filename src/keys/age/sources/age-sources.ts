import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import { looksPrivate } from '../recipient-text.ts';
import { defaultKeyFiles } from './default-key-files.ts';
import { type KeepText, readIdentityText } from './identity-text.ts';
import { runKeyCommand } from './key-command.ts';
import { absentReport, problemReport, type SourceReport } from './report.ts';
import type { Source } from './source.ts';

const readableHint = 'Make it readable for you alone: `chmod 600 FILE`, and `chown` it if it is not yours.';
const readableHintOnWindows = 'Give yourself the right to read it: `icacls FILE /grant %USERNAME%:R`.';

/** Where age identities may be, in sops' order. */
export function ageSources(system: System): Source[] {
  const defaults = defaultKeyFiles(system);
  const files = defaults.paths.map(
    (path): Source => ({
      ...{ place: path, family: 'age', runs: false },
      load: (_, keep) =>
        readKeyFile(system, path, { place: path, keep }) ?? absentReport(path, 'no such file'),
    }),
  );
  const unknown: Source = {
    ...{ place: 'the default key file', family: 'age', runs: false },
    load: () => problemReport('the default key file', defaults.problem ?? ''),
  };
  return [
    { place: 'SOPS_AGE_KEY', family: 'age', runs: false, load: (_, keep) => fromVariable(system, keep) },
    {
      place: 'SOPS_AGE_KEY_FILE',
      family: 'age',
      runs: false,
      load: (_, keep) => fromNamedFile(system, keep),
    },
    {
      place: 'SOPS_AGE_KEY_CMD',
      family: 'age',
      runs: true,
      load: (recipient, keep) => fromCommand(system, recipient, keep),
    },
    ...(defaults.problem === null ? files : [unknown]),
  ];
}

function fromVariable(system: System, keep: KeepText | undefined): SourceReport {
  const place = 'SOPS_AGE_KEY';
  const value = system.env.get(place);
  if (value === undefined) return absentReport(place, 'not set');
  if (value === '') return absentReport(place, 'empty');
  return readIdentityText(Buffer.from(value), place, { manyPerLine: true, keep }, system);
}

function fromNamedFile(system: System, keep: KeepText | undefined): SourceReport {
  const place = 'SOPS_AGE_KEY_FILE';
  const path = system.env.get(place);
  if (path === undefined) return absentReport(place, 'not set');
  if (path === '') return problemReport(place, 'is set but empty');
  const private_ = privatePathProblem(place, path, 'SOPS_AGE_KEY');
  if (private_ !== null) return private_;
  const hint = path.startsWith('~')
    ? 'The shell did not expand the "~": write the whole path, or $HOME.'
    : 'Correct the path, or unset SOPS_AGE_KEY_FILE.';
  return (
    readKeyFile(system, path, { place: `${place} (${path})`, keep }) ??
    problemReport(place, `there is no file ${path}`, hint)
  );
}

async function fromCommand(
  system: System,
  recipient: string,
  keep: KeepText | undefined,
): Promise<SourceReport> {
  const place = 'SOPS_AGE_KEY_CMD';
  const command = system.env.get(place);
  if (command === undefined) return absentReport(place, 'not set');
  const output = await runKeyCommand(system, place, command, recipient);
  const report = readIdentityText(output, place, { manyPerLine: false, keep }, system);
  output.fill(0);
  return report;
}

/** Returns `null` for a missing file. */
function readKeyFile(
  system: System,
  path: string,
  { place, keep }: { readonly place: string; readonly keep: KeepText | undefined },
): SourceReport | null {
  const bytes = readPrivateFile(system, path);
  if (bytes === null) return null;
  const report = readIdentityText(bytes, place, { manyPerLine: false, keep }, system);
  bytes.fill(0);
  return report;
}

/** Reads a file that holds a private key. Throws `file.unreadable` with the way to make it readable. */
export function readPrivateFile(system: System, path: string): Uint8Array | null {
  try {
    return system.files.read(path);
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    if (!isDenied(error.cause)) throw error;
    const hint = system.platform === 'win32' ? readableHintOnWindows : readableHint;
    throw new SopskitError(error.code, error.message, { hint, cause: error });
  }
}

function isDenied(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
}

/** A variable for a path that holds a key instead must not be quoted, not even as a path that does not exist. */
export function privatePathProblem(variable: string, path: string, better: string): SourceReport | null {
  if (!looksPrivate(path)) return null;
  return problemReport(
    variable,
    'holds a private key, not the path of one',
    `Put the key into ${better} instead.`,
  );
}
