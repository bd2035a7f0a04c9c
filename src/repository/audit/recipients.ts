import type { AuditedFile, AuditedRecipient } from './audit.ts';
import { grouped } from './grouped.ts';
import type { Opener } from './opener.ts';
import type { RuleRecipients } from './rule-recipients.ts';
import type { Reader } from './sealed-version.ts';
import type { Subject } from './subject.ts';

/** Lists the recipients of all files, most files first. */
export function auditedRecipients(
  subjects: readonly Subject[],
  files: readonly AuditedFile[],
  rules: RuleRecipients,
  opener: Opener,
): AuditedRecipient[] {
  const readers = new Map<string, Reader>();
  const paths = new Map<string, string[]>();
  for (const subject of subjects) {
    for (const reader of subject.readers) {
      readers.set(reader.id, reader);
      paths.set(reader.id, [...(paths.get(reader.id) ?? []), subject.path]);
    }
  }
  const alone = new Map<string, number>();
  for (const id of files.flatMap((file) => file.alone)) alone.set(id, (alone.get(id) ?? 0) + 1);
  return [...readers.values()]
    .map((reader) => ({
      ...reader,
      name: rules.nameOf(reader.id),
      files: paths.get(reader.id)?.length ?? 0,
      alone: alone.get(reader.id) ?? 0,
      folders: foldersOf(paths.get(reader.id) ?? []),
      inRules: rules.has(reader.id),
      held: opener.placeOf(reader),
    }))
    .sort((a, b) => b.files - a.files || order(a.name ?? '~', b.name ?? '~') || order(a.id, b.id));
}

function foldersOf(paths: readonly string[]): AuditedRecipient['folders'] {
  return [...grouped(paths, folderOf)]
    .map(([folder, files]) => ({ folder, files: files.length }))
    .sort((a, b) => order(a.folder, b.folder));
}

/** The folder of a path, `.` for the root. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
