import { SopskitError } from '../../errors/sopskit-error.ts';
import { textField } from '../../keys/fields.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { DataKeyAge } from './audit.ts';
import type { DataKeys } from './data-keys.ts';
import type { NumberedVersion, Subject } from './subject.ts';

/** Tells since when the files' data keys are in use. `versions` is `null` where there is no history to look at. */
export function dataKeyAges(
  versions: readonly NumberedVersion[] | null,
  keys: DataKeys,
): (subject: Subject) => DataKeyAge {
  const first = new Map<number, NumberedVersion>();
  for (const version of versions ?? []) {
    const key = keys.of(version.node);
    if (isEarlier(version, first.get(key))) first.set(key, version);
  }
  return (subject) => {
    if (versions === null) return ageFromMetadata(subject.file);
    const version = first.get(keys.of(subject.node));
    if (version === undefined) return { since: null, source: 'worktree', commit: null };
    return { since: version.time, source: 'git', commit: version.commit };
  };
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
  if (oldest !== undefined) return { since: oldest, source: 'created_at', commit: null };
  return { since: utc(metadata.lastModified), source: 'lastmodified', commit: null };
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
