import type { KeySource } from '../key-source.ts';
import { decodeMasterKey, masterKeyOf } from './master-key.ts';
import { isPluginRecipient, parseRecipient } from './recipient-text.ts';
import { AgeSession } from './session.ts';

/**
 * age as sops 3.13.3 uses it: X25519, post-quantum, tagged, SSH and plugin recipients; identities from sops' variables
 * and files. Recipients are checked when they are parsed, not when they are read from metadata (as in sops).
 */
export const ageSource: KeySource = {
  name: 'age',
  flag: {
    name: 'age',
    short: 'a',
    env: 'SOPS_AGE_RECIPIENTS',
    help: 'comma separated list of age recipients',
  },
  ruleField: 'age',
  groupField: 'age',
  parse(text) {
    if (text === '') return [];
    return text.split(',').map((recipient) => {
      const trimmed = recipient.trim();
      parseRecipient(trimmed);
      return masterKeyOf(trimmed);
    });
  },
  decode: decodeMasterKey,
  wrapsAlone: (key) => !isPluginRecipient(key.id),
  open: (system) => new AgeSession(system),
};
