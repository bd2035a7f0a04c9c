import type { ListedPlace } from '../../keys/listed-place.ts';
import { shortId } from '../audit/labels.ts';
import { shellWord } from '../check/shell-word.ts';
import type { RecipientVerdict } from './diagnosis.ts';
import type { StrayKeyFile } from './elsewhere.ts';

/** What the steps go by. */
export interface Situation {
  /** The file as one types it in a shell. */
  readonly typed: string;
  readonly groups: readonly (readonly RecipientVerdict[])[];
  /** How many of the groups must come together. */
  readonly needed: number;
  readonly places: readonly ListedPlace[];
  readonly strays: readonly StrayKeyFile[];
}

/** What to do about a file that no key here opens, most promising first. */
export function stepsToKey(situation: Situation): string[] {
  const { typed, groups, places, strays } = situation;
  const recipients = groups.flat();
  const ids = new Set(recipients.map(({ id }) => id));
  const found = strays.filter((stray) => stray.recipients.some((recipient) => ids.has(recipient)));
  return [
    ...found.map(
      ({ path }) =>
        `The key is in a file that is not looked into: export SOPS_AGE_KEY_FILE=${shellWord(path)}`,
    ),
    ...new Set(
      recipients.flatMap(({ verdict, hint }) => (verdict === 'failed' && hint !== null ? [hint] : [])),
    ),
    ...places.flatMap((place) => unreadStep(place)),
    ...(recipients.some(({ verdict }) => verdict === 'mismatch' || verdict === 'damaged')
      ? [`The sops block may have been edited by hand or by a merge: git log -p -- ${typed}`]
      : []),
    ...stepsWithOthers(situation, ids),
  ];
}

function stepsWithOthers({ typed, groups, needed, places }: Situation, ids: ReadonlySet<string>): string[] {
  const recipients = groups.flat();
  if (recipients.every(({ verdict }) => verdict === 'unsupported'))
    return [`This release of sopskit has no such keys; sops has: sops decrypt ${typed}`];
  const open = groups.filter((group) => group.some(({ verdict }) => verdict === 'opens'));
  if (groups.length > 1 && open.length > 0) return together(groups, needed - open.length);
  const halves = places.flatMap(({ identities }) => identities.map(({ recipient }) => recipient));
  const others = recipients.filter(({ id, verdict }) => verdict !== 'unsupported' && !halves.includes(id));
  const who = names(others);
  if (halves.some((half) => half !== null && ids.has(half)))
    return who === ''
      ? ['It is for no other key: only an earlier version of the file helps.']
      : [
          `Your key is a recipient already. They (${who}) can wrap the data key again: sopskit rotate -i ${typed}`,
        ];
  const own = halves.find((half) => half?.startsWith('age1'));
  return [
    own === undefined || own === null
      ? 'If you have no key yet: sopskit keys generate; then give the recipient that it prints to somebody who can open the file'
      : `To be added, give your recipient to somebody who can open the file: ${own}`,
    `They (${names(recipients)}) add it to .sops.yaml and run: sopskit updatekeys ${typed}`,
  ];
}

/** The parts of a data key come together where the keys do. */
function together(groups: readonly (readonly RecipientVerdict[])[], lacking: number): string[] {
  const missing = groups.filter((group) => !group.some(({ verdict }) => verdict === 'opens'));
  const who = missing.map((group) => names(group)).join(' | ');
  const count = lacking === 1 ? 'one more group' : `${lacking} more groups`;
  return [
    `A key of ${count} is needed on this machine at the same time: ${who}`,
    'Put the identities into one file, a line each: export SOPS_AGE_KEY_FILE=FILE',
  ];
}

function names(recipients: readonly RecipientVerdict[]): string {
  return recipients.map(({ id, name }) => name ?? shortId(id)).join(', ');
}

function unreadStep({ place, state }: ListedPlace): string[] {
  return state === 'unread' ? [`${place} holds a command that was not run`] : [];
}
