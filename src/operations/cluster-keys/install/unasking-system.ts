import { quietSystem } from '../../../repository/quiet-system.ts';
import type { System } from '../../../system/system.ts';

/**
 * The same system for building what Kustomizations apply: its programs run, but nobody is asked for a passphrase, and
 * neither gpg nor a key command runs. What is encrypted need not be opened to know for whom it is, but what decides what is
 * built must be: `identities`, the age identities that were found or given, a line each, open it. No program gets them.
 */
export function unaskingSystem(system: System, identities: string): System {
  const { env: own, prompts } = quietSystem(system);
  const env = {
    ...own,
    get: (name: string): string | undefined => {
      const value = own.get(name);
      if (name !== 'SOPS_AGE_KEY' || identities === '') return value;
      return value === undefined ? identities : `${value}\n${identities}`;
    },
  };
  const gpg = system.env.get('SOPS_GPG_EXEC') || 'gpg';
  const { processes } = system;
  return {
    ...system,
    ...{ env, prompts },
    processes: { ...processes, find: (program) => (program === gpg ? null : processes.find(program)) },
  };
}
