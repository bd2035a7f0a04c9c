import type { Finding, RuleInfo } from './finding.ts';
import { treePathText } from './place-text.ts';

/** One item of `waivers` in `.sopskit.yaml`: somebody looked at a finding, and says why it may stay. */
export interface Waiver {
  /** Of the findings that it takes away: exactly one. */
  readonly code: string;
  /** The glob as it was written, and what it matches: paths from the repository's top. */
  readonly path: string;
  matches(file: string): boolean;
  /** The beginning of a tree path as reports print it, `["data"]["key"]`; `null` for all of the file. */
  readonly key: string | null;
  readonly reason: string;
  /** The last day on which it counts, `2026-12-31`, in UTC; `null` for ever. */
  readonly until: string | null;
  /** Where it stands. */
  readonly file: string;
  readonly line: number | undefined;
}

const unused: RuleInfo = {
  code: 'waiver.unused',
  level: 'note',
  title: 'a waiver that takes nothing away',
  about:
    'What it waived is gone, or its code, path or key does not fit. Take it out, so that it does not hide the next one.',
};
const expired: RuleInfo = {
  code: 'waiver.expired',
  level: 'warning',
  title: 'a waiver whose time is over',
  about: 'Its `until` has passed, and it counts no more. Mend what it waived, or give it a new date.',
};

/** What is told of waivers themselves. */
export const waiverInfos: readonly RuleInfo[] = [unused, expired];

export interface Waived {
  readonly findings: readonly Finding[];
  readonly waived: readonly { readonly finding: Finding; readonly reason: string }[];
}

/**
 * Takes waived findings away. Expired waivers are told, and unused ones where `whole` says that everything was looked
 * at. Findings about waivers cannot be waived.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  { now, whole }: { readonly now: Date; readonly whole: boolean },
): Waived {
  if (waivers.length === 0) return { findings, waived: [] };
  const today = now.toISOString().slice(0, 10);
  const current = waivers.filter(({ until }) => until === null || until >= today);
  const used = new Set<Waiver>();
  const kept: Finding[] = [];
  const waived: Waived['waived'][number][] = [];
  for (const finding of findings) {
    const waiver = current.find((each) => covers(each, finding));
    if (waiver === undefined) kept.push(finding);
    else waived.push({ finding, reason: waiver.reason });
    if (waiver !== undefined) used.add(waiver);
  }
  const idle = whole ? current.filter((waiver) => !used.has(waiver)) : [];
  const old = waivers.filter((waiver) => !current.includes(waiver));
  return { findings: [...kept, ...idle.map(tellUnused), ...old.map(tellExpired)], waived };
}

function covers({ code, matches, key }: Waiver, { rule, place }: Finding): boolean {
  if (rule.code !== code || rule.code.startsWith('waiver.') || !matches(place.file ?? '')) return false;
  return key === null || treePathText(place.path).startsWith(key);
}

function tellUnused({ file, line, code, path }: Waiver): Finding {
  return {
    ...{ rule: unused, level: unused.level, place: placeOf(file, line) },
    message: `the waiver of ${code} for ${path} takes nothing away`,
    fix: 'Take it out, or mend its code, path or key.',
  };
}

function tellExpired({ file, line, code, path, until }: Waiver): Finding {
  return {
    ...{ rule: expired, level: expired.level, place: placeOf(file, line) },
    message: `the waiver of ${code} for ${path} ended on ${until ?? ''}`,
    fix: 'Mend what it waived and take it out, or give it a new date.',
  };
}

function placeOf(file: string, line: number | undefined): Finding['place'] {
  return { file, ...(line === undefined ? {} : { line }) };
}
