import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import type { KeepText } from './identity-text.ts';
import { problemReport, type SourceReport } from './report.ts';

/** Which recipients an identity from here is likely to be for: `age1…`, or `ssh-…`. */
export type Family = 'age' | 'ssh';

/** A place where identities may be. */
export interface Source {
  readonly place: string;
  readonly family: Family;
  /** Whether asking it runs a command, whose answer may differ from recipient to recipient. */
  readonly runs: boolean;
  /** `keep`: is given the texts of native identities. */
  load(recipient: string, keep?: KeepText): SourceReport | Promise<SourceReport>;
}

/** Reads a source; what it throws becomes a problem of its report. Interruptions pass through. */
export async function loadSource(source: Source, recipient: string, keep?: KeepText): Promise<SourceReport> {
  try {
    return await source.load(recipient, keep);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    return problemReport(source.place, error.message, error.hint);
  }
}

/** The value of a variable, and what it is called in messages. */
export interface Setting {
  readonly variable: string;
  readonly value: string;
}

export function settingOf(system: System, variable: string): Setting | null {
  const value = system.env.get(variable);
  return value === undefined ? null : { variable, value };
}
