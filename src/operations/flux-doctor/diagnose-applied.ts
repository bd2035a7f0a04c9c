import { textIn } from '../../cluster/fields.ts';
import { keyOf } from '../../flux/kustomization.ts';
import { parseId, showObject } from '../../flux/object-id.ts';
import { kubectl } from './explain/explanation.ts';
import type { Problem } from './problem.ts';
import type { AppliedObject, FluxObject, Reading } from './reading.ts';

/** Names listed in one sentence. */
const mostNames = 5;

/** Tells what is wrong with objects though their Kustomizations are Ready: ciphertext, two owners, deletions that hang. */
export function diagnoseApplied(reading: Reading): readonly Problem[] {
  const owners = ownersOf(reading);
  return [...reading.objects.values()]
    .filter(({ role, deleting }) => role === 'kustomization' && deleting === null)
    .flatMap((object) => [
      ...sealed(object, reading),
      ...hanging(object, reading),
      ...shared(object, owners, reading),
    ]);
}

/** Kustomizations whose inventories have each object. */
export function ownersOf({ objects }: Reading): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const object of objects.values()) {
    for (const id of object.inventory) {
      const list = owners.get(id) ?? [];
      list.push(keyOf(object));
      owners.set(id, list);
    }
  }
  return owners;
}

function about({ key, kind, namespace, name }: FluxObject, code: string): Omit<Problem, 'what' | 'mend'> {
  return {
    ...{ key, kind, namespace, name, code, level: 'broken' },
    ...{ said: '', reason: '', since: null, causes: [] },
  };
}

/** The controller says Ready, and the ciphertext is what programs get for a password. */
function sealed(object: FluxObject, reading: Reading): readonly Problem[] {
  const found = held(object, reading).filter(({ sealed: keys }) => keys.length > 0);
  if (found.length === 0) return [];
  const hasDecryption = textIn(object.manifest, 'spec', 'decryption', 'provider') !== '';
  const why = hasDecryption
    ? 'their sops block was cut off, so that the controller does not see that they are encrypted'
    : 'the Kustomization has no spec.decryption, and for a Secret with stringData, or a ConfigMap, the controller does not notice';
  const names = found.map((one) => `${nameOf(one)} (${one.sealed.join(', ')})`);
  return [
    {
      ...about(object, 'applied.ciphertext'),
      what: `Ciphertext is stored in the cluster as the value: ${list(names)}. ${why[0]?.toUpperCase()}${why.slice(1)}.`,
      mend: [
        hasDecryption
          ? 'sopskit check    # in the repository: finds the files; encrypt them anew'
          : 'spec.decryption: {provider: sops, secretRef: {name: sops-age}}    # add this to the Kustomization in Git, commit and push',
      ],
    },
  ];
}

function hanging(object: FluxObject, reading: Reading): readonly Problem[] {
  const found = held(object, reading).filter(
    ({ deleting }) => deleting !== null && reading.now.getTime() - deleting.getTime() > 5000,
  );
  if (found.length === 0) return [];
  const finalizers = [...new Set(found.flatMap((one) => one.finalizers))];
  const [first] = found;
  return [
    {
      ...about(object, 'applied.terminating'),
      since: first?.deleting ?? null,
      what: `${list(found.map(nameOf))} ${found.length === 1 ? 'is' : 'are'} being deleted, though the Kustomization has ${found.length === 1 ? 'it' : 'them'}: ${finalizers.length === 0 ? 'the API server has not finished' : `the finalizers ${finalizers.join(', ')} hold ${found.length === 1 ? 'it' : 'them'}`}. Nothing takes a deletion back; Flux makes ${found.length === 1 ? 'it' : 'them'} anew once ${found.length === 1 ? 'it is' : 'they are'} gone.`,
      mend:
        first === undefined
          ? []
          : [
              kubectl(
                reading,
                `get ${argsOf(first)} -o yaml    # metadata.finalizers: what they wait for has to run`,
              ),
            ],
    },
  ];
}

/** Two Kustomizations apply it in turn, and each takes the other's labels and `prune: disabled` off. */
function shared(
  object: FluxObject,
  owners: ReadonlyMap<string, readonly string[]>,
  reading: Reading,
): readonly Problem[] {
  const own = keyOf(object);
  const found = object.inventory.filter(
    (id) => (owners.get(id) ?? [])[0] === own && (owners.get(id)?.length ?? 0) > 1,
  );
  if (found.length === 0) return [];
  const others = [...new Set(found.flatMap((id) => owners.get(id) ?? []))].filter((key) => key !== own);
  const first = parseId(found[0] ?? '');
  const holder = reading.applied.get(found[0] ?? '')?.owner;
  return [
    {
      ...about(object, 'applied.two-owners'),
      what: `${list(found.map((id) => showObject(parseId(id))))} ${found.length === 1 ? 'is' : 'are'} also in the inventory of ${others.join(', ')}: they apply over each other, and when one of them drops an object that it was the last to apply, the object is deleted for both.${holder === undefined || holder === null ? '' : ` ${showObject(first)} is labelled as ${holder}’s now.`}`,
      mend: [
        'sopskit flux plan    # take it out of one of the two, and look before the push whether it would be deleted',
      ],
    },
  ];
}

function held({ inventory }: FluxObject, { applied }: Reading): readonly AppliedObject[] {
  return inventory.flatMap((id) => applied.get(id) ?? []);
}

function nameOf({ id }: AppliedObject): string {
  return showObject(parseId(id));
}

function argsOf({ id }: AppliedObject): string {
  const { kind, group, namespace, name } = parseId(id);
  const type = group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  return `${type} ${name}${namespace === '' ? '' : ` -n ${namespace}`}`;
}

function list(names: readonly string[]): string {
  const more = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
