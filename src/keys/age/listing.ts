import type { System } from '../../system/system.ts';
import type { ListedIdentity, ListedPlace, PlaceProblem } from '../listed-place.ts';
import type { Identity } from './identity.ts';
import { isOpen } from './key-file.ts';
import { PluginIdentity } from './plugin/plugin-identity.ts';
import { ageSources } from './sources/age-sources.ts';
import type { SourceReport } from './sources/report.ts';
import { loadSource, type Source } from './sources/source.ts';
import { sshSources } from './sources/ssh-sources.ts';

/** A place with the identities themselves, for those who want to try them. */
export interface AgePlace {
  readonly listed: ListedPlace;
  readonly identities: readonly Identity[];
}

export interface ListOptions {
  /** Whether the commands of SOPS_AGE_KEY_CMD and its like are run. Plugins and passphrases are never asked. */
  readonly runCommands: boolean;
  /** For whom a command is asked (SOPS_AGE_RECIPIENT). Default: nobody. */
  readonly recipient?: string;
}

/** Looks into every place where age identities may be, in sops' order. */
export async function listAgePlaces(system: System, options: ListOptions): Promise<AgePlace[]> {
  const sources = [...sshSources(system), ...ageSources(system)];
  return Promise.all(sources.map((source) => listSource(system, source, options)));
}

async function listSource(system: System, source: Source, options: ListOptions): Promise<AgePlace> {
  const isSet = system.env.get(source.place) !== undefined;
  if (source.runs && isSet && !options.runCommands) return { listed: unread(source), identities: [] };
  const report = await loadSource(source, options.recipient ?? '');
  return { listed: await listReport(system, source, report), identities: report.identities };
}

async function listReport(system: System, source: Source, report: SourceReport): Promise<ListedPlace> {
  const path = pathOf(system, source);
  const identities = await Promise.all(report.identities.map(listIdentity));
  const read = report.absent === null && (identities.length > 0 || report.problems.length === 0);
  return {
    ...common(source),
    path,
    state: read ? 'read' : report.absent === null ? 'broken' : 'absent',
    reason: report.absent,
    mode: path === null ? null : modeOf(system, path),
    identities,
    // what holds no key may be open, such as a public key
    problems: [...report.problems, ...(path === null || !read ? [] : accessProblems(system, path))],
  };
}

function unread(source: Source): ListedPlace {
  return {
    ...common(source),
    ...{ path: null, mode: null, identities: [], problems: [] },
    state: 'unread',
    reason: 'a command; it was not run',
  };
}

function common({ place, family, runs }: Source): Pick<ListedPlace, 'place' | 'family' | 'kind'> {
  const kind = runs ? 'command' : /^SOPS_\w+$/.test(place) && !place.endsWith('_FILE') ? 'variable' : 'file';
  return { place, family, kind };
}

/** The path of a place: its own, or the one that its variable names (unless that holds a key). */
function pathOf(system: System, { place, runs }: Source): string | null {
  if (runs || place === 'SOPS_AGE_KEY' || place === 'the default key file') return null;
  const path = place.startsWith('SOPS_') ? system.env.get(place) : place;
  return path === undefined || path === '' || /AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY|\n/i.test(path)
    ? null
    : path;
}

async function listIdentity(identity: Identity): Promise<ListedIdentity> {
  const recipient = await identity.publicHalf();
  return { kind: kindOf(identity, recipient), recipient, name: null, flaw: null };
}

function kindOf(identity: Identity, recipient: string | null): string {
  if (identity instanceof PluginIdentity) return `plugin ${identity.plugin}`;
  if (identity.kind === 'locked') return 'behind a passphrase';
  if (recipient?.startsWith('ssh-')) return recipient.split(' ')[0] ?? 'ssh';
  return recipient?.startsWith('age1pq1') ? 'post-quantum' : 'x25519';
}

function modeOf(system: System, path: string): number | null {
  try {
    return system.files.status(path)?.mode ?? null;
  } catch {
    return null; // a folder above may not be looked into; reading has said so
  }
}

function accessProblems(system: System, path: string): PlaceProblem[] {
  const mode = modeOf(system, path);
  if (mode === null || !isOpen(system, path)) return [];
  const bits = (mode & 0o777).toString(8).padStart(4, '0');
  return [{ text: `others can read it (its mode is ${bits})`, hint: `Close it: chmod 600 ${quoted(path)}` }];
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
