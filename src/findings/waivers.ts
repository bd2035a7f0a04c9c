import { nearest } from '../errors/suggestion.ts';
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

const unknown: RuleInfo = {
  code: 'waiver.unknown-code',
  level: 'warning',
  title: 'a waiver of a code that there is not',
  about:
    'Nothing is ever found under this code: it was mistyped. Of what is found about .sopskit.yaml itself (waiver.…) nothing can be waived, either.',
};

/** What is told of waivers themselves. */
export const waiverInfos: readonly RuleInfo[] = [unused, expired, unknown];

export interface WaiverOptions {
  readonly now: Date;
  readonly whole: boolean;
  readonly codes: readonly string[];
  readonly foreign?: readonly string[];
}

export interface Waived {
  readonly findings: readonly Finding[];
  readonly waived: readonly { readonly finding: Finding; readonly reason: string }[];
}

/**
 * Takes waived findings away. Expired waivers are told, and unused ones where `whole` says that everything was looked
 * at. Findings about waivers cannot be waived. `codes` are those that there are; `foreign` those of another command, whose
 * waivers are in the same file: whether they are used is not for this one to say.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  { now, whole, codes, foreign = [] }: WaiverOptions,
): Waived {
  const mine = waivers.filter(({ code }) => codes.includes(code) || !foreign.includes(code));
  if (mine.length === 0) return { findings, waived: [] };
  const today = now.toISOString().slice(0, 10);
  const strange = mine.filter(({ code }) => !codes.includes(code) || code.startsWith('waiver.'));
  const known = mine.filter((waiver) => !strange.includes(waiver));
  const current = known.filter(({ until }) => until === null || until >= today);
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
  const old = known.filter((waiver) => !current.includes(waiver));
  const told = [...idle.map(tellUnused), ...old.map(tellExpired)];
  return {
    findings: [...kept, ...told, ...strange.map((waiver) => tellUnknown(waiver, [...codes, ...foreign]))],
    waived,
  };
}

function covers({ code, matches, key }: Waiver, { rule, place }: Finding): boolean {
  if (rule.code !== code || rule.code.startsWith('waiver.') || !matches(place.file ?? '')) return false;
  if (key === null) return true;
  const path = treePathText(place.path);
  // a step is waived whole: ["pass"] is no beginning of ["password"]
  return (
    path.startsWith(key) && (path.length === key.length || (key.endsWith(']') && path[key.length] === '['))
  );
}

function tellUnused({ file, line, code, path }: Waiver): Finding {
  return {
    ...{ rule: unused, level: unused.level, place: placeOf(file, line) },
    message: `the waiver of ${code} for ${path} takes nothing away`,
    fix: 'Take it out, or mend its code, path or key.',
  };
}

function tellUnknown({ file, line, code }: Waiver, codes: readonly string[]): Finding {
  const isOfWaivers = code.startsWith('waiver.');
  const near = isOfWaivers ? null : nearest(code, codes);
  return {
    ...{ rule: unknown, level: unknown.level, place: placeOf(file, line) },
    message: isOfWaivers ? `${code} cannot be waived` : `there is no code ${code}`,
    fix: near === null ? 'Take the waiver out, or give it the code of a finding.' : `Did you mean ${near}?`,
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
