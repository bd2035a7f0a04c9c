import type { Diagnosis, Problem } from './problem.ts';

/** The one JSON document of `flux doctor --json` (docs/flux-doctor.md). */
export function diagnosisJson({ context, server, looked, problems, unread }: Diagnosis): object {
  return {
    context,
    server,
    healthy: !problems.some(({ level }) => level !== 'note'),
    looked,
    problems: problems.map(problemJson),
    unread,
  };
}

export function problemJson(problem: Problem): object {
  const { kind, namespace, name, code, level, what, reason, said, since, mend, causes } = problem;
  return {
    object: { kind, namespace, name },
    ...{ code, level, what, reason, said },
    since: since?.toISOString() ?? null,
    ...{ mend, causes },
  };
}
