import type { Patch } from './patches.ts';

interface Named {
  readonly kind: string;
  readonly name: string;
}

/** Whether a patch is applied to an object, as far as kind and name tell. */
export function fits({ target, rejected = [] }: Patch, object: Named): boolean {
  if (rejected.some((one) => matchesBoth(one, object))) return false;
  if (target.kind === '' && target.name === '') return target.written;
  return matchesBoth(target, object);
}

function matchesBoth(expression: Named, object: Named): boolean {
  return matches(expression.kind, object.kind) && matches(expression.name, object.name);
}

/** kustomize anchors the expressions of a target (types.SelectorRegex). */
function matches(expression: string, text: string): boolean {
  if (expression === '' || expression === text) return true;
  try {
    return new RegExp(`^(?:${expression})$`).test(text);
  } catch {
    return false;
  }
}
