import { SopskitError } from '../../errors/sopskit-error.ts';
import { textField } from '../../keys/fields.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { DataKeyAge } from './audit.ts';
import type { DataKeys } from './data-keys.ts';
import { grouped } from './grouped.ts';
import type { NumberedVersion, Subject } from './subject.ts';

/** What dating data keys goes by. */
export interface Dating {
  readonly subjects: readonly Subject[];
  /** `null` where there is no history to look at. */
  readonly versions: readonly NumberedVersion[] | null;
  readonly keys: DataKeys;
  /** Opens a version: a hash of its data key, or `null`. */
  open(version: NumberedVersion): Promise<string | null>;
}

/** Tells since when the files' data keys are in use. */
export async function dataKeyAges(dating: Dating): Promise<(subject: Subject) => DataKeyAge> {
  const { versions, keys, subjects } = dating;
  if (versions === null) return (subject) => ageFromMetadata(subject.file);
  const byPath = grouped(versions, ({ path }) => path);
  for (const subject of subjects) await settle(dating, subject, byPath);
  const first = firstVersions(versions, keys);
  return (subject) => {
    const version = first.get(keys.of(subject.node));
    const before = predecessor(version, byPath, subject);
    const isOpened = ({ node }: Pick<NumberedVersion, 'node'>): boolean => keys.openedOf(node) !== null;
    const isDoubtful = before !== undefined && !(isOpened(before) && isOpened(subject));
    const atLeast = version?.inherited === true || isDoubtful;
    if (version === undefined) return { since: null, source: 'worktree', commit: null, atLeast };
    return { since: version.time, source: 'git', commit: version.commit, atLeast };
  };
}

/** Where a version just before may have the same data key, only opening it tells. */
async function settle(
  { versions, keys, open }: Dating,
  subject: Subject,
  byPath: ReadonlyMap<string, readonly NumberedVersion[]>,
): Promise<void> {
  if (subject.traces.opened === null) return;
  for (;;) {
    const own = (versions ?? []).length === 0 ? [] : (byPath.get(subject.path) ?? []);
    const first = own.find(({ node }) => keys.of(node) === keys.of(subject.node));
    const before = predecessor(first, byPath, subject);
    if (before === undefined || keys.openedOf(before.node) !== null) return;
    const opened = await open(before);
    if (opened === null) return;
    keys.add({ ...before.traces, opened }, before.path);
  }
}

/** The version that the same path had before; for a data key that is not committed yet the last one. */
function predecessor(
  version: NumberedVersion | undefined,
  byPath: ReadonlyMap<string, readonly NumberedVersion[]>,
  subject: Subject,
): NumberedVersion | undefined {
  const versions = byPath.get(version?.path ?? subject.path) ?? [];
  return version === undefined ? versions.at(-1) : versions[versions.indexOf(version) - 1];
}

function firstVersions(
  versions: readonly NumberedVersion[],
  keys: DataKeys,
): ReadonlyMap<number, NumberedVersion> {
  const first = new Map<number, NumberedVersion>();
  for (const version of versions) {
    const key = keys.of(version.node);
    if (isEarlier(version, first.get(key))) first.set(key, version);
  }
  return first;
}

function isEarlier({ time }: NumberedVersion, other: NumberedVersion | undefined): boolean {
  return other === undefined || (time ?? '') < (other.time ?? '');
}

/** What a file says itself. age keys have no date: for them only the values have one. */
function ageFromMetadata({ metadata }: SealedFile): DataKeyAge {
  const dates = metadata.keyGroups
    .flat()
    .flatMap(({ fields }) => createdAt(fields))
    .sort();
  const [oldest] = dates;
  if (oldest !== undefined) return { since: oldest, source: 'created_at', commit: null, atLeast: false };
  return { since: utc(metadata.lastModified), source: 'lastmodified', commit: null, atLeast: true };
}

function createdAt(fields: Parameters<typeof textField>[0]): string[] {
  try {
    const date = utc(textField(fields, 'created_at'));
    return date === null ? [] : [date];
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}

function utc(text: string): string | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
