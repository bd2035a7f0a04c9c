import type { Place } from '../../errors/sopskit-error.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Report } from '../../findings/report.ts';
import { applyWaivers, waiverInfos } from '../../findings/waivers.ts';
import { checkInfos } from '../../repository/check/check.ts';
import { readWaivers, waiverInvalid } from '../../repository/check/read-waivers.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { RepositoryModel } from '../model/model.ts';
import { LintScene } from './lint-scene.ts';
import { fluxRules } from './registry.ts';

export interface LintRequest {
  /** Tells only of these files, and what is below these folders; from the repository's top. Empty: of all. */
  readonly paths: readonly string[];
  readonly now: Date;
}

/** Applies all rules to a repository's model, and the waivers of its `.sopskit.yaml` to what they find. */
export async function lintModel(
  model: RepositoryModel,
  snapshot: Snapshot,
  { paths, now }: LintRequest,
): Promise<Report> {
  const scene = await LintScene.open(model, snapshot);
  for (const rule of fluxRules) await rule.lint(scene);
  const used = await scene.usedFiles();
  const waivers = await readWaivers({
    snapshot,
    tell: (rule, { file, line, message, fix }) =>
      scene.tell(rule, { place: { file, ...(line === undefined ? {} : { line }) }, message, fix }),
  });
  const infos = [...fluxRules.flatMap((rule) => rule.infos), waiverInvalid, ...waiverInfos];
  const codes = infos.map(({ code }) => code);
  const applied = applyWaivers(scene.findings.sort(inOrder), waivers, {
    now,
    codes,
    // a part that was not built has findings that are not known
    whole: paths.length === 0 && scene.clusters.length > 0 && scene.clusters.every(({ isWhole }) => isWhole),
    foreign: checkInfos.map(({ code }) => code).filter((code) => !codes.includes(code)),
  });
  const kept = (place: Place) => paths.length === 0 || paths.some((path) => isBelow(place.file ?? '', path));
  return {
    tool: 'flux lint',
    rules: infos,
    findings: applied.findings.filter(({ place }) => kept(place)),
    waived: applied.waived.filter(({ finding }) => kept(finding.place)),
    files: new Set(used.map(({ path }) => path)).size,
  };
}

function isBelow(file: string, path: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`);
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
