import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource } from '../streams.ts';
import { readFile } from '../target.ts';

export interface FileStatusRequest extends Settings {
  readonly file: string;
  readonly inputType: FormatName | null;
}

export const command: Command<FileStatusRequest> = {
  name: 'filestatus',
  group: 'files',
  summary: 'say as JSON whether a file is encrypted',
  usage: 'FILE',
  about: [
    'Prints {"encrypted":true} for a file with SOPS metadata. That says nothing about the values in it.',
  ],
  examples: [{ line: 'sopskit filestatus secret.yaml', says: 'look at the metadata' }],
  flags: [flags.inputType, ...flags.settingFlags],
  statuses: { otherwise: 1, of: { 'usage.no-file': 100 } },
  parse(input) {
    return {
      file: readFile(input),
      ...readSettings(input.values),
      inputType: readType(input, 'input-type'),
    };
  },
  async run(request, context) {
    const source = readSource(context.system, { file: request.file, filenameOverride: null }, 'file.missing');
    const { encrypted } = await (await context.operations()).fileStatus(request, source);
    context.terminal.write(`${JSON.stringify({ encrypted })}\n`);
    return 0;
  },
};
