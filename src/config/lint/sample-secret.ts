import { SopskitError } from '../../errors/sopskit-error.ts';
import type { CreationRule } from '../config.ts';
import { pickSelector, type Selector } from '../selector.ts';

/** Keys that Secrets of Kubernetes usually have. */
const usual: readonly string[] = [
  'password',
  'username',
  'token',
  'tls.crt',
  'tls.key',
  '.dockerconfigjson',
  'values.yaml',
  'id_rsa',
  'API_KEY',
];

/** Keys that they have too, and that a list of what stays readable is likely to name. */
const unlucky: readonly string[] = ['name', 'type', 'kind', 'namespace', 'description'];

/** Values of a Secret that must not stay readable, as the keys above them. */
export const secretPaths: readonly (readonly string[])[] = below(usual);

/** The same for keys that are named like those of any object. */
export const unluckyPaths: readonly (readonly string[])[] = below(unlucky);

function below(keys: readonly string[]): string[][] {
  return ['data', 'stringData'].flatMap((top) => keys.map((key) => [top, key]));
}

/** Values of any object that have to stay readable for Kubernetes and Flux. */
export const readablePaths: readonly (readonly string[])[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
];

/** The one selector of a rule, sops' default where it has none; `null` for more than one. */
export function selectorOf(rule: CreationRule, fallback: Selector): Selector | null {
  try {
    return pickSelector(rule.selectors, 'config.invalid') ?? fallback;
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
