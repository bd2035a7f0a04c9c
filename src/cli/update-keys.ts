import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import type { UpdateKeysRequest } from './commands/updatekeys.ts';
import { errorText } from './error-text.ts';
import type { KeyGroupChange, KeyUpdate } from './operations.ts';
import { readSource, rewrite } from './streams.ts';

/**
 * Gives each file the keys of its rule, asking first unless `yes`. One file's error is thrown; of several files all
 * are tried, and the status is 1 when one failed (as in sops, cmd/sops/main.go).
 */
export async function updateKeysOf(request: UpdateKeysRequest, context: CommandContext): Promise<number> {
  const [only, ...others] = request.files;
  if (only !== undefined && others.length === 0) {
    await updateOne(only, request, context);
    return 0;
  }
  let failures = 0;
  for (const file of request.files) {
    try {
      await updateOne(file, request, context);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      context.terminal.tell(errorText('sopskit updatekeys', error.at({ file }), false));
      failures++;
    }
  }
  if (failures === 0) return 0;
  context.terminal.tell(
    `sopskit updatekeys: ${failures} of ${request.files.length} files could not be updated`,
  );
  return 1;
}

async function updateOne(file: string, request: UpdateKeysRequest, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const source = readSource(context.system, { file, filenameOverride: null }, 'file.missing');
  terminal.tell(`Syncing keys for file ${file}`);
  const update = await (await context.operations()).updateKeys(request, source);
  if (isUpToDate(update)) {
    terminal.tell(`File ${file} already up to date`);
    return;
  }
  terminal.write(describe(update, terminal.colours.output));
  if (!request.yes && !confirm(context)) {
    terminal.tell(`File ${file} left unchanged`);
    return;
  }
  rewrite(context, file, source, await update.apply());
  terminal.tell(`File ${file} synced with new keys`);
}

function isUpToDate({ groups, threshold }: KeyUpdate): boolean {
  return (
    threshold.from === threshold.to &&
    groups.every(({ added, removed }) => added.length + removed.length === 0)
  );
}

function describe({ groups, threshold }: KeyUpdate, colour: boolean): string {
  const lines = [
    "The following changes will be made to the file's groups:",
    ...describeThreshold(threshold, colour),
  ];
  groups.forEach((group, index) => {
    lines.push(paint(`Group ${index + 1}`, 4, colour), ...describeGroup(group, colour));
  });
  return `${lines.join('\n')}\n`;
}

function describeThreshold({ from, to }: KeyUpdate['threshold'], colour: boolean): readonly string[] {
  if (from === to) return from > 0 ? [`shamir_threshold: ${to}`] : [];
  return [
    ...(to > 0 ? [paint(`+++ shamir_threshold: ${to}`, 32, colour)] : []),
    ...(from > 0 ? [paint(`--- shamir_threshold: ${from}`, 31, colour)] : []),
  ];
}

function describeGroup({ kept, added, removed }: KeyGroupChange, colour: boolean): readonly string[] {
  return [
    ...kept.map((key) => `    ${key}`),
    ...added.map((key) => paint(`+++ ${key}`, 32, colour)),
    ...removed.map((key) => paint(`--- ${key}`, 31, colour)),
  ];
}

function paint(text: string, code: number, colour: boolean): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Asks on standard input, so that `yes | sopskit updatekeys …` works as with sops. Throws when there is no answer. */
export function confirm({ terminal }: Pick<CommandContext, 'terminal'>): boolean {
  for (;;) {
    terminal.write('Is this okay? (y/n):');
    const answer = terminal.readLine()?.trim();
    if (answer === undefined || answer === '') {
      throw new SopskitError('prompt.unavailable', 'there is no answer to the question', {
        hint: 'to change without asking, use --yes',
      });
    }
    if (answer === 'y' || answer === 'n') return answer === 'y';
  }
}
