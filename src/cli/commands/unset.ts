import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, rewrite } from '../streams.ts';
import { readTreePath } from '../tree-path.ts';

export interface UnsetRequest extends Settings {
  readonly file: string;
  readonly path: Path;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  /** Whether a path that is not there is fine. */
  readonly idempotent: boolean;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<UnsetRequest> = {
  name: 'unset',
  group: 'files',
  summary: 'remove one value or branch from a file',
  usage: 'FILE PATH',
  examples: [{ line: `sopskit unset secret.yaml '["data"]["password"]'`, says: 'remove it' }],
  flags: [
    { name: 'idempotent', kind: 'bool', help: 'do nothing when there is nothing at PATH' },
    flags.inputType,
    flags.outputType,
    flags.threshold,
    flags.ignoreMac,
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const { values, args } = input;
    const [file, path] = args;
    if (file === undefined || path === undefined || args.length !== 2) {
      throw new SopskitError('usage.no-file', `unset takes FILE PATH, not ${args.length} arguments`);
    }
    return {
      file,
      ...readSettings(values),
      path: readTreePath(path, 'usage.set-value'),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      idempotent: values.bool('idempotent'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const source = readSource(context.system, { file: request.file, filenameOverride: null }, 'file.missing');
    const operations = await context.operations();
    try {
      rewrite(context, request.file, source, await operations.unset(request, source));
    } catch (error) {
      const missing = error instanceof SopskitError && error.code === 'document.path-not-found';
      if (!missing || !request.idempotent) throw error;
    }
    return 0;
  },
};
