import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readFile } from '../target.ts';

export interface PublishRequest extends Settings {
  /** A file, or a folder with `recursive`. */
  readonly file: string;
  readonly yes: boolean;
  readonly omitExtensions: boolean;
  readonly recursive: boolean;
  readonly access: KeyAccess;
}

export const command: Command<PublishRequest> = {
  name: 'publish',
  group: 'services',
  summary: 'not in this release: use sops publish',
  usage: 'FILE',
  about: ['Destinations (S3, GCS, Vault) come from destination_rules in .sops.yaml.'],
  examples: [{ line: 'sopskit publish -y --recursive secrets/', says: 'a whole folder, without asking' }],
  flags: [
    flags.yes,
    { name: 'omit-extensions', kind: 'bool', help: 'leave file extensions out of the destination' },
    { name: 'recursive', kind: 'bool', help: 'publish all files of a folder' },
    flags.verbose,
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags.filter((flag) => flag.name !== 'verbose'),
  ],
  statuses: { of: { 'file.missing': 1, 'config.missing': 1, 'key.unavailable': 128 } },
  parse(input) {
    const { values } = input;
    return {
      file: readFile(input),
      ...readSettings(values),
      yes: values.bool('yes'),
      omitExtensions: values.bool('omit-extensions'),
      recursive: values.bool('recursive'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    await (await context.operations()).publish(request);
    return 0;
  },
};
