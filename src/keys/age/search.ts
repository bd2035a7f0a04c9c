import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Header } from './file/header.ts';
import type { Identity } from './identity.ts';
import { PluginIdentity } from './plugin/plugin-identity.ts';
import { comparableRecipient } from './recipient-text.ts';
import { familyOf, type IdentityStore } from './sources/identity-store.ts';
import type { SourceReport } from './sources/report.ts';

/** An identity that was tried and failed, or whose public half fits although no stanza does. */
export interface Attempt {
  readonly place: string;
  readonly identity: Identity;
  /** What it said; `null` when it just did not fit. */
  readonly problem: SopskitError | null;
}

/** What one search found out, for the warnings or the error. */
export interface Findings {
  readonly fileKey: Uint8Array | null;
  readonly reports: readonly SourceReport[];
  readonly attempts: readonly Attempt[];
}

interface Candidate {
  readonly place: string;
  readonly identity: Identity;
}

/**
 * Looks for the identity that opens a file: first the one whose public half is the recipient, so that nothing else is
 * asked, run or prompted for; then, as sops would, every other one, those that ask the user last.
 */
export class Search {
  readonly #header: Header;
  readonly #recipient: string;
  readonly #store: IdentityStore;
  readonly #reports: SourceReport[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #tried = new Set<Identity>();
  #fileKey: Uint8Array | null = null;

  constructor(header: Header, recipient: string, store: IdentityStore) {
    this.#header = header;
    this.#recipient = comparableRecipient(recipient);
    this.#store = store;
  }

  async run(): Promise<Findings> {
    const own = familyOf(this.#recipient);
    const other = own === 'age' ? 'ssh' : 'age';
    this.#reports.push(...(await this.#store.passive(own)));
    await this.#tryExact();
    if (this.#fileKey === null) {
      this.#reports.push(...(await this.#store.commands(own, this.#recipient)));
      await this.#tryExact();
    }
    await this.#tryRest();
    if (this.#fileKey === null) {
      this.#reports.push(...(await this.#store.passive(other)));
      this.#reports.push(...(await this.#store.commands(other, this.#recipient)));
      await this.#tryRest();
    }
    return { fileKey: this.#fileKey, reports: this.#reports, attempts: this.#attempts };
  }

  async #tryExact(): Promise<void> {
    for (const candidate of this.#candidates()) {
      if (this.#fileKey !== null) return;
      const { identity } = candidate;
      if (identity.prefix === '' || !this.#recipient.startsWith(identity.prefix)) continue;
      if ((await identity.publicHalf()) === this.#recipient) await this.#try(candidate);
    }
  }

  async #tryRest(): Promise<void> {
    const rank = ({ identity }: Candidate): number => rankOf(identity, this.#recipient);
    for (const candidate of this.#candidates().sort((a, b) => rank(a) - rank(b))) {
      if (this.#fileKey !== null) return;
      await this.#try(candidate);
    }
  }

  async #try({ place, identity }: Candidate): Promise<void> {
    this.#tried.add(identity);
    let problem: SopskitError | null = null;
    try {
      this.#fileKey = await identity.unwrap(this.#header);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      problem = error;
    }
    if (this.#fileKey === null) this.#attempts.push({ place, identity, problem });
  }

  #candidates(): Candidate[] {
    return this.#reports.flatMap(({ place, identities }) =>
      identities.filter((identity) => !this.#tried.has(identity)).map((identity) => ({ place, identity })),
    );
  }
}

function rankOf(identity: Identity, recipient: string): number {
  if (identity.kind === 'native') return 0;
  if (identity.kind === 'ssh') return 1;
  if (identity instanceof PluginIdentity && recipient.startsWith(`age1${identity.plugin}1`)) return 2;
  return identity.kind === 'locked' ? 3 : 4;
}
