import type { ListedPlace } from '../../keys/listed-place.ts';
import { shortId } from '../audit/labels.ts';
import { shellWord } from '../check/shell-word.ts';
import type { RecipientVerdict } from './diagnosis.ts';
import type { StrayKeyFile } from './elsewhere.ts';

/** What to do about a file that no key here opens, most promising first. */
export function stepsToKey(
  typed: string,
  groups: readonly (readonly RecipientVerdict[])[],
  places: readonly ListedPlace[],
  strays: readonly StrayKeyFile[],
): string[] {
  const recipients = groups.flat();
  const ids = new Set(recipients.map(({ id }) => id));
  const found = strays.filter((stray) => stray.recipients.some((recipient) => ids.has(recipient)));
  const own = places
    .flatMap(({ identities }) => identities)
    .find(({ recipient }) => recipient?.startsWith('age1'));
  return [
    ...found.map(
      ({ path }) =>
        `The key is in a file that is not looked into: export SOPS_AGE_KEY_FILE=${shellWord(path)}`,
    ),
    ...places.flatMap((place) => unreadStep(place)),
    ...(recipients.some(({ verdict }) => verdict === 'mismatch' || verdict === 'damaged')
      ? [`The sops block may have been edited by hand or by a merge: git log -p -- ${typed}`]
      : []),
    own === undefined
      ? 'If you have no key yet: sopskit keys generate; then give the recipient that it prints to somebody who can open the file'
      : `To be added, give your recipient to somebody who can open the file: ${own.recipient}`,
    `They (${recipients.map(({ id, name }) => name ?? shortId(id)).join(', ')}) add it to .sops.yaml and run: sopskit updatekeys ${typed}`,
  ];
}

function unreadStep({ place, state }: ListedPlace): string[] {
  return state === 'unread' ? [`${place} holds a command that was not run`] : [];
}
