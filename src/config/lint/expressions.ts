import type { Place } from '../../errors/sopskit-error.ts';
import type { Config } from '../config.ts';
import { type SelectorKind, selectorKinds } from '../selector.ts';

/** One regular expression of a configuration. */
export interface Expression {
  readonly field: 'path_regex' | SelectorKind;
  readonly source: string;
  readonly place: Place;
  /** `creation rule 2`, `destination rule 1`. */
  readonly owner: string;
}

/** Every regular expression, in the order of the file. Suffixes are none. */
export function expressionsOf({ creationRules, destinationRules }: Config): Expression[] {
  const creation = (creationRules ?? []).flatMap((rule) => {
    const owner = `rule ${rule.index + 1}`;
    const placeOf = (field: string) => rule.places.get(field) ?? rule.place;
    const selectors = selectorKinds.flatMap((field): Expression[] => {
      const source = rule.selectors[field] ?? '';
      const isRegex = field.endsWith('_regex') && source !== '';
      return isRegex ? [{ field, source, place: placeOf(field), owner }] : [];
    });
    const field = 'path_regex' as const;
    const path = { field, source: rule.pathRegex, place: placeOf(field), owner };
    return rule.pathRegex === '' ? selectors : [path, ...selectors];
  });
  const destination = destinationRules.flatMap((rule): Expression[] => {
    const owner = `destination rule ${rule.index + 1}`;
    return rule.pathRegex === ''
      ? []
      : [{ field: 'path_regex', source: rule.pathRegex, place: rule.place, owner }];
  });
  return [...creation, ...destination];
}

/** `path_regex of rule 2`. */
export function expressionName({ field, owner }: Expression): string {
  return `${field} of ${owner}`;
}

/** Cuts an expression for a message. */
export function shortened(source: string): string {
  return source.length > 80 ? `${source.slice(0, 77)}…` : source;
}

/**
 * Tells whether an expression is a glob, from what only globs do: `*` at the start, `**`, `*` right behind `/`, a letter
 * or a dash, `{a,b}`. An expression may do that too, but hardly on purpose.
 */
export function isGlob(source: string): boolean {
  const plain = source.replaceAll(/\\.|\[[^\]]*\]/g, '_').replace(/^\^/, '');
  if (/\.[*+]|\|/.test(plain) && !/(?:^|\/)\*\*?(?:\/|\.|$)/.test(plain)) return false;
  return /^\*|\*\*|(?:^|[/A-Za-z-])\*(?:\.|\/|$)|\{[^}]*[^0-9},][^}]*,[^}]*\}/.test(plain);
}

/** Writes a glob as an expression: `clusters/*.yaml` → `^clusters/[^/]*\.yaml$`. */
export function globAsRegex(glob: string): string {
  const body = glob
    .replace(/^\^|\$$/g, '')
    .replace(/^\.?\//, '')
    .replaceAll(
      /\\(.)|\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[.+^$()|[\]]/g,
      (sign, escaped?: string, list?: string) => {
        if (escaped !== undefined) return `\\${escaped}`;
        if (list !== undefined) return `(${list.split(',').join('|')})`;
        return globSigns.get(sign) ?? `\\${sign}`;
      },
    );
  return glob.includes('/') ? `^${body}$` : `(^|/)${body}$`;
}

const globSigns: ReadonlyMap<string, string> = new Map([
  ['**/', '(.*/)?'],
  ['**', '.*'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
]);
