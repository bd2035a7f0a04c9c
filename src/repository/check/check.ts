import type { Finding, RuleInfo } from '../../findings/finding.ts';
import type { Report } from '../../findings/report.ts';
import { applyWaivers, waiverInfos } from '../../findings/waivers.ts';
import type { System } from '../../system/system.ts';
import { fluxCodes } from './flux-codes.ts';
import { readWaivers, waiverInvalid } from './read-waivers.ts';
import { rules } from './registry.ts';
import type { RuleRun } from './rule.ts';
import { configInvalid } from './rules-of-files.ts';
import { Scene } from './scene.ts';
import { Subject } from './subject.ts';
import { openTarget, type Target } from './target.ts';
import { targetInfos } from './target-findings.ts';

export interface CheckRequest {
  /** Files, folders and globs to look at; none: everything. */
  readonly paths: readonly string[];
  /** Whether what is staged is looked at, instead of the working tree. */
  readonly staged: boolean;
  /** A range of commits to look through, as `git rev-list` takes it, or `--all`. */
  readonly history: string | null;
  /** `--config`. */
  readonly config: string | null;
  /** Whether encrypted files are also opened, with the identities of this machine. */
  readonly verify: boolean;
}

export interface Checked {
  readonly report: Report;
  /** Absolute; what the places of the findings are relative to. */
  readonly root: string;
}

/** Everything that `check` may find. */
export const checkInfos: readonly RuleInfo[] = [
  ...rules.flatMap((rule) => rule.infos),
  ...targetInfos,
  configInvalid,
  waiverInvalid,
  ...waiverInfos,
];

/**
 * Looks for readable secrets, broken files and leaked keys. Throws `git.*`, `file.missing`, `usage.*` where it cannot
 * begin; whatever it then cannot read is a finding.
 */
export async function check(system: System, request: CheckRequest): Promise<Checked> {
  const target = await openTarget(system, request);
  try {
    const scene = new Scene(system, target.scope, target.snapshot, request);
    const files = await lookAtAll(scene, target);
    const waivers = await readWaivers(scene);
    const whole = target.scope.kind === 'tree' && target.scope.whole;
    const codes = checkInfos.map(({ code }) => code);
    const options = { now: system.now(), whole, codes, foreign: fluxCodes };
    const applied = applyWaivers(scene.findings.sort(inOrder), waivers, options);
    const report: Report = {
      tool: 'check',
      rules: checkInfos,
      ...applied,
      files,
    };
    return { report, root: target.snapshot.root };
  } finally {
    await target.close();
  }
}

async function lookAtAll(scene: Scene, target: Target): Promise<number> {
  const runs = rules.map((rule) => rule.start(scene));
  let files = 0;
  for await (const { path, commit, read, committed } of target.files(scene)) {
    files++;
    const bytes = await read();
    if (bytes !== null) await lookAt(new Subject(path, bytes, commit, committed), runs);
  }
  for (const run of runs) await run.end?.();
  return files;
}

async function lookAt(subject: Subject, runs: readonly RuleRun[]): Promise<void> {
  for (const run of runs) await run.file?.(subject);
}

/** By file, line and code; files in the order of their names. */
function inOrder(a: Finding, b: Finding): number {
  return (
    compare(a.place.file ?? '', b.place.file ?? '') ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    compare(a.rule.code, b.rule.code)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
