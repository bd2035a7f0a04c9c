import { Secret } from '../../../secret/secret.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import type { System } from '../../../system/system.ts';
import { holdsRecipients } from '../holds.ts';
import type { Assessment } from './assess.ts';
import type { RetireWork } from './ground.ts';
import type { Holding } from './holding.ts';
import { archiveFolder, findArchived } from './key-archive.ts';
import { keyPlaces } from './key-places.ts';
import type { RetiredKeyFile } from './report.ts';
import type { RetireRequest } from './request.ts';
import type { NamingRule } from './verdict.ts';

/** What is to become of the private key on this machine. */
export interface KeyPlan {
  /** The identity, to keep a copy of; `null`: it is nowhere to be had, or kept already. */
  readonly identity: Secret | null;
  readonly comments: readonly string[];
  /** Absolute; `null`: no copy is needed. */
  readonly folder: string | null;
  readonly shown: RetiredKeyFile;
}

/**
 * Plans it: a copy in the archive, and out of the key files, unless files here need it still. Throws `identity.missing`
 * where there is no place for the archive.
 */
export async function planKey(
  system: System,
  { archive, destroy }: RetireRequest,
  { identities, recipient }: RetireWork,
  { named, rules }: Assessment,
  holdings: readonly Holding[],
): Promise<KeyPlan> {
  const places = await keyPlaces(system, identities, recipient);
  const [first] = places.files;
  const own = identities.found.find((one) => one.recipient === recipient);
  const identity =
    first?.identity ??
    holdings.find((one) => one.identity !== null)?.identity ??
    (own === undefined ? null : own.text.lendText((text) => Secret.fromText(text)));
  const others = holdsRecipients(
    identities.found.flatMap((one) => (one.recipient === recipient ? [] : [one.recipient])),
  );
  const needed = named.filter(({ metadata }) => metadata === null || !opensWith(metadata, others));
  const why = needed.length > 0 ? neededFor(needed[0]?.path ?? '', needed) : namedBy(rules);
  const kept = [
    ...(why === null ? [] : places.files.map(({ path }) => ({ place: path, why }))),
    ...places.fixed.map((place) => ({ place, why: 'it is in no file: take it out there yourself' })),
  ];
  const removedFrom = why !== null ? [] : places.files.map(({ path }) => path);
  const moves = holdings.length > 0 || removedFrom.length > 0;
  const folder = identity === null || !moves ? null : archiveFolder(system, first?.path ?? null, archive);
  const before = folder === null ? null : await findArchived(system, folder, recipient);
  return {
    ...{ identity, comments: first?.comments ?? [], folder },
    shown: { archived: destroy ? null : (before ?? folder), destroyed: destroy && moves, removedFrom, kept },
  };
}

/** A key that rules name is in use, if not in this cluster; `null`: none does. */
function namedBy(rules: readonly NamingRule[]): string | null {
  const [first] = rules;
  if (first === undefined) return null;
  return `${first.file}${first.line === null ? '' : `:${first.line}`} names it for new files`;
}

function neededFor(path: string, all: readonly { readonly path: string }[]): string {
  const count = new Set(all.map((one) => one.path)).size;
  return `files here still need it: ${path}${count > 1 ? ` and ${count - 1} more` : ''}`;
}
