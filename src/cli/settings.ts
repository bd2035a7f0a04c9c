import type { Values } from './values.ts';

/** What every command on files obeys. */
export interface Settings {
  /** `--config`: the configuration file, as typed. `null`: look for `.sops.yaml` from the current folder upwards. */
  readonly config: string | null;
  /** `--indent` as given; `null` keeps the configuration's, or else the file's own. */
  readonly indent: number | null;
  readonly verbose: boolean;
}

export function readSettings(values: Values): Settings {
  return { config: values.text('config'), indent: values.int('indent'), verbose: values.bool('verbose') };
}
