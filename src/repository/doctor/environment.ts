import { looksPrivate } from '../../keys/age/recipient-text.ts';
import { defaultKeyFiles } from '../../keys/age/sources/default-key-files.ts';
import type { ListedPlace } from '../../keys/listed-place.ts';
import { keySources } from '../../keys/registry.ts';
import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Remark } from './diagnosis.ts';

/** Variables of sops 3.13.3 and sopskit besides those that key sources name. */
const variables = [
  ...['SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', 'SOPS_AGE_RECIPIENTS', 'SOPS_AGE_RECIPIENT'],
  ...['SOPS_AGE_SSH_PRIVATE_KEY_FILE', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD', 'SOPS_GPG_EXEC', 'SOPS_GPG_KEYSERVER'],
  ...['SOPS_CONFIG', 'SOPS_DECRYPTION_ORDER', 'SOPS_DISABLE_VERSION_CHECK', 'SOPS_EDITOR', 'SOPS_KEYSERVICE'],
  ...['SOPS_ENABLE_LOCAL_KEYSERVICE', 'SOPS_PGP_FP'],
];

/** Says what is odd about the environment: things that look like a slip. Values are never quoted. */
export function environmentRemarks(system: System, places: readonly ListedPlace[]): Remark[] {
  const lower = lowerCase(system, places);
  const isLower = (place: string): boolean => lower.some(({ text }) => text.startsWith(`${place}: `));
  return [
    ...misspelled(system),
    ...slips(system),
    ...lower,
    ...passedOver(system),
    ...otherUser(system),
    ...places
      .filter(({ place }) => !isLower(place))
      .flatMap(({ place, problems }) =>
        problems.map(({ text, hint }) => ({
          text: `${place}: ${text}`,
          ...(hint === undefined ? {} : { hint }),
        })),
      ),
  ];
}

function misspelled(system: System): Remark[] {
  const known = new Set([...variables, ...keySources.map(({ flag }) => flag.env)]);
  return Object.keys(system.env.all())
    .filter((name) => /^SOPS_(?:AGE|PGP|GPG)/.test(name) && !known.has(name))
    .map((name) => ({
      text: `${name} is set, which neither sops nor sopskit reads`,
      hint: `They read ${[...known].filter((each) => each.startsWith(name.slice(0, 8))).join(', ')}.`,
    }));
}

function slips({ env }: System): Remark[] {
  const remarks: Remark[] = [];
  if (looksPrivate(env.get('SOPS_AGE_RECIPIENTS') ?? ''))
    remarks.push({
      text: 'SOPS_AGE_RECIPIENTS holds a private key; it is for public ones',
      hint: 'Put the private key into SOPS_AGE_KEY.',
    });
  if (/^["'].*["']$/s.test(env.get('SOPS_AGE_KEY') ?? ''))
    remarks.push({ text: 'SOPS_AGE_KEY has quotes in its value', hint: 'Set it without them.' });
  if (/^["'].*["']$/s.test(env.get('SOPS_AGE_KEY_FILE') ?? ''))
    remarks.push({ text: 'SOPS_AGE_KEY_FILE has quotes in its value', hint: 'Set it without them.' });
  return remarks;
}

/** An identity is in capitals; some tools turn everything into small letters. */
function lowerCase(system: System, places: readonly ListedPlace[]): Remark[] {
  const isLower = (text: string): boolean => /^\s*age-(?:secret-key|plugin)-/m.test(text);
  const found = isLower(system.env.get('SOPS_AGE_KEY') ?? '') ? ['SOPS_AGE_KEY'] : [];
  for (const { place, path, state, family } of places) {
    if (path === null || family !== 'age' || state !== 'broken') continue;
    if (isLower(textOf(system, path))) found.push(place);
  }
  return found.map((place) => ({
    text: `${place}: the identity is in small letters`,
    hint: 'It must be in capitals: AGE-SECRET-KEY-1…; turning all letters into capitals restores it.',
  }));
}

function textOf(system: System, path: string): string {
  try {
    return Buffer.from(system.files.read(path) ?? []).toString('latin1');
  } catch {
    return ''; // the place itself says that it cannot be read
  }
}

function passedOver(system: System): Remark[] {
  const named = system.env.get('XDG_CONFIG_HOME');
  const { home } = system.files;
  if (!named || home === null || system.platform === 'win32') return [];
  const usual = `${home}/.config/sops/age/keys.txt`;
  if (defaultKeyFiles(system).paths.includes(usual) || system.files.kindOf(usual) === null) return [];
  return [
    {
      text: `${usual} is not read, because XDG_CONFIG_HOME is set`,
      hint: `To use it all the same: export SOPS_AGE_KEY_FILE=${shellWord(usual)}`,
    },
  ];
}

function otherUser({ env, files }: System): Remark[] {
  const user = env.get('SUDO_USER');
  if (user === undefined || user === '' || user === 'root') return [];
  return [
    {
      text: `this runs through sudo: keys are looked for in ${files.home ?? 'no home folder'}, not in that of ${user}`,
    },
  ];
}
