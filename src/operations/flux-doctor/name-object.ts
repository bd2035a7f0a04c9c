import type { Cluster, ClusterEvent, KindRef, ObjectRef } from '../../cluster/cluster.ts';
import { groupOf } from '../../cluster/discovery.ts';
import { textIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { parseId } from '../../flux/object-id.ts';
import type { Reading } from './reading.ts';

/** An object that was asked for; `apiVersion` empty: the cluster does not serve its kind any more. */
export interface AskedObject extends KindRef {
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Finds what `KIND/NAME` means: as kubectl takes kinds, and in the namespace that was named, else where an object of that
 * name is, or was. Throws `usage.invalid` for a text of another shape, and for a name that several namespaces have;
 * `cluster.not-found` for a kind that nothing knows.
 */
export async function nameObject(
  cluster: Cluster,
  typed: string,
  namespace: string | null,
  reading: Reading,
  events: readonly ClusterEvent[],
): Promise<AskedObject> {
  const slash = typed.indexOf('/');
  const [word, name] = [typed.slice(0, slash), typed.slice(slash + 1)];
  if (slash <= 0 || name === '' || name.includes('/'))
    throw new SopskitError('usage.invalid', `${typed} is no object`, {
      hint: 'Give KIND/NAME, such as configmap/settings, and its namespace with -n.',
    });
  const known = knownObjects(reading, events);
  const served = await cluster.resolve(word);
  const kinds = served.length > 0 ? served : goneKinds(word, known);
  if (kinds.length === 0) throw noKind(cluster, word);
  const places = await Promise.all(kinds.map((kind) => placesOf(cluster, kind, name, namespace, known)));
  const index = Math.max(
    0,
    places.findIndex(({ live }) => live),
  );
  const [kind, place] = [kinds[index], places[index]];
  if (kind === undefined || place === undefined) throw noKind(cluster, word);
  const [first = cluster.namespace, second] = place.namespaces;
  if (second !== undefined)
    throw new SopskitError(
      'usage.invalid',
      `Several namespaces have a ${kind.kind} ${name}: ${place.namespaces.join(', ')}`,
      {
        hint: `Name one: -n ${first}.`,
      },
    );
  return { ...kind, group: kind.apiVersion === '' ? '' : groupOf(kind.apiVersion), namespace: first, name };
}

interface Known {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What inventories and events name, also of what is gone. */
function knownObjects({ objects }: Reading, events: readonly ClusterEvent[]): readonly Known[] {
  const listed = [...objects.values()].flatMap(({ inventory }) => inventory.map(parseId));
  const told = events.flatMap(({ message }) =>
    message.split('\n').flatMap((line) => {
      const [, kind, first, second] =
        /(?:^|: )([A-Z]\w*)\/([^/\s]+)(?:\/(\S+))? (?:created|configured|deleted)$/.exec(line) ?? [];
      if (kind === undefined || first === undefined) return [];
      return [
        second === undefined
          ? { kind, namespace: '', name: first }
          : { kind, namespace: first, name: second },
      ];
    }),
  );
  return [...listed, ...told];
}

/** A kind whose CustomResourceDefinition is gone may still be in an inventory. */
function goneKinds(word: string, known: readonly Known[]): readonly KindRef[] {
  const lower = word.toLowerCase().split('.')[0] ?? '';
  const kind = known.find((one) =>
    [one.kind.toLowerCase(), `${one.kind.toLowerCase()}s`].includes(lower),
  )?.kind;
  if (kind !== undefined) return [{ apiVersion: '', kind }];
  // of an object that no Kustomization applied only its definition's deletion is known
  const isDefined = known.some(
    (one) =>
      one.kind === 'CustomResourceDefinition' && [lower, `${lower}s`].includes(one.name.split('.')[0] ?? ''),
  );
  return isDefined ? [{ apiVersion: '', kind: word.split('.')[0] ?? '' }] : [];
}

async function placesOf(
  cluster: Cluster,
  kind: KindRef,
  name: string,
  namespace: string | null,
  known: readonly Known[],
): Promise<{ readonly namespaces: readonly string[]; readonly live: boolean }> {
  if (kind.apiVersion !== '' && (await cluster.isNamespaced(kind)) === false)
    return { namespaces: [''], live: await isLive(cluster, { ...kind, namespace: '', name }) };
  if (namespace !== null) {
    const live = kind.apiVersion !== '' && (await isLive(cluster, { ...kind, namespace, name }));
    return { namespaces: [namespace], live };
  }
  const all = kind.apiVersion === '' ? [] : await cluster.list(kind, null).catch(() => []);
  const live = all
    .filter((manifest) => textIn(manifest, 'metadata', 'name') === name)
    .map((manifest) => textIn(manifest, 'metadata', 'namespace'));
  if (live.length > 0) return { namespaces: live, live: true };
  const past = known.filter((one) => one.kind === kind.kind && one.name === name).map((one) => one.namespace);
  return { namespaces: [...new Set(past)], live: false };
}

/** What may not be read is not known to be there. */
async function isLive(cluster: Cluster, object: ObjectRef): Promise<boolean> {
  const manifest = await cluster.get(object).catch((error: unknown) => {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return null;
    throw error;
  });
  return manifest !== null;
}

function noKind({ flags }: Cluster, word: string): SopskitError {
  return new SopskitError('cluster.not-found', `The cluster has no kind ${word}`, {
    hint: `kubectl${flags} api-resources lists kinds and their short names.`,
  });
}
