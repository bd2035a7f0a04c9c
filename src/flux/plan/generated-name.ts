import { type ObjectId, printId } from '../object-id.ts';

/** kustomize's name suffixes: ten digits of a hash, those that could make words taken out (kustomize, api/hasher). */
const suffix = /-[2456789bcdfghkmt]{10}$/;

/** What two generated ConfigMaps or Secrets share that differ in their hash only; `null` for other objects. */
export function generatorOf(identity: ObjectId): string | null {
  const { group, kind, name } = identity;
  if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret') || !suffix.test(name)) return null;
  return printId({ ...identity, name: name.replace(suffix, '') });
}
