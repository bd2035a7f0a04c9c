import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Diagnosis } from './diagnosis.ts';
import { strayKeyFiles } from './elsewhere.ts';
import { environmentRemarks } from './environment.ts';
import { countIdentities, findPlaces } from './places.ts';

/** Checks the keys of this machine, without a file. Runs no key command and asks nobody. */
export async function diagnoseMachine(system: System): Promise<Diagnosis> {
  const { listed } = await findPlaces(system, { runCommands: false });
  const count = countIdentities(listed);
  const commands = listed.some(({ state }) => state === 'unread');
  const strays = count > 0 ? [] : await strayKeyFiles(system, [system.files.cwd], listed);
  const some = count > 0 || commands;
  return {
    version: 1,
    file: null,
    opens: some,
    verdict: some ? 'keys' : 'no-keys',
    reason: some
      ? `${count} private ${count === 1 ? 'key was' : 'keys were'} found${commands ? ', and a command that gives some' : ''}`
      : 'no private key was found',
    next: some
      ? []
      : [
          ...strays.map(
            ({ path }) =>
              `There is a key file that is not looked into: export SOPS_AGE_KEY_FILE=${shellWord(path)}`,
          ),
          'To make a key: sopskit keys generate',
        ],
    needed: 0,
    groups: [],
    remarks: environmentRemarks(system, listed),
    places: listed,
  };
}
