import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeE2e } from './describe-e2e.ts';
import { restructurings } from './restructurings/all.ts';
import { type Forecast, forecast } from './restructurings/forecast.ts';
import type { Restructuring } from './restructurings/restructuring.ts';
import { type Round, runRound } from './restructurings/round.ts';
import { complaints } from './restructurings/verdict.ts';

/** Each restructuring is run this often; a race that is lost now and then needs many. */
const rounds = Number(process.env['SOPSKIT_PLAN_ROUNDS'] ?? 2);
/** Run those only whose names this matches. */
const chosen = restructurings.filter(({ name }) =>
  new RegExp(process.env['SOPSKIT_PLAN_ONLY'] ?? '').test(name),
);
/** Scenes at a time: the controllers' four workers and two processors have enough to do with them. */
const atOnce = 8;

interface Result {
  readonly rounds: readonly Round[];
  readonly forecast: Forecast;
}

describeE2e('plan against the real controllers', ['kustomize'], (controlPlane, { kustomize }) => {
  const results = new Map<string, Promise<Result>>();
  const turns = turnstile(atOnce);

  async function resultOf(restructuring: Restructuring): Promise<Result> {
    const all = await Promise.all(
      Array.from({ length: rounds }, () => turns(() => runRound(controlPlane, restructuring))),
    );
    const [first] = all;
    if (first === undefined) throw new Error('no rounds were asked for');
    return { rounds: all, forecast: await turns(() => forecast(first, restructuring, kustomize)) };
  }

  beforeAll(() => {
    for (const restructuring of chosen) {
      const result = resultOf(restructuring);
      result.catch(() => undefined);
      results.set(restructuring.name, result);
    }
  });

  afterAll(async () => {
    const lines: string[] = [];
    for (const [name, pending] of results) {
      const result = await pending.catch(() => null);
      if (result === null) continue;
      lines.push(summary(name, result));
      for (const { scene } of result.rounds) await scene.remove();
    }
    console.log(lines.join('\n'));
  });

  it('has at least 30 restructurings, each with a name of its own', () => {
    expect(new Set(restructurings.map(({ name }) => name)).size).toBe(restructurings.length);
    expect(restructurings.length).toBeGreaterThanOrEqual(30);
  });

  it.each(chosen.map((restructuring) => [restructuring.name, restructuring] as const))(
    '%s',
    async (name, restructuring) => {
      const result = await results.get(name);
      for (const round of result?.rounds ?? [])
        expect(complaints(round, (result as Result).forecast, restructuring)).toEqual([]);
      expect(result?.rounds).toHaveLength(rounds);
    },
  );
});

/** How often each object was lost, and what was announced. */
function summary(name: string, { rounds: all, forecast: said }: Result): string {
  const lost = new Map<string, number>();
  for (const { observed } of all)
    for (const { id, deleted } of observed.values()) if (deleted) lost.set(id, (lost.get(id) ?? 0) + 1);
  const shown = [...lost].map(
    ([id, times]) => `${id} ${times}/${all.length} (${said.changes.get(id)?.risk ?? 'falls'})`,
  );
  return `${said.answer.padEnd(7)} ${name}: ${shown.length === 0 ? 'nothing lost' : shown.join(', ')}`;
}

/** Lets so many pass at a time, in the order in which they come. */
function turnstile(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
