import type { Unknown } from '../unknown.ts';
import type { Build } from './build.ts';

/**
 * What is certain of two builds of one Kustomization, of which nobody knows which it is: variables in its own spec are
 * not known. Objects with the same ids are built, their values are not certain.
 */
export function eitherBuild(key: string, one: Build, other: Build | null): Build {
  const doubt = unknownSpec(key);
  if (one.kind === 'built' && other?.kind === 'built' && idsOf(one) === idsOf(other))
    return { ...one, unknowns: [...one.unknowns, doubt] };
  if (one.kind === 'failed' && other?.kind === 'failed' && one.message === other.message) return one;
  return { kind: 'unknown', unknowns: [doubt, ...(one.kind === 'unknown' ? one.unknowns : [])] };
}

export function unknownSpec(key: string): Unknown {
  return {
    reason: 'variable',
    subject: key,
    message: `the spec of ${key} has variables whose value is not known`,
    fix: 'Put the ConfigMap or Secret that they come from into the repository.',
  };
}

function idsOf({ objects }: Extract<Build, { kind: 'built' }>): string {
  return objects
    .map(({ id }) => id)
    .sort()
    .join('\n');
}
