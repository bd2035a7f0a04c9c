import path from 'node:path';
import type { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import type { FoundIdentities, FoundIdentity, UnusableIdentity } from './found-identity.ts';
import type { Identity } from './identity.ts';
import { ageSources } from './sources/age-sources.ts';
import { readIdentityText } from './sources/identity-text.ts';
import type { SourceReport } from './sources/report.ts';
import { loadSource, type Source } from './sources/source.ts';
import { sshSources } from './sources/ssh-sources.ts';

/** An identity as its place gave it. */
interface KeptText {
  readonly identity: Identity;
  readonly text: Secret;
  readonly comments: readonly string[];
}

/**
 * Finds the age identities of this machine with their texts, in the places and the order in which sops looks for them.
 * `runCommands`: whether the commands of SOPS_AGE_KEY_CMD and its like are run. Nobody is asked for a passphrase, and no
 * plugin runs. The caller wipes what was found.
 */
export async function findIdentities(
  system: System,
  { runCommands }: { readonly runCommands: boolean },
): Promise<FoundIdentities> {
  const collection = new Collection();
  for (const source of [...sshSources(system), ...ageSources(system)]) {
    if (source.runs && !runCommands) continue;
    const kept: KeptText[] = [];
    const report = await loadSource(source, '', (identity, text, comments) => {
      kept.push({ identity, text, comments: [...comments] });
    });
    await collection.add(source.place, pathOf(system, source), report, kept);
  }
  return collection;
}

/** Reads the identities of one text, such as a file that is named. `file`: absolute, where it is one. */
export async function identitiesIn(
  system: System,
  bytes: Uint8Array,
  { place, file }: { readonly place: string; readonly file: string | null },
): Promise<FoundIdentities> {
  const collection = new Collection();
  const kept: KeptText[] = [];
  const keep = (identity: Identity, text: Secret, comments: readonly string[]): void => {
    kept.push({ identity, text, comments: [...comments] });
  };
  const report = readIdentityText(bytes, place, { manyPerLine: false, keep }, system);
  await collection.add(place, file, report, kept);
  return collection;
}

class Collection implements FoundIdentities {
  readonly found: FoundIdentity[] = [];
  readonly unusable: UnusableIdentity[] = [];
  readonly problems: string[] = [];

  async add(
    place: string,
    file: string | null,
    report: SourceReport,
    kept: readonly KeptText[],
  ): Promise<void> {
    for (const { text, hint } of report.problems)
      this.problems.push(`${report.place} ${text}${hint === undefined ? '' : `: ${hint}`}`);
    for (const { identity, text, comments } of kept) {
      const recipient = (await identity.publicHalf()) ?? '';
      if (this.found.some((one) => one.recipient === recipient)) {
        text.wipe();
        continue;
      }
      const kind = identity.prefix === 'age1pq1' ? 'hybrid' : 'x25519';
      this.found.push({ kind, recipient, place, path: file, text, replaces: replacedBy(comments) });
    }
    for (const identity of report.identities) {
      if (identity.kind === 'native') continue;
      const recipient = await identity.publicHalf();
      const isKnown = recipient !== null && this.unusable.some((one) => one.recipient === recipient);
      if (!isKnown) this.unusable.push({ kind: identity.kind, recipient, place });
    }
  }

  wipe(): void {
    for (const { text } of this.found) text.wipe();
  }
}

/** `# replaces: age1…`, the last such line above an identity. */
function replacedBy(comments: readonly string[]): string | null {
  const named = comments.map((line) => /^#\s*replaces:\s*(age1[0-9a-z]+)\s*$/.exec(line)?.[1] ?? null);
  return named.findLast((recipient) => recipient !== null) ?? null;
}

/** The file of a place: its own, or the one that its variable names. */
function pathOf(system: System, { place, family, runs }: Source): string | null {
  if (family !== 'age' || runs || place === 'SOPS_AGE_KEY') return null;
  const named = place === 'SOPS_AGE_KEY_FILE' ? system.env.get(place) : place;
  if (named === undefined || named === '' || place === 'the default key file') return null;
  return path.resolve(system.files.cwd, named);
}
