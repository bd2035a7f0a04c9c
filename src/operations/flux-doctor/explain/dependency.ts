import { itemsIn, textIn } from '../../../cluster/fields.ts';
import { nearest } from '../../../errors/suggestion.ts';
import { type FluxObject, keyOfObject, type Reading } from '../reading.ts';
import { type Explanation, kubectl, pushParent, type Rule } from './explanation.ts';

/** `dependsOn`: names that are not there, circles, and honest waiting. */
export const dependencyRules: readonly Rule[] = [
  {
    code: 'dependency.missing',
    says: /dependency '([^']+)' not found|unable to get '([^']+)' dependency/,
    explain: ([, a, b], object, reading) => {
      const wanted = a ?? b ?? '';
      const names = [...reading.objects.values()]
        .filter(({ kind }) => kind === object.kind)
        .map(({ namespace, name }) => `${namespace}/${name}`);
      const close = nearest(wanted, names) ?? names.find((name) => name.endsWith(`/${wanted.split('/')[1]}`));
      return {
        what: `It depends on ${object.kind} ${wanted}, which does not exist: it waits for ever${close === undefined || close === null ? '' : `. Is ${close} meant?`}`,
        mend: [
          `spec.dependsOn    # correct it in Git, or commit ${object.kind} ${wanted}; then push`,
          pushParent(reading, object),
        ],
      };
    },
  },
  {
    code: 'dependency.waits',
    says: /dependency '([^']+)' (?:is not ready|revision is not up to date)|Dependencies do not meet ready condition/,
    explain: ([, name], object, reading) => {
      const circle = circleOf(object, reading);
      if (circle !== null) return inCircle(circle, object, reading);
      const key = name === undefined ? undefined : keyOfObject(object.kind, ...split(name));
      return {
        what: `It waits for ${object.kind} ${name ?? 'what it depends on'}.`,
        mend: [kubectl(reading, `get ${object.kind.toLowerCase()} -A`)],
        causes: key === undefined ? dependenciesOf(object) : [key],
      };
    },
  },
];

/** The first of a circle, by its key, tells of it; the others are its effects. */
function inCircle(circle: readonly string[], object: FluxObject, reading: Reading): Explanation {
  const first = firstOf(circle);
  if (first !== object.key) {
    const waits = shownKey(circle[1] ?? first);
    return { what: `It waits for ${waits}, in the circle.`, mend: [], causes: [first] };
  }
  const names = circle.map((key) => key.split('/').slice(1).join('/'));
  return {
    what: `It depends on itself, in a circle: ${names.join(' → ')}. None of them is ever applied.`,
    mend: [
      'spec.dependsOn    # take one of these arrows out in Git, commit and push',
      pushParent(reading, object),
    ],
  };
}

/** What tells of a circle. */
export function firstOf(circle: readonly string[]): string {
  return [...circle].sort()[0] ?? '';
}

function shownKey(key: string): string {
  return key.replace('/', ' ');
}

function split(name: string): [string, string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}

export function dependenciesOf({ manifest, kind, namespace }: FluxObject): readonly string[] {
  return itemsIn(manifest, 'spec', 'dependsOn').map((one) =>
    keyOfObject(kind, textIn(one, 'namespace') || namespace, textIn(one, 'name')),
  );
}

/** The way from an object over its dependencies back to itself; `null`: there is none. */
export function circleOf(object: FluxObject, { objects }: Reading): readonly string[] | null {
  const seen = new Set<string>();
  const walk = (key: string, way: readonly string[]): readonly string[] | null => {
    const one = objects.get(key);
    if (one === undefined) return null;
    for (const next of dependenciesOf(one)) {
      if (next === object.key) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(object.key, [object.key]);
}
