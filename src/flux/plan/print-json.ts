import type { Answer, ClusterPlan, Plan } from './plan.ts';
import { answerOf } from './plan-change.ts';

/** The document that `flux plan --json` prints. Fields are added, never renamed or removed. */
export interface JsonPlan {
  readonly tool: 'flux plan';
  /** Of sopskit. */
  readonly version: string;
  /** A commit's id, or `the working tree`. */
  readonly base: string;
  readonly head: string;
  /** Over all clusters: unsafe before unknown before safe. */
  readonly answer: Answer;
  readonly clusters: readonly ClusterPlan[];
}

export function jsonPlan({ base, head, clusters }: Plan, version: string): string {
  const document: JsonPlan = { tool: 'flux plan', version, base, head, answer: answerOf(clusters), clusters };
  return `${JSON.stringify(document, null, 2)}\n`;
}
