import type { Problem } from './problem.ts';

const levels = ['broken', 'waits', 'note'];
const kinds = [
  'Deployment',
  'GitRepository',
  'OCIRepository',
  'Bucket',
  'ExternalArtifact',
  'HelmRepository',
  'HelmChart',
  'Kustomization',
  'HelmRelease',
];

/** Puts causes first, each with its effects behind it; what is noted only comes last. */
export function ordered(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort(
    (a, b) =>
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const done = new Set<Problem>();
  const tell = (problem: Problem): void => {
    if (done.has(problem)) return;
    done.add(problem);
    for (const other of sorted) if (other.causes.includes(problem.key)) tell(other);
  };
  // what waits for one another in a circle has no first
  for (const problem of sorted) if (problem.causes.length === 0) tell(problem);
  for (const problem of sorted) tell(problem);
  return [...done];
}
