import { type AgePlace, type ListOptions, listAgePlaces } from '../../keys/age/listing.ts';
import type { ListedPlace } from '../../keys/listed-place.ts';
import { listPgpPlaces, type SecretPgpKey } from '../../keys/pgp/secret-keys.ts';
import type { System } from '../../system/system.ts';

/** Every place where private keys are looked for, and the keys themselves for those who try them. */
export interface Places {
  readonly age: readonly AgePlace[];
  readonly pgp: readonly SecretPgpKey[];
  /** All of them, in the order in which sops looks. */
  readonly listed: readonly ListedPlace[];
}

/** Looks for private keys in all places. Nothing is unlocked and nobody is asked. */
export async function findPlaces(system: System, options: ListOptions): Promise<Places> {
  const age = await listAgePlaces(system, options);
  const pgp = await listPgpPlaces(system);
  return { age, pgp: pgp.keys, listed: [...age.map(({ listed }) => listed), ...pgp.places] };
}

/** How many private keys were found. */
export function countIdentities(places: readonly ListedPlace[]): number {
  return places.reduce((sum, { identities }) => sum + identities.length, 0);
}
