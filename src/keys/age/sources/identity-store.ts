import type { System } from '../../../system/system.ts';
import { comparableRecipient } from '../recipient-text.ts';
import { ageSources } from './age-sources.ts';
import type { SourceReport } from './report.ts';
import { type Family, loadSource, type Source } from './source.ts';
import { sshSources } from './ssh-sources.ts';

/**
 * The identities of one session. Each source is read at most once; a command, whose answer may depend on
 * SOPS_AGE_RECIPIENT, at most once per distinct recipient.
 */
export class IdentityStore {
  readonly #sources: readonly Source[];
  readonly #loaded = new Map<Source, Map<string, Promise<SourceReport>>>();

  constructor(system: System) {
    this.#sources = [...sshSources(system), ...ageSources(system)];
  }

  /** Reads the sources of a family that run nothing. */
  passive(family: Family): Promise<SourceReport[]> {
    return this.#load('', (source) => source.family === family && !source.runs);
  }

  /** Runs the commands of a family for a recipient. */
  commands(family: Family, recipient: string): Promise<SourceReport[]> {
    return this.#load(recipient, (source) => source.family === family && source.runs);
  }

  #load(recipient: string, wanted: (source: Source) => boolean): Promise<SourceReport[]> {
    return Promise.all(this.#sources.filter(wanted).map((source) => this.#once(source, recipient)));
  }

  #once(source: Source, recipient: string): Promise<SourceReport> {
    const reports = this.#loaded.get(source) ?? new Map<string, Promise<SourceReport>>();
    this.#loaded.set(source, reports);
    const key = comparableRecipient(recipient);
    const report = reports.get(key) ?? loadSource(source, recipient);
    reports.set(key, report);
    return report;
  }
}

/** Which sources to ask first for a recipient. */
export function familyOf(recipient: string): Family {
  return recipient.startsWith('ssh-') ? 'ssh' : 'age';
}
