import type { SharedDataKey, SharedValue } from './audit.ts';
import { type DataKeys, type Evidence, evidenceOf } from './data-keys.ts';
import { grouped } from './grouped.ts';
import { neededGroups, sealedPlaces } from './sealed-version.ts';
import type { Subject } from './subject.ts';

const strongestFirst: readonly Evidence[] = ['opened', 'wrapped', 'ciphertext', 'history'];

/** Finds files that have one data key: whoever opens one of them can open all. */
export function sharedDataKeys(subjects: readonly Subject[], keys: DataKeys): SharedDataKey[] {
  return [...grouped(subjects, ({ node }) => keys.of(node)).values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      files: group.map(({ path }) => path),
      evidence: evidenceAmong(group),
      hiddenReaders: hiddenReaders(group),
    }));
}

/** Finds ciphertext that stands in more than one file. */
export function sharedValues(subjects: readonly Subject[]): SharedValue[] {
  const places = new Map<string, { path: string; value: string }[]>();
  for (const { path, file } of subjects) {
    for (const { mark, place, isComment } of sealedPlaces(file)) {
      if (isComment) continue;
      const known = places.get(mark);
      if (known === undefined) places.set(mark, [{ path, value: place }]);
      else known.push({ path, value: place });
    }
  }
  return [...places.values()]
    .filter((each) => new Set(each.map(({ path }) => path)).size > 1)
    .map((each) => ({ places: each }));
}

/** Each file is compared with the one it has most in common with; the weakest of these links counts. */
function evidenceAmong(group: readonly Subject[]): Evidence {
  const best = group.slice(1).map((one, index) => {
    const links = group.slice(0, index + 1).map((other) => evidenceOf(one.traces, other.traces));
    return Math.min(...links.map((link) => strongestFirst.indexOf(link)));
  });
  return strongestFirst[Math.max(...best)] ?? 'history';
}

/** Only where one key is enough: the part of a data key opens nothing. */
function hiddenReaders(group: readonly Subject[]): SharedDataKey['hiddenReaders'] {
  const simple = group.filter(({ file }) => neededGroups(file) === 1);
  const ids = [...new Set(simple.flatMap(({ readers }) => readers.map(({ id }) => id)))];
  return ids.flatMap((id) => {
    const files = group.filter(({ readers }) => !readers.some((reader) => reader.id === id));
    return files.length === 0 ? [] : [{ id, files: files.map(({ path }) => path) }];
  });
}

/** Copied values, put together by the files that have them. */
export function copiedValues(
  shared: readonly SharedValue[],
): { readonly files: readonly string[]; readonly values: readonly string[] }[] {
  const byFiles = grouped(shared, ({ places }) =>
    JSON.stringify([...new Set(places.map(({ path }) => path))]),
  );
  return [...byFiles].map(([files, values]) => ({
    files: JSON.parse(files) as string[],
    values: values.map(({ places }) => [...new Set(places.map(({ value }) => value))].join(' = ')),
  }));
}
