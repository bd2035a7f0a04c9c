import type { Plan } from './plan.ts';
import { answerOf } from './plan-change.ts';
import { githubPlan } from './print-github.ts';
import { jsonPlan } from './print-json.ts';
import { markdownPlan } from './print-markdown.ts';
import { planText } from './print-text.ts';

export interface PrintPlanOptions {
  readonly colour: boolean;
  readonly all: boolean;
  /** Of sopskit. */
  readonly version: string;
}

export function printPlan(
  plan: Plan,
  format: 'text' | 'json' | 'github' | 'markdown',
  { version, ...options }: PrintPlanOptions,
): string {
  switch (format) {
    case 'json':
      return jsonPlan(plan, version);
    case 'github':
      return githubPlan(plan);
    case 'markdown':
      return markdownPlan(plan);
    case 'text':
      return planText(plan, options);
  }
}

/**
 * The exit status: 0 where nothing is deleted or orphaned and all that matters is known, 1 where something is or a
 * Kustomization that worked at the base fails, 3 where it cannot be told.
 */
export function statusOf({ clusters }: Plan): number {
  const answer = answerOf(clusters);
  const breaks = clusters.some(({ failing }) => failing.some(({ broken }) => broken === true));
  if (answer === 'unsafe' || breaks) return 1;
  return answer === 'unknown' ? 3 : 0;
}
