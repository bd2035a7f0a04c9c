import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import type { PostBuild } from '../kustomization.ts';
import { substituteText } from './envsubst/envsubst.ts';
import { readKubernetesObject } from './kubernetes-yaml.ts';
import { annotationsOf, labelsOf } from './object-fields.ts';
import type { Variables } from './variables.ts';

export type Substituted =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'substituted';
      readonly object: Mapping;
      /** Variables in it whose value is not known. */
      readonly uncertain: ReadonlySet<string>;
      /** The same with another value for those: what differs cannot be told. `null`: it could not be built at all. */
      readonly other: Mapping | null;
    }
  /** Whether there is an object at all hangs on variables whose value is not known. */
  | { readonly kind: 'uncertain'; readonly names: ReadonlySet<string> }
  /** In the controller's words, behind `post build failed for …: `. `unset`: the variable that has no value. */
  | { readonly kind: 'failed'; readonly message: string; readonly unset?: string };

const setting = 'kustomize.toolkit.fluxcd.io/substitute';
const nameShape = '^[_[:alpha:]][_[:alpha:][:digit:]]*$';

/**
 * Puts variables into an object as the controller does (fluxcd/pkg/kustomize, SubstituteVariables): into its YAML text,
 * which is then read anew, so that a value may become a number or a truth value. `text`: that YAML.
 */
export function substituteObject(
  object: Mapping,
  text: () => string,
  postBuild: PostBuild,
  variables: Variables,
): Substituted {
  if (!isSubstituted(object)) return { kind: 'same' };
  // what a missing source holds are variables too: with them, the substitution is done
  if (variables.values.size === 0 && variables.missing.length === 0 && postBuild.strategy !== 'Always')
    return { kind: 'same' };
  const wrong = [...variables.values.keys()].find((name) => !/^[_a-z][_a-z0-9]*$/i.test(name));
  if (wrong !== undefined)
    return failed(`envsubst error: '${wrong}' var name is invalid, must match '${nameShape}'`);
  const template = text();
  if (!template.includes('$')) return { kind: 'same' };
  return putInto(template, variables);
}

/** Whether its label or annotation does not switch substitution off. */
export function isSubstituted(object: Mapping): boolean {
  return ![labelsOf(object), annotationsOf(object)].some((texts) => texts.get(setting) === 'disabled');
}

function putInto(template: string, variables: Variables): Substituted {
  const uncertain = new Set<string>();
  const lookUp = (name: string, otherwise: string): string | null => {
    if (variables.missing.length > 0 && !variables.certain.has(name)) {
      uncertain.add(name);
      return otherwise;
    }
    return variables.values.get(name) ?? (variables.lenient ? '' : null);
  };
  const first = read(template, (name) => lookUp(name, variables.values.get(name) ?? ''));
  if (first.kind === 'refused' || uncertain.size === 0) {
    if (first.kind === 'read') return { kind: 'substituted', object: first.object, uncertain, other: null };
    return failed(first.message, first.unset);
  }
  const second = read(template, (name) => lookUp(name, probe));
  if (first.kind !== 'read') return { kind: 'uncertain', names: uncertain };
  const other = second.kind === 'read' ? second.object : null;
  return { kind: 'substituted', object: first.object, uncertain, other };
}

/** A value that nobody gives a variable. */
const probe = 'sopskit-unknown-value';

type Read =
  | { readonly kind: 'read'; readonly object: Mapping }
  /** `refused`: whatever the values. */
  | { readonly kind: 'refused' | 'unreadable'; readonly message: string; readonly unset?: string };

function read(template: string, lookUp: (name: string) => string | null): Read {
  const text = substituteText(template, lookUp);
  if (typeof text !== 'string') {
    const message = `envsubst error: variable substitution failed: ${text.message}`;
    return { kind: 'refused', message, ...('variable' in text ? { unset: text.variable } : {}) };
  }
  try {
    const object = readKubernetesObject(text);
    return object === null
      ? { kind: 'unreadable', message: 'envsubst error: it is no object any more' }
      : { kind: 'read', object };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const line = error.place?.line === undefined ? '' : `line ${error.place.line}: `;
    const why = error.message.replace(/^YAML: /, '');
    return { kind: 'unreadable', message: `envsubst error: YAMLToJSON: yaml: ${line}${why}` };
  }
}

function failed(message: string, unset?: string): Substituted {
  return { kind: 'failed', message, ...(unset === undefined ? {} : { unset }) };
}
