import { type CaseItem, entryKey } from './made-case.ts';
import type { SpecPart } from './made-change.ts';
import type { Random } from './random.ts';

export const sourceKeys: readonly string[] = [
  'GitRepository/flux-system/flux-system',
  'GitRepository/flux-system/apps',
];
export function randomItem(random: Random, text: string): CaseItem {
  const roll = random.next();
  const annotation =
    roll < 0.08
      ? { prune: 'disabled' }
      : roll < 0.11
        ? { ssa: 'IfNotPresent' }
        : roll < 0.13
          ? { ssa: 'Ignore' }
          : roll < 0.15
            ? { reconcile: 'disabled' }
            : null;
  return annotation === null
    ? { kind: 'object', text }
    : { kind: 'object', text, part: { annotations: annotation } };
}

export function randomSpec(random: Random, keys: readonly string[]): SpecPart {
  const roll = random.next();
  const dependency = random.pick(keys);
  const [namespace = '', name = ''] = dependency.split('/');
  return {
    ...(random.chance(0.15) ? { prune: false } : {}),
    ...(roll < 0.06
      ? { deletionPolicy: 'Orphan' as const }
      : roll < 0.1
        ? { deletionPolicy: 'Delete' as const }
        : roll < 0.13
          ? { deletionPolicy: 'WaitForTermination' as const }
          : {}),
    ...(random.chance(0.06) ? { suspend: true } : {}),
    ...(random.chance(0.15) ? { wait: true } : {}),
    ...(random.chance(0.2) && dependency !== entryKey
      ? { dependsOn: [{ namespace, name, readyExpr: null }] }
      : {}),
  };
}

/** What a parent sets on its children. */
export function randomPatch(random: Random): SpecPart {
  return random.pick<SpecPart>([
    { prune: false },
    { deletionPolicy: 'Orphan' },
    { suspend: true },
    { wait: true },
  ]);
}
