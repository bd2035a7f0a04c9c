import type { ListedIdentity, ListedPlace } from '../../keys/listed-place.ts';
import { printablePath } from '../../system/path-text.ts';
import { countIdentities } from './places.ts';

/** The document of `keys list --json`. */
export interface PlacesDocument {
  readonly identities: number;
  readonly places: readonly (Omit<ListedPlace, 'mode'> & { readonly mode: string | null })[];
}

export function placesDocument(places: readonly ListedPlace[]): PlacesDocument {
  return {
    identities: countIdentities(places),
    places: places.map((place) => ({
      ...place,
      place: printablePath(place.place),
      path: place.path === null ? null : printablePath(place.path),
      mode: place.mode === null ? null : (place.mode & 0o7777).toString(8).padStart(4, '0'),
    })),
  };
}

/** Prints the places for people, one a paragraph. */
export function placesText(places: readonly ListedPlace[]): string {
  const width = Math.min(48, Math.max(...places.map(({ place }) => printablePath(place).length)));
  return places.map((place) => placeText(place, width)).join('');
}

function placeText(place: ListedPlace, width: number): string {
  const lines = [`${printablePath(place.place).padEnd(width)}  ${stateText(place)}`];
  lines.push(...place.identities.map((identity) => `    ${identityText(identity)}`));
  for (const { text, hint } of place.problems)
    lines.push(`  ! ${printablePath(hint === undefined ? text : `${text}. ${hint}`)}`);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function stateText({ state, reason, identities }: ListedPlace): string {
  if (state === 'unread') return `${reason} (--run-commands runs it)`;
  if (state === 'absent') return reason ?? 'nothing there';
  if (state === 'broken') return 'no key could be read';
  return identities.length === 1 ? '1 key' : `${identities.length} keys`;
}

function identityText({ kind, recipient, name, flaw }: ListedIdentity): string {
  const words = [
    recipient ?? 'public half unknown',
    `(${kind})`,
    name ?? '',
    flaw === null ? '' : `- ${flaw}`,
  ];
  return printablePath(words.filter((word) => word !== '').join(' '));
}
